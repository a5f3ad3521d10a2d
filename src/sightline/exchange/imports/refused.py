"""Refused rows come back as files that can be mended and loaded again.

Each has its own columns, the row's number in the original and the reason; cells that a
spreadsheet would run are guarded, and the guard is taken off when the file is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sightline.exchange.imports.parse import Source, source_records
from sightline.exchange.imports.staging import Staging
from sightline.exchange.tables.errors import TableRefused
from sightline.exchange.tables.formulas import SafeWriter

PROBLEM, ROW = "Sightline problem", "Sightline row"


def write_refused(sources: Sequence[Source], staging: Staging, folder: Path) -> list[Path]:
    """One CSV for each file with refused rows, in the file's own order."""
    written = []
    counts = staging.refused_rows()
    for source in sources:
        if counts.get(source.number):
            folder.mkdir(parents=True, exist_ok=True)
            written.append(_write(source, staging, folder / source.file.name))
    return written


def _write(source: Source, staging: Staging, path: Path) -> Path:
    own = [n for n, name in enumerate(source.file.header) if name not in (PROBLEM, ROW)]
    header = [source.file.header[n] for n in own]
    reasons = staging.refusals(source.number)
    wanted = next(reasons, None)
    with path.with_suffix(".csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = SafeWriter(file, [*header, ROW, PROBLEM])
        try:
            for number, cells in source_records(source):
                if wanted is None:
                    break
                if number != wanted.row:
                    continue
                kept = [cells[n] if n < len(cells) else "" for n in own]
                more = [cell for cell in cells[len(source.file.header) :] if cell]
                reason = wanted.message + (f" (also held: {' | '.join(more)})" if more else "")
                writer.row([*kept, number, reason])
                wanted = next(reasons, None)
        except TableRefused:
            # The file breaks off here; what could be read before has been written.
            pass
    return path
