"""Pulling what customers said and who they are."""
