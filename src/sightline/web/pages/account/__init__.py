"""One account: who it is, what it brings in, what it holds, and everything that changed."""

PREFIX = "accounts/"
