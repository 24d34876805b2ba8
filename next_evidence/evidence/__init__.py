"""From raw conversations to customer statements that may count."""
