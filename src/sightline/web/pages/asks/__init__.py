"""Who wants to know what of me? Questions with a person and a date, blocked actions, mentions."""

PREFIX = "asks/"
