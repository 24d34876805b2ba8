"""What changed, for whom, how sure."""
