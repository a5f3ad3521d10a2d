"""SQL that turns raw text into ledger columns, and that names what is wrong with a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sightline.agreement.canonical import DayOrder
from sightline.exchange.imports.cells import Formats
from sightline.exchange.imports.ledger_specs import LedgerKind, Resolves
from sightline.ledger.currencies import decimals_of
from sightline.ledger.duck import text
from sightline.ledger.tables import OUTSIDE_ID, duckdb_type

# Six decimals carry every currency; twelve digits before them almost every amount.
_FAST, _DECIMAL = "DECIMAL(18,6)", "DECIMAL(28,6)"
_LARGEST = 10**14
# An opportunity line of Salesforce: its last three characters only check the rest.
_LONG_ID = "00k[A-Za-z0-9]{12}[A-Z0-5]{3}"
_SLASHED = {
    DayOrder.ISO: ("%Y/%m/%d",),
    DayOrder.DAY_FIRST: ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d.%m.%y"),
    DayOrder.MONTH_FIRST: ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y"),
}
_KEYED = {
    Resolves.ACCOUNT: "accounts",
    Resolves.UNIT: "units",
    Resolves.LINE: "lines",
    Resolves.CONTACT: "contacts",
    Resolves.PERSON: "people",
}
_WORDS = (Resolves.WORD, Resolves.TEXT)
_REQUIRED_KEYS = (Resolves.ACCOUNT, Resolves.LINE)
# Faults that hang on what the database holds and not on the file alone.
_OF_KEYS = ("'currency'", *(f"'unknown_{how.value}'" for how in _REQUIRED_KEYS))


def good_sql(
    kind: LedgerKind,
    fields: Mapping[str, str],
    formats: Formats,
    currency: str,
    *,
    told: str = "",
) -> str:
    """The ledger's columns for every line that has nothing wrong.

    `told` is a table of what `refused_sql` found in the same file: cells are then not read again to
    be checked, only keys, which may have changed since.
    """
    made = _made(kind, fields, formats, currency)
    columns = ", ".join(f'CAST({made[name]} AS {_type(kind, name)}) AS "{name}"' for name in made)
    wrong = " OR ".join(
        test
        for test, code, _, column in _tests(kind, fields, formats, currency)
        # A blank key, day or number has no value either: one test is enough to leave it out.
        if (code in _OF_KEYS if told else code != "'empty'" or _is_word(kind, column))
    )
    known = f" ANTI JOIN (FROM {told} WHERE of_cells) AS told USING (place)" if told else ""
    return f"SELECT {columns} FROM {_joined(kind, fields)}{known} WHERE NOT ({wrong})"


def _is_word(kind: LedgerKind, column: str) -> bool:
    return kind.columns.get(column.strip("'")) in _WORDS


def refused_sql(
    kind: LedgerKind, fields: Mapping[str, str], formats: Formats, currency: str
) -> str:
    """Place, code, message and column of the first fault of every line that has one, and whether
    any of its faults lies in the file alone (`of_cells`)."""
    tests = _tests(kind, fields, formats, currency)
    pick = {
        part: "CASE " + " ".join(f"WHEN {test[0]} THEN {test[n]}" for test in tests) + " END"
        for n, part in ((1, "code"), (2, "message"), (3, "col"))
    }
    wrong = " OR ".join(test for test, _, _, _ in tests)
    cells = " OR ".join(test for test, code, _, _ in tests if code not in _OF_KEYS)
    return (
        f"SELECT place, {pick['code']} AS code, {pick['message']} AS message, {pick['col']} AS col, "
        f"({cells}) AS of_cells FROM {_joined(kind, fields)} WHERE {wrong} ORDER BY place"
    )


def _joined(kind: LedgerKind, fields: Mapping[str, str]) -> str:
    joins = ["raw"]
    for name, how in kind.columns.items():
        if how is Resolves.UNIT:
            if name in fields:
                joins.append(
                    f"LEFT JOIN units ON units.account_word = raw.{fields['account']} "
                    f"AND units.word = raw.{fields[name]}"
                )
        elif how is Resolves.CURRENCY and name in fields:
            joins.append(
                f"LEFT JOIN currencies ON currencies.word IS NOT DISTINCT FROM raw.{fields[name]}"
            )
        elif how in _KEYED and name in fields:
            table = _KEYED[how]
            joins.append(f"LEFT JOIN {table} ON {table}.word = raw.{fields[name]}")
    return " ".join(joins)


def _made(
    kind: LedgerKind, fields: Mapping[str, str], formats: Formats, currency: str
) -> dict[str, str]:
    made = {}
    for name, how in _carried(kind, fields):
        column = fields.get(name)
        if how is Resolves.UNIT:
            made[name] = f"coalesce({'units.key, ' if column else ''}accounts.unit, '')"
        elif how is Resolves.AMOUNT:
            made[name] = _minor(str(column), formats, fields, currency)
        elif how is Resolves.CURRENCY:
            made[name] = _currency(fields, currency)
        elif column is None:
            made[name] = "NULL" if how in (Resolves.NUMBER, Resolves.SWITCH) else "''"
        elif how in _KEYED:
            made[name] = f"coalesce({_KEYED[how]}.key, '')"
        else:
            made[name] = _PLAIN[how](column, formats)
    return made


def _carried(kind: LedgerKind, fields: Mapping[str, str]) -> list[tuple[str, Resolves]]:
    """The part's columns: a line's id or quantity only where the file has one."""
    return [
        (name, how)
        for name, how in kind.columns.items()
        if how not in (Resolves.OUTSIDE_ID, Resolves.TOLD) or name in fields
    ]


def outside_id_sql(column: str) -> str:
    """A line's own id, null where it has none; of a Salesforce line's 18 characters the 15."""
    cell = f"nullif(trim({column}), '')"
    return (
        f"CASE WHEN regexp_full_match({cell}, '{_LONG_ID}') THEN left({cell}, 15) ELSE {cell} END"
    )


def _type(kind: LedgerKind, name: str) -> str:
    return "VARCHAR" if name == OUTSIDE_ID else duckdb_type(kind.table, name)


def _day(column: str, formats: Formats) -> str:
    cell = f"trim({column})"
    days = ", ".join(text(one) for one in (*_SLASHED[formats.days], "%Y%m%d"))
    # A month alone ("2026-01") is its first day.
    day = (
        f"coalesce(TRY_CAST({column} AS DATE), TRY_CAST(left({cell}, 10) AS DATE), "
        f"CAST(try_strptime({cell} || '-01', '%Y-%m-%d') AS DATE), "
        f"CAST(try_strptime(split_part({cell}, ' ', 1), [{days}]) AS DATE))"
    )
    # DuckDB knows years before Christ and infinity, nothing else here does.
    return f"CASE WHEN {day} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN {day} END"


def _number(column: str, formats: Formats) -> str:
    return f"coalesce({', '.join(_readings(column, formats))})"


def _readings(column: str, formats: Formats) -> list[str]:
    """A cell as a number, the quick reading first; each is null where it does not hold."""
    cell = f"regexp_replace({column}, '[\\s''\u00a0\u202f]', '', 'g')"
    if formats.decimal == ",":
        cell = f"replace(replace({cell}, '.', ''), ',', '.')"
    else:
        cell = f"replace({cell}, ',', '')"
    plain = f"regexp_replace({cell}, '^\\((.*)\\)$', '-\\1')"
    if formats.decimal == ",":
        return [f"TRY_CAST({plain} AS {_DECIMAL})"]
    # Most cells are plain: the second reading is tried only where the first fails.
    return [f"TRY_CAST({column} AS {_FAST})", f"TRY_CAST({plain} AS {_DECIMAL})"]


def _minor(column: str, formats: Formats, fields: Mapping[str, str], currency: str) -> str:
    known = "currency" in fields
    factor = "currencies.factor" if known else str(10 ** decimals_of(currency))
    # Each reading is rounded in its own width: in the wide one rounding takes five times as long.
    rounded = (
        f"CAST(round_even({reading} * {factor}, 0) AS BIGINT)"
        for reading in _readings(column, formats)
    )
    return f"coalesce({', '.join(rounded)})"


def _currency(fields: Mapping[str, str], currency: str) -> str:
    return "currencies.code" if "currency" in fields else text(currency)


def _switch(column: str, _: Formats) -> str:
    yes, no = "('true','1','yes','y','x')", "('false','0','no','n')"
    cell = f"lower(trim({column}))"
    return f"CASE WHEN {cell} IN {yes} THEN true WHEN {cell} IN {no} THEN false END"


_PLAIN: Mapping[Resolves, Callable[[str, Formats], str]] = {
    Resolves.DAY: _day,
    Resolves.NUMBER: _number,
    Resolves.TOLD: _number,
    Resolves.SWITCH: _switch,
    Resolves.WORD: lambda column, _: f"lower(trim(coalesce({column}, '')))",
    Resolves.TEXT: lambda column, _: f"trim(coalesce({column}, ''))",
    Resolves.OUTSIDE_ID: lambda column, _: outside_id_sql(column),
}


def _tests(
    kind: LedgerKind, fields: Mapping[str, str], formats: Formats, currency: str
) -> list[tuple[str, str, str, str]]:
    """Fault, code, message and column, each as SQL; the first that holds is told."""
    tests: list[tuple[str, str, str, str]] = []
    for name, how in kind.columns.items():
        column = fields.get(name)
        if column is not None:
            tests += _tests_of(name, column, how, kind, formats)
    if "currency" in fields:
        said = f"'\"' || {fields['currency']} || '\" is not an ISO 4217 currency such as EUR'"
        tests.append(("currencies.code IS NULL", "'currency'", said, "'currency'"))
    return tests


def _tests_of(
    name: str, column: str, how: Resolves, kind: LedgerKind, formats: Formats
) -> list[tuple[str, str, str, str]]:
    said = text(name)
    field = kind.object.field_of(name)
    tests = []
    if field is not None and field.required:
        empty = f"coalesce(trim({column}), '') = ''"
        tests.append((empty, "'empty'", text(f"{name} is empty"), said))
    shown = f"'\"' || left({column}, 24) || '\" '"
    if how in _REQUIRED_KEYS:
        table = _KEYED[how]
        tests.append(
            (f"{table}.key IS NULL", f"'unknown_{how.value}'", f"{shown} || {table}.why", said)
        )
    elif how is Resolves.OUTSIDE_ID:
        again = "raw.place IN (SELECT place FROM twice)"
        tests.append((again, "'id_twice'", f"{shown} || 'stands in an earlier row too'", said))
    elif how is Resolves.DAY:
        bad = f"{_day(column, formats)} IS NULL"
        tests.append((bad, "'unreadable'", f"{shown} || 'is not a day such as 2026-01-31'", said))
    elif how in (Resolves.AMOUNT, Resolves.NUMBER):
        value = _number(column, formats)
        bad = f"({column} IS NOT NULL AND ({value} IS NULL OR abs({value}) >= {_LARGEST}))"
        tests.append((bad, "'unreadable'", f"{shown} || 'is not a number'", said))
    return tests
