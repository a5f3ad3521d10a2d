"""One package or module for each brand; only the registry imports them."""
