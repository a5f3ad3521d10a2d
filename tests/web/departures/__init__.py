"""The departure test's pages."""
