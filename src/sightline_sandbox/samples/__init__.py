"""Sample records a new org starts with."""
