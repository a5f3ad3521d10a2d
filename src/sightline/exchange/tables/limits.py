"""How much of a file is believed: bounds that keep memory and disk in hand.

They bound what one import may cost the machine, not what the method counts; every refusal names
the one it ran into. docs/reference/imports.md lists them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Characters, bytes and counts. The field limit is above Salesforce's own 131,072."""

    field_chars: int = 1_000_000
    line_chars: int = 4_000_000
    columns: int = 1_000
    archive_entries: int = 20_000
    archive_bytes: int = 64 * 1024**3
    archive_ratio: int = 200
    ratio_free_bytes: int = 32 * 1024**2
    workbook_bytes: int = 256 * 1024**2
    workbook_rows: int = 1_048_576
    upload_bytes: int = 8 * 1024**3


LIMITS = Limits()
