"""The plan of one account: what it is to reach, what leads there, and what stands against it."""

PREFIX = "accounts/"
