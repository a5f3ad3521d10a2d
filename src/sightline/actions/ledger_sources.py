"""Parts that the product derives itself: each source is replaced whole, never added to."""

from __future__ import annotations

from collections.abc import Iterable

from sightline.actions.ledger import DatabaseCatalogue
from sightline.ledger.errors import StaleVersion
from sightline.ledger.version import LedgerVersion, Part

TRIES = 8


def replace_source(source: str, parts: Iterable[Part], *, note: str) -> LedgerVersion:
    """Commit the version in which `source` has exactly these parts; the same ones change nothing.

    Another commit in between is taken along. Raises `StaleVersion` after several tries.
    """
    catalogue = DatabaseCatalogue(note=note)
    wanted = tuple(parts)
    for _ in range(TRIES):
        now = catalogue.current()
        if {part.name for part in now.parts if part.source == source} == {
            part.name for part in wanted
        }:
            return now
        listed = LedgerVersion(now.number, now.without(source)).plus(wanted)
        try:
            return catalogue.commit(listed, expected_version=now.number)
        except StaleVersion:
            continue
    raise StaleVersion("the ledger is being changed by too many runs at once; try again")
