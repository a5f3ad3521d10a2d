"""The library of plays: what tends to work, how it is done, and what came of it."""

PREFIX = "library/"
