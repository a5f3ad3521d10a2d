"""People's data pages."""
