"""The org's storage: one SQLite file, one table per object."""
