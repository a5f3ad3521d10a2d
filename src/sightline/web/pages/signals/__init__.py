"""Signals put aside, and shown again."""

PREFIX = "signals/"
