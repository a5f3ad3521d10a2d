"""Bulk jobs: rows in and out by the thousand, in the background."""
