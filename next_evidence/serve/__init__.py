"""What runs for long: answers people where they read briefs."""
