"""Sync: is the CRM in step with us, and what needs a person."""

PREFIX = "sync/"
