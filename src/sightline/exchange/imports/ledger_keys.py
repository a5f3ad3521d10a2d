"""The keys of a line file: each distinct account, unit, product line and person resolved once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sightline.actions.imports import names, runs
from sightline.actions.imports.lookups import (
    Place,
    Scope,
    UnitKey,
    child_accounts,
    places,
    units,
)
from sightline.agreement.identity import canonical_id
from sightline.exchange.imports.activities import own_keys
from sightline.exchange.imports.ledger_specs import LedgerKind, Resolves
from sightline.exchange.imports.ledger_sql import outside_id_sql
from sightline.planning.currencies import MINOR_DIGITS

if TYPE_CHECKING:
    import duckdb

_BATCH = 2_000
# ISO 4217 has fewer codes; words beyond are refused as unknown.
_MOST_CURRENCIES = 1_000
_UNKNOWN = "is no account here: neither an id nor a name that stands alone"


def _nothing_staged(target: str, keys: Iterable[str]) -> set[str]:
    return set()


SCOPE = Scope(None, _nothing_staged, any_source=True)


def resolve_keys(
    duck: duckdb.DuckDBPyConnection,
    kind: LedgerKind,
    fields: Mapping[str, str],
    *,
    currency: str,
    run: runs.Run | None,
    apply: bool,
) -> None:
    """Make the tables `accounts`, `units`, `lines`, `contacts` and `people`: word, key, why;
    `currencies`: word, code, factor to minor units; and `twice`: places of ids told before.

    With `apply`, units and product lines that nobody has yet are made; else they get a mark.
    """
    accounts = _accounts(duck, fields["account"])
    _keep(duck, "accounts", ((word, key, _UNKNOWN) for word, key in accounts.items()))
    for name, how in kind.columns.items():
        if how is Resolves.UNIT:
            _units(duck, fields["account"], fields.get(name), accounts, run=run, apply=apply)
        elif how is Resolves.CURRENCY and name in fields:
            _currencies(duck, fields[name], currency)
        elif how is Resolves.LINE:
            _lines(duck, fields[name], run=run, apply=apply)
        elif how in (Resolves.CONTACT, Resolves.PERSON) and name in fields:
            target = "Contact" if how is Resolves.CONTACT else "User"
            found = _people(duck, fields[name], target)
            table = "contacts" if how is Resolves.CONTACT else "people"
            _keep(duck, table, ((word, key, "") for word, key in found.items()))
        elif how is Resolves.OUTSIDE_ID and name in fields:
            _twice(duck, outside_id_sql(fields[name]))


def _twice(duck: duckdb.DuckDBPyConnection, identifier: str) -> None:
    """The rows whose own id stands in an earlier row of the file too."""
    duck.execute(
        f"CREATE OR REPLACE TEMP TABLE twice AS SELECT place FROM (SELECT place, {identifier} AS id "
        "FROM raw) WHERE id IS NOT NULL QUALIFY row_number() OVER (PARTITION BY id ORDER BY place) > 1"
    )


def _words(duck: duckdb.DuckDBPyConnection, column: str) -> Iterator[list[str]]:
    rows = duck.execute(f"SELECT DISTINCT {column} FROM raw WHERE {column} IS NOT NULL").fetchall()
    for start in range(0, len(rows), _BATCH):
        yield [word for (word,) in rows[start : start + _BATCH]]


def _accounts(duck: duckdb.DuckDBPyConnection, column: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for words in _words(duck, column):
        by_id = {word: canonical_id(word) for word in words}
        keys = own_keys("Account", set(by_id.values()), SCOPE)
        found |= {word: keys.get(identifier) for word, identifier in by_id.items()}
    return found


def _currencies(duck: duckdb.DuckDBPyConnection, column: str, given: str) -> None:
    """Each distinct word with its ISO 4217 code (null where it is none) and factor."""
    rows = duck.execute(f"SELECT DISTINCT {column} FROM raw").fetchall()
    duck.execute(
        "CREATE OR REPLACE TEMP TABLE currencies (word VARCHAR, code VARCHAR, factor INTEGER)"
    )
    for (word,) in rows[:_MOST_CURRENCIES]:
        code = (word or "").strip().upper() or given
        digits = MINOR_DIGITS.get(code)
        kept = [word, code, 10**digits] if digits is not None else [word, None, None]
        duck.execute("INSERT INTO currencies VALUES (?, ?, ?)", kept)


def _people(duck: duckdb.DuckDBPyConnection, column: str, target: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for words in _words(duck, column):
        by_id = {word: canonical_id(word) for word in words}
        keys = own_keys(target, set(by_id.values()), SCOPE)
        found |= {word: keys[one] for word, one in by_id.items() if one in keys}
    return found


def _lines(
    duck: duckdb.DuckDBPyConnection, column: str, *, run: runs.Run | None, apply: bool
) -> None:
    """By the line's name, else by a product's id, code or name; else a line of that name."""
    found: dict[str, str] = {}
    for words in _words(duck, column):
        trimmed = {word: word.strip() for word in words if word.strip()}
        keys = names.lines_for(trimmed.values(), run=run, make=apply)
        found |= {word: keys.get(name, f"?{name}") for word, name in trimmed.items()}
    _keep(duck, "lines", ((word, key, "is no product line here") for word, key in found.items()))


def _units(
    duck: duckdb.DuckDBPyConnection,
    account: str,
    unit: str | None,
    accounts: Mapping[str, str | None],
    *,
    run: runs.Run | None,
    apply: bool,
) -> None:
    """Only of lines that name a unit, or whose account is one: another line has none."""
    named = f"trim(coalesce({unit}, ''))" if unit else "''"
    raw = f"coalesce({unit}, '')" if unit else "''"
    below = child_accounts()
    children = [word for word, key in accounts.items() if key and int(key) in below]
    rows = duck.execute(
        f"SELECT DISTINCT {account}, {raw}, {named} FROM raw WHERE {account} IS NOT NULL "
        f"AND ({named} <> '' OR {account} IN (SELECT unnest(?::VARCHAR[])))",
        [children],
    ).fetchall()
    listed: list[tuple[str, str, str]] = []
    for start in range(0, len(rows), _BATCH):
        some = rows[start : start + _BATCH]
        known = places(int(key) for word, _, _ in some if (key := accounts.get(word)))
        wanted = _wanted(some, accounts, known)
        if apply:
            names.make_units({key for key in wanted.values() if key[2]}, run=run)
        held = units(key for key in wanted.values() if key[2])
        listed += [
            (word, cell, _unit_key(wanted[word, cell], held))
            for word, cell, _ in some
            if (word, cell) in wanted
        ]
    _keep(duck, "units", listed, columns=("account_word", "word", "key"))


def _wanted(
    rows: list[Any], accounts: Mapping[str, str | None], known: Mapping[int, Place]
) -> dict[tuple[str, str], UnitKey]:
    wanted: dict[tuple[str, str], UnitKey] = {}
    for word, cell, name in rows:
        key = accounts.get(word)
        if key:
            place = known[int(key)]
            wanted[word, cell] = (place.planning_account, place.unit, name)
    return wanted


def _unit_key(key: UnitKey, held: Mapping[UnitKey, int]) -> str:
    if not key[2]:
        return "" if key[1] is None else str(key[1])
    return str(held[key]) if key in held else f"?{key[2]}"


def _keep(
    duck: duckdb.DuckDBPyConnection,
    table: str,
    rows: Iterable[tuple[str, str | None, str]],
    *,
    columns: tuple[str, str, str] = ("word", "key", "why"),
) -> None:
    # As lists of the statement: an Arrow table would bring pandas in, at a second a process.
    listed = list(rows)
    cells = [list(column) for column in zip(*listed, strict=True)] if listed else [[], [], []]
    named = ", ".join(f"{name} VARCHAR" for name in columns)
    duck.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({named})")
    duck.execute(
        f"INSERT INTO {table} SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), "
        "unnest(?::VARCHAR[])",
        cells,
    )
