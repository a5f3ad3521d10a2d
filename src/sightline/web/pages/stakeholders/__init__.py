"""The map of an account's people: who they are, what they decide, who of ours reaches them."""
