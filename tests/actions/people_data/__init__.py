"""A person's data: given out, erased, ended."""
