"""Past cycles again: under other settings, or with nothing that changed in them."""
