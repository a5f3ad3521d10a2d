"""Is the work in the background getting done? Every job with its state, and its way out."""

PREFIX = "jobs/"
