"""A customer's wallet: what they spend, how much of it is ours, and how sure that is."""

PREFIX = "wallet/"
