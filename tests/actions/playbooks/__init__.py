"""Verbs of playbooks."""
