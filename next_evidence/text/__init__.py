"""Language only: strings in, strings or spans out."""
