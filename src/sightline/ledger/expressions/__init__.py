"""Measures as Ibis expressions, written once for every engine.

Nothing here runs anything. `ledger.compiled` turns them into DuckDB's SQL ahead of time, so that
the embedded path needs no Ibis; `ledger.places` runs them on other engines.
"""
