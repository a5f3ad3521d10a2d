"""What the pages of season promise."""
