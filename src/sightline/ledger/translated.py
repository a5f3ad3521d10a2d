"""A warehouse's tables with our keys instead of its words for accounts, units, lines and people.

What its rows name is asked for once, distinct; the answers go along as small tables that the engine
joins. Rows whose account or product line has no key are left out; a person without one is nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sightline.ledger.tables import ACTIVITIES, CONTRACTS, KINDS, LINES, SPEND, USAGE

Named = tuple[str, str]
# Spend tells its units in words of its own: the customer's, which are none of ours.
_WHOSE: Mapping[str, str] = {SPEND: "buyer"}
_PLACED = (LINES, USAGE, CONTRACTS)
_PEOPLE = ("contact", "our_person")


@dataclass(frozen=True, slots=True)
class Words:
    """What a warehouse's rows name, each once: (account, unit), product lines, their people, ours."""

    places: Sequence[Named]
    lines: Sequence[str]
    contacts: Sequence[str]
    people: Sequence[str]


@dataclass(frozen=True, slots=True)
class Keys:
    """Our keys, as text.

    `places`: (their account, their unit) to (account, unit); `lines`: their product line to ours;
    `contacts` and `people`: their words to ours; `kinds`: our product line to its revenue kind.
    """

    places: Mapping[Named, Named]
    lines: Mapping[str, str]
    contacts: Mapping[str, str]
    people: Mapping[str, str]
    kinds: Mapping[str, str]


Ask = Callable[[Words], Keys]


def translated(tables: Mapping[str, Any], ask: Ask) -> dict[str, Any]:
    """The tables with rows that carry our keys, and the kinds that were answered."""
    keys = ask(_words(tables))
    told = {
        "places": _told(
            ("their_account", "their_unit", "our_account", "our_unit"),
            ((*theirs, *ours) for theirs, ours in keys.places.items()),
        ),
        "lines": _told(("their_line", "our_line"), keys.lines.items()),
        "contacts": _told(("their_contact", "our_contact"), keys.contacts.items()),
        "people": _told(("their_person", "our_own"), keys.people.items()),
    }
    made = {
        name: _renamed(table, name, told)
        for name, table in tables.items()
        if name in (*_PLACED, ACTIVITIES, SPEND)
    }
    return {**tables, **made, KINDS: _told(("product_line", "kind"), keys.kinds.items())}


def _words(tables: Mapping[str, Any]) -> Words:
    lines = {line for name in _PLACED for line in _column(tables, name, "product_line")}
    return Words(
        places=sorted(set(_cells(tables))),
        lines=sorted(lines),
        contacts=sorted(_column(tables, ACTIVITIES, "contact")),
        people=sorted(_column(tables, ACTIVITIES, "our_person")),
    )


def _cells(tables: Mapping[str, Any]) -> Iterator[Named]:
    for name in _PLACED:
        if name in tables:
            table = tables[name]
            yield from _rows(table.filter(table.account.notnull()).select("account", "unit"))
    for name in (ACTIVITIES, SPEND):
        for word in _column(tables, name, _WHOSE.get(name, "account")):
            yield word, ""


def _column(tables: Mapping[str, Any], name: str, column: str) -> set[str]:
    """The words of a column, but not the empty one; none where the table is not mapped."""
    if name not in tables:
        return set()
    return {word for (word,) in _rows(tables[name].select(column)) if word}


def _renamed(table: Any, name: str, told: Mapping[str, Any]) -> Any:
    whose = _WHOSE.get(name, "account")
    placed, places = name in _PLACED, told["places"]
    same = [table[whose] == places.their_account]
    joined = table.inner_join(places, [*same, (table.unit if placed else "") == places.their_unit])
    ours = {whose: "our_account"}
    if placed:
        joined = joined.inner_join(told["lines"], [joined.product_line == told["lines"].their_line])
        ours |= {"unit": "our_unit", "product_line": "our_line"}
    if name == ACTIVITIES:
        contacts, people = told["contacts"], told["people"]
        joined = joined.left_join(contacts, [joined.contact == contacts.their_contact])
        joined = joined.left_join(people, [joined.our_person == people.their_person])
        ours |= {"contact": "our_contact", "our_person": "our_own"}
    named = {column: joined[ours.get(column, column)] for column in table.columns}
    nobody = {column: named[column].fill_null("") for column in _PEOPLE if column in ours}
    return joined.select(**named | nobody)


def _rows(expression: Any) -> list[Any]:
    found = expression.distinct().to_pyarrow()
    return list(zip(*(column.to_pylist() for column in found.columns), strict=True))


def _told(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Any:
    """Rows of text as a table that the engine is given along."""
    import ibis
    import pyarrow as pa

    listed = list(rows)
    columns = [list(column) for column in zip(*listed, strict=True)] or [[] for _ in names]
    table = {name: pa.array(cells, pa.string()) for name, cells in zip(names, columns, strict=True)}
    return ibis.memtable(pa.table(table))
