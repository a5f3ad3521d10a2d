"""The keys of a line file: each distinct account, unit, product line and person resolved once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sightline.actions.imports import names, runs
from sightline.actions.imports.lookups import (
    Scope,
    UnitKey,
    child_accounts,
    keys_by_word,
    listed_keys,
    places,
    units,
)
from sightline.actions.imports.targets import TARGETS
from sightline.agreement.identity import canonical_id
from sightline.exchange.imports.activities import own_keys
from sightline.exchange.imports.ledger_specs import LedgerKind, Resolves
from sightline.exchange.imports.ledger_sql import outside_id_sql
from sightline.planning.currencies import MINOR_DIGITS

if TYPE_CHECKING:
    import duckdb

_BATCH = 2_000
_MOST_ASKED = 100_000
# A list as one parameter of a statement, a row for each of its texts.
_LISTED = "unnest(CAST(CAST(? AS JSON) AS VARCHAR[]))"
_KEYS_LISTED = "unnest(CAST(CAST(? AS JSON) AS BIGINT[]))"
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
    told: bool = False,
) -> None:
    """Make the tables `accounts`, `units`, `lines`, `contacts` and `people`: word, key, why;
    `currencies`: word, code, factor to minor units; and `twice`: places of ids told before, unless
    `told` says that the file's own faults are known.

    With `apply`, units and product lines that nobody has yet are made; else they get a mark.
    """
    _accounts(duck, fields["account"])
    for name, how in kind.columns.items():
        if how is Resolves.UNIT:
            _units(duck, fields["account"], fields.get(name), run=run, apply=apply)
        elif how is Resolves.CURRENCY and name in fields:
            _currencies(duck, fields[name], currency)
        elif how is Resolves.LINE:
            _lines(duck, fields[name], run=run, apply=apply)
        elif how in (Resolves.CONTACT, Resolves.PERSON) and name in fields:
            target = "Contact" if how is Resolves.CONTACT else "User"
            found = _people(duck, fields[name], target)
            table = "contacts" if how is Resolves.CONTACT else "people"
            _keep(duck, table, ((word, key, "") for word, key in found.items()))
        elif how is Resolves.OUTSIDE_ID and name in fields and not told:
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


def _accounts(duck: duckdb.DuckDBPyConnection, column: str) -> None:
    """Our key of each distinct word, null where it names no account or more than one, and the unit
    that the account itself is in another's plan.

    Ids go to the database and keys come back as one text each, and are joined here as columns.
    """
    outside = _outside_ids(duck, column)
    duck.execute("CREATE OR REPLACE TEMP TABLE known (nth BIGINT, key BIGINT)")
    for start in range(
        0, int(_one(duck, f"SELECT count(DISTINCT nth) FROM {outside}")), _MOST_ASKED
    ):
        listed = _one(
            duck,
            "SELECT to_json(list(outside ORDER BY nth)) FROM "
            f"(SELECT DISTINCT nth, outside FROM {outside} WHERE nth > ? AND nth <= ?)",
            [start, start + _MOST_ASKED],
        )
        places, keys = listed_keys(TARGETS["Account"], listed)
        duck.execute(
            f"INSERT INTO known SELECT {_KEYS_LISTED} + ?, {_KEYS_LISTED}", [places, start, keys]
        )
    _accounts_by_name(duck, outside)
    _keep(duck, "below", child_accounts(), columns=("key", "unit"))
    duck.execute(
        "CREATE OR REPLACE TEMP TABLE accounts AS SELECT word, CAST(key AS VARCHAR) AS key, "
        f"unit, ? AS why FROM {outside} "
        "LEFT JOIN (SELECT nth, min(key) AS key FROM known GROUP BY nth) USING (nth) "
        "LEFT JOIN (SELECT CAST(key AS BIGINT) AS key, unit FROM below) USING (key)",
        [_UNKNOWN],
    )


def _accounts_by_name(duck: duckdb.DuckDBPyConnection, outside: str) -> None:
    """What is no id of an account may be its name."""
    rest = duck.execute(
        f"SELECT DISTINCT outside, nth FROM {outside} ANTI JOIN known USING (nth) "
        "WHERE outside <> '' ORDER BY outside"
    )
    places = dict(rest.fetchall())
    found = keys_by_word(TARGETS["Account"], list(places))
    if found:
        listed = [json.dumps([places[word] for word in found]), json.dumps(list(found.values()))]
        duck.execute(f"INSERT INTO known SELECT {_KEYS_LISTED}, {_KEYS_LISTED}", listed)


def _outside_ids(duck: duckdb.DuckDBPyConnection, column: str) -> str:
    """The table of a column's distinct words, the id that each is, and its place among the ids.

    It hangs on the file alone and is kept beside `raw`: storing need not read the words again.
    """
    table = f"outside_{column}"
    kept = "SELECT 1 FROM duckdb_tables() WHERE table_name = ? AND NOT temporary"
    if duck.execute(kept, [table]).fetchone() is None:
        rows = duck.execute(f"SELECT DISTINCT {column} FROM raw WHERE {column} IS NOT NULL")
        words = [word for (word,) in rows.fetchall()]
        duck.execute(
            f"CREATE TABLE {table} AS SELECT *, dense_rank() OVER (ORDER BY outside) AS nth "
            f"FROM (SELECT {_LISTED} AS word, {_LISTED} AS outside)",
            [json.dumps(words), json.dumps([canonical_id(word) for word in words])],
        )
    return table


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
    *,
    run: runs.Run | None,
    apply: bool,
) -> None:
    """Only of lines that name a unit: another's is what its account itself is, if anything."""
    rows = _named(duck, account, unit) if unit else []
    listed: list[tuple[str, str, str]] = []
    for start in range(0, len(rows), _BATCH):
        some = rows[start : start + _BATCH]
        known = places(key for _, _, _, key in some)
        wanted = {
            (word, cell): (known[key].planning_account, known[key].unit, name)
            for word, cell, name, key in some
        }
        if apply:
            names.make_units(wanted.values(), run=run)
        held = units(wanted.values())
        listed += [(word, cell, _unit_key(wanted[word, cell], held)) for word, cell, _, _ in some]
    _keep(duck, "units", listed, columns=("account_word", "word", "key"))


def _named(
    duck: duckdb.DuckDBPyConnection, account: str, unit: str
) -> list[tuple[str, str, str, int]]:
    """Account and unit as written, the unit's name and our account, wherever a unit is named."""
    return duck.execute(
        f"SELECT DISTINCT {account}, {unit}, trim({unit}), CAST(key AS BIGINT) FROM raw "
        f"JOIN accounts ON word = {account} "
        f"WHERE {unit} IS NOT NULL AND key IS NOT NULL AND trim({unit}) <> ''"
    ).fetchall()


def _unit_key(key: UnitKey, held: Mapping[UnitKey, int]) -> str:
    return str(held[key]) if key in held else f"?{key[2]}"


def _keep(
    duck: duckdb.DuckDBPyConnection,
    table: str,
    rows: Iterable[Sequence[str | int | None]],
    *,
    columns: Sequence[str] = ("word", "key", "why"),
) -> None:
    # An Arrow table would bring pandas in, at a second a process; a list is taken word by word.
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    named = ", ".join(f"{_LISTED} AS {name}" for name in columns)
    duck.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {named}",
        [json.dumps(column) for column in cells],
    )


def _one(duck: duckdb.DuckDBPyConnection, query: str, values: Sequence[object] = ()) -> Any:
    row = duck.execute(query, values).fetchone()
    return row[0] if row else None
