"""Challenges: what in a plan does not add up, and what people answered."""

PREFIX = "accounts/"
