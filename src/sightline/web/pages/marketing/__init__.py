"""Which accounts matter, and where is room? Read-only: whitespace, problems, buying roles."""

PREFIX = "marketing/"
