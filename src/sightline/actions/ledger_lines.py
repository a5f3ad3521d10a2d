"""The ledger opened for measuring, in its own folder or in the company's warehouse.

A warehouse's words for accounts, units, product lines and people are resolved as those of files are.
What its mapping does not name is read from the folder.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from sightline.actions.imports import names
from sightline.actions.imports.lookups import Scope, UnitKey, keys_of, places, units
from sightline.actions.imports.targets import TARGETS
from sightline.actions.ledger_place import mapped
from sightline.agreement.identity import canonical_id
from sightline.ledger import warehouse
from sightline.ledger.method import InsightParameters
from sightline.ledger.money import Rate
from sightline.ledger.source import Source, opened
from sightline.ledger.translated import Keys, Named, Words
from sightline.ledger.version import LedgerVersion
from sightline.records.queries import measuring

_log = logging.getLogger("sightline.ledger")
_BATCH = 2_000
_NAMED = 5
_SCOPE = Scope(None, lambda _target, _keys: set(), any_source=True)


def answers() -> tuple[str, ...]:
    """The tables that are read there, each asked for a row; LedgerError says what is in the way."""
    mappings = mapped()
    warehouse.answers(settings.SIGHTLINE_WAREHOUSE, mappings=mappings)
    return tuple(mappings)


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
    """The ledger at a cut, wherever its tables lie, under our own keys; as `source.opened`."""
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
        mappings=mapped(),
        as_of=as_of,
        reporting_currency=reporting_currency,
        rates=rates,
        parameters=parameters,
        ask=_keys,
        adds_up=adds_up,
        beside=version,
        folder=Path(settings.SIGHTLINE_LEDGER),
    ) as (there, _):
        yield there


def _keys(words: Words) -> Keys:
    trimmed = {word: word.strip() for word in words.lines if word.strip()}
    known = names.lines_for(trimmed.values(), run=None, make=True)
    found: dict[Named, Named] = {}
    for some in _batches(words.places):
        found |= _places(some)
    _say_strangers(account for account, unit in words.places if (account, unit) not in found)
    return Keys(
        places=found,
        lines={word: known[name] for word, name in trimmed.items() if name in known},
        contacts=_people("Contact", words.contacts),
        people=_people("User", words.people),
        kinds={str(line): kind.value for line, kind in measuring.line_kinds().items()},
    )


def _people(target: str, words: Sequence[str]) -> dict[str, str]:
    """Their words for people, ids or addresses, to our keys; who was erased has none."""
    found: dict[str, str] = {}
    for some in _batches(words):
        by_id = {word: canonical_id(word) for word in some}
        held = keys_of(TARGETS[target], by_id.values(), _SCOPE)
        found |= {word: str(held[one]) for word, one in by_id.items() if one in held}
    return found


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


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
