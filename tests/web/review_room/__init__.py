"""What the pages of review room promise."""
