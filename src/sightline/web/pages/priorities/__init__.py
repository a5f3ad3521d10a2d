"""What the customer wants in their own words, and which plays answer it."""

PREFIX = "accounts/"
