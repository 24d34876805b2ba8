"""What people are asked, what they decided, and what follows from it."""
