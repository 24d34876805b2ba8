"""From a cycle's briefs to the outbox, and from the outbox to the channels."""
