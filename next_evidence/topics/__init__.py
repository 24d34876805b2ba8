"""Pains that no document has, and words a persona uses unusually often."""
