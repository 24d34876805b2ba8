"""Numbers only: no persona, no file, no clock."""
