"""Signals put aside, and shown again."""
