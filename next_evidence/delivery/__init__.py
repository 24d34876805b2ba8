"""Hands over a rendered brief, once."""
