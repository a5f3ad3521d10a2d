"""Reads: what each answers and to whom."""
