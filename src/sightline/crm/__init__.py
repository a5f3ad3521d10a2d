"""Talks to CRMs: a port, what is fetched and sent through it, and an adapter for each brand."""
