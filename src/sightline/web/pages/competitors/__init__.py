"""Competitors: where each one sits, what it holds, and when that comes free."""

PREFIX = "competitors/"
