"""Loading files into the ledger: one file becomes one part, and the command one version.

A file is either taken whole or refused whole. Its import is named by the hash of its bytes, so
loading the same file twice adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sightline.ledger.catalogue import Catalogue
from sightline.ledger.errors import RefusedInput, StaleVersion
from sightline.ledger.load.cells import Format
from sightline.ledger.load.columns import KINDS
from sightline.ledger.load.read import read_file
from sightline.ledger.load.scan import scan
from sightline.ledger.version import LedgerVersion, Part

Progress = Callable[[str], None]
_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: the version now current, what was added, and the files known already."""

    version: LedgerVersion
    added: tuple[Part, ...]
    known: tuple[str, ...]
    notes: tuple[str, ...] = ()


def load_files(
    paths: Sequence[Path],
    *,
    table: str,
    folder: Path,
    catalogue: Catalogue,
    form: Format,
    again: bool = False,
    progress: Progress = lambda _: None,
) -> Loaded:
    """Parse, check and add the files as one new version; nothing is added if one is refused.

    `again` adds a file even when its bytes were loaded before. Amounts are read in major units.
    """
    if table not in KINDS:
        raise RefusedInput(f"{table} is not a kind of file the ledger takes")
    before = catalogue.current()
    sources = set(before.sources())
    added: list[Part] = []
    known: list[str] = []
    notes: list[str] = []
    for path in paths:
        progress(f"reading {path.name}")
        seen = scan(path)
        source = f"{table}:{seen.sha256}"
        if source in sources and not again:
            known.append(path.name)
            continue
        while source in sources:
            source += "+"
        sources.add(source)
        part, told = read_file(
            path, seen, table=table, folder=folder, form=replace(form), source=source
        )
        added.append(part)
        notes += told
        progress(f"{path.name}: {part.rows:,} rows")
    version = _commit(catalogue, added) if added else before
    return Loaded(version, tuple(added), tuple(known), tuple(notes))


def _commit(catalogue: Catalogue, added: Sequence[Part]) -> LedgerVersion:
    """Add the parts to whatever is current: another load may have come in between."""
    for attempt in range(_ATTEMPTS):
        now = catalogue.current()
        fresh = [part for part in added if part.source not in now.sources()]
        try:
            return catalogue.commit(now.plus(fresh), expected_version=now.number)
        except StaleVersion:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")
