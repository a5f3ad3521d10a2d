"""Playbooks: what triggers look at, and what came of every run."""
