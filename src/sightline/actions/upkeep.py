"""Upkeep of the database: what its planner knows of how many rows there are of what.

Without it SQLite guesses, and guesses wrong where one account has few rows of very many. Safe to run
at any time and twice: it changes no data.
"""

from __future__ import annotations

from django.db import connection

SAMPLED_ROWS = 300


def refresh_statistics() -> None:
    """Have the database count again. SQLite samples, so that the lock it needs is short."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {SAMPLED_ROWS}")
        cursor.execute("ANALYZE")
