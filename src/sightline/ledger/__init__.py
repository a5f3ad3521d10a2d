"""The numbers: revenue and activity lines at any size, and the measures computed from them.

Parts are immutable Parquet files; a ledger version lists them; readers are given a version.
"""
