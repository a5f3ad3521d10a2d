"""Each metric of a plan: baseline, target, current value, day, and the plays that move it."""

PREFIX = "accounts/"
