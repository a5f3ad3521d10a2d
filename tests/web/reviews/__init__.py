"""What the pages of reviews promise."""
