"""Threads and coverage of one account: what hangs on one person, which roles nobody fills."""

PREFIX = "coverage/"
