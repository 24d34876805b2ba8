"""How far each cycle lies from what the document claims and from the cycles before."""
