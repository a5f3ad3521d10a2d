"""When reviews are, what each needs beforehand, and what changed between two of them."""
