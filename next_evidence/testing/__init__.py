"""A public kit: makers of tables, fakes, and the checks that every connector, delivery and encoder passes."""
