"""The objects that a kind of import can hold, for its mappings and its pages."""

from __future__ import annotations

from collections.abc import Sequence

from sightline.exchange.imports.kinds import RECORD_KINDS
from sightline.exchange.imports.ledger_specs import LEDGER_KINDS
from sightline.exchange.imports.salesforce import OBJECTS
from sightline.exchange.imports.specs import Object


def specs_of(kind: str) -> Sequence[Object]:
    """One object for a kind of file, all of them for an export; none for an unknown kind."""
    if kind in RECORD_KINDS:
        return (RECORD_KINDS[kind],)
    if kind in LEDGER_KINDS:
        return (LEDGER_KINDS[kind].object,)
    return tuple(OBJECTS.values()) if kind == "salesforce-export" else ()
