"""What people do about a brief. Each action is one decision in the log; none of it changes a persona document."""
