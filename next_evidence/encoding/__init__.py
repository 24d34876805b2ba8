"""Texts to unit vectors, each distinct text once."""
