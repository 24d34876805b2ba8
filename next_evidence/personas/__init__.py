"""The document that the team maintains."""
