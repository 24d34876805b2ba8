"""Which persona and pain a statement speaks for, whether it raises or denies it, and how sure that is."""
