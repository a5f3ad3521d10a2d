"""Imports: files in, records and ledger parts out, through a preview that shows every refusal.

docs/reference/imports.md says what each kind takes.
"""
