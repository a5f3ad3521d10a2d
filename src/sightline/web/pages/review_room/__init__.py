"""The room: sixty minutes that end in decisions, edited live by everybody in it."""

PREFIX = "reviews/"
