"""Whitespace: where the money is, why, which of it is fantasy, and what is known of each cell."""

PREFIX = "whitespace/"
