"""Comparison protocol of the insights; see README.md."""
