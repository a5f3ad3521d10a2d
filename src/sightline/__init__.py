"""Sightline: account planning for B2B revenue teams, on the CRM's own data."""

__version__ = "0.1.0"
