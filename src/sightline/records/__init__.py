"""The memory: the only Django app with models."""
