"""Next Evidence keeps persona libraries honest."""
