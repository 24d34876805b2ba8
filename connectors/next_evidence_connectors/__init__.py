"""The connectors that ship with Next Evidence: ordinary exports in a folder, read as they come."""
