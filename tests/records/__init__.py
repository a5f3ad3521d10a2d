"""Reads, scoping and what the database keeps."""
