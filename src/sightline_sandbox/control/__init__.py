"""The control API under `/__sandbox`: faults, and what an administrator would do in set-up."""
