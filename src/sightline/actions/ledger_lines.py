"""The revenue lines opened for measuring, in the ledger's folder or in the company's warehouse.

A warehouse's words for accounts, units and product lines are resolved as those of a file of revenue
lines are.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.conf import settings

from sightline.actions.imports import names
from sightline.actions.imports.lookups import Scope, UnitKey, keys_of, places, units
from sightline.actions.imports.targets import TARGETS
from sightline.agreement.identity import canonical_id
from sightline.ledger import warehouse
from sightline.ledger.method import InsightParameters
from sightline.ledger.money import Rate
from sightline.ledger.places import TableMapping
from sightline.ledger.source import Source, opened
from sightline.ledger.tables import LINES
from sightline.ledger.translated import Keys, Named
from sightline.ledger.version import LedgerVersion
from sightline.records.queries import measuring

_log = logging.getLogger("sightline.ledger")
_BATCH = 2_000
_NAMED = 5
_SCOPE = Scope(None, lambda _target, _keys: set(), any_source=True)


def answers() -> None:
    """Ask the warehouse for a line; LedgerError says what is in the way."""
    warehouse.answers(settings.SIGHTLINE_WAREHOUSE, mappings=_mappings())


@contextmanager
def opened_lines(
    version: LedgerVersion,
    *,
    as_of: date,
    reporting_currency: str | None = None,
    rates: Sequence[Rate] | None = None,
    parameters: InsightParameters | None = None,
    adds_up: bool = True,
) -> Iterator[Source]:
    """The revenue lines at a cut, wherever they lie, under our own keys; as `source.opened`."""
    if not settings.SIGHTLINE_WAREHOUSE:
        with opened(
            version,
            folder=Path(settings.SIGHTLINE_LEDGER),
            as_of=as_of,
            reporting_currency=reporting_currency,
            rates=rates,
            parameters=parameters,
            adds_up=adds_up,
        ) as source:
            yield source
        return
    with warehouse.opened_warehouse(
        settings.SIGHTLINE_WAREHOUSE,
        mappings=_mappings(),
        as_of=as_of,
        reporting_currency=reporting_currency,
        rates=rates,
        parameters=parameters,
        ask=_keys,
        adds_up=adds_up,
    ) as (there, _):
        yield there


def _mappings() -> dict[str, TableMapping]:
    """Of the mapping only revenue lines: kinds and rates are the company's settings here."""
    path = settings.SIGHTLINE_LEDGER_MAPPING
    told = warehouse.read_mapping(path) if path else warehouse.same_names()
    return {name: mapping for name, mapping in told.items() if name == LINES}


def _keys(cells: Sequence[Named], lines: Sequence[str]) -> Keys:
    trimmed = {word: word.strip() for word in lines if word.strip()}
    known = names.lines_for(trimmed.values(), run=None, make=True)
    found: dict[Named, Named] = {}
    for start in range(0, len(cells), _BATCH):
        found |= _places(cells[start : start + _BATCH])
    _say_strangers(account for account, unit in cells if (account, unit) not in found)
    return Keys(
        places=found,
        lines={word: known[name] for word, name in trimmed.items() if name in known},
        kinds={str(line): kind.value for line, kind in measuring.line_kinds().items()},
    )


def _say_strangers(accounts: Iterable[str]) -> None:
    strange = sorted(set(accounts))
    if strange:
        _log.warning(
            "%d accounts of the warehouse are none here, by id or by name, and their lines are left "
            "out: %s",
            len(strange),
            ", ".join(strange[:_NAMED]) + (" …" if len(strange) > _NAMED else ""),
        )


def _places(cells: Iterable[Named]) -> Mapping[Named, Named]:
    """(their account, their unit) to ours; what is no account here is left out."""
    some = list(cells)
    by_id = {word: canonical_id(word) for word, _ in some}
    held = keys_of(TARGETS["Account"], by_id.values(), _SCOPE)
    accounts = {word: held[one] for word, one in by_id.items() if one in held}
    known = places(accounts.values())
    wanted: dict[Named, UnitKey] = {}
    for word, unit in some:
        if word in accounts:
            place = known[accounts[word]]
            wanted[word, unit] = (place.planning_account, place.unit, unit.strip())
    named = {key for key in wanted.values() if key[2]}
    names.make_units(named, run=None)
    kept = units(named)
    return {
        cell: (str(accounts[cell[0]]), str((kept[key] if key[2] else key[1]) or ""))
        for cell, key in wanted.items()
    }
