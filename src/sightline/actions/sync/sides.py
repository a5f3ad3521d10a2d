"""What our side says of a row's mapped fields, in the other system's terms, many rows at once.

A reference is said by the outside id of what it names, money in the record's own currency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat
from typing import Any

from django.db import connection

from sightline.actions.imports.bulk import among_keys
from sightline.actions.imports.targets import TARGETS, Target
from sightline.actions.imports.told import role_told
from sightline.actions.sync.context import Context
from sightline.actions.sync.told_people import told
from sightline.agreement.canonical import Unreadable
from sightline.agreement.telling import TOLD
from sightline.agreement.values import FieldShape, Value, canonical
from sightline.planning.money import minor_digits
from sightline.records.models import Action, Stage, TierResult

Said = dict[str, Any]

_MONEY = {
    "Account": {"annual_revenue", "target"},
    "Opportunity": {"amount"},
    "Contract": {"annual_value"},
}
# Salesforce's own values; a company's others come in as they are and are never sent by us.
_STATUS = {
    Action.State.OPEN: "Not Started",
    Action.State.DONE: "Completed",
    Action.State.DROPPED: "Deferred",
}

# Fields of which their words say less than ours: a champion is told as an influencer.
COARSE = frozenset({("OpportunityContactRole", "role"), ("Task", "status")})


def said_here(
    context: Context, target_name: str, pks: Iterable[int], *, lock: bool = False
) -> dict[int, Said]:
    """For each row that exists: what we say of every mapped field, and `_version`, `_removed`.

    With `lock` the rows are held until the transaction ends, in key order.
    """
    rule = context.rule(target_name)
    names = [one.ours for one in rule.fields] if rule is not None else []
    told = said_columns(context, target_name, pks, names, lock=lock)
    return {
        pk: dict(zip(told.columns, values, strict=True))
        for pk, values in zip(told.pks, zip(*told.columns.values(), strict=True), strict=True)
    }


@dataclass(frozen=True, slots=True)
class SaidColumns:
    """The same by field: of one place in every column one row speaks, whose key is there in `pks`."""

    pks: Sequence[int]
    columns: Mapping[str, Sequence[Any]]


def said_columns(
    context: Context,
    target_name: str,
    pks: Iterable[int],
    names: Sequence[str],
    *,
    lock: bool = False,
) -> SaidColumns:
    """What we say of these fields, `_version` and `_removed`, of each row that exists."""
    target = TARGETS[target_name]
    columns = _columns(target, names)
    rows = _rows(target, pks, columns, lock=lock)
    held = dict(zip(columns, zip(*rows, strict=True) if rows else repeat(()), strict=False))
    known, nothing = held["id"], [None] * len(rows)
    said: dict[str, Sequence[Any]] = {
        "_version": held.get("version", [0] * len(rows)),
        "_removed": [one is not None for one in held.get("removed_at", nothing)],
    }
    outside = _outside(target, held, context.source_id, names) if rows else {}
    for name in names:
        plain = outside[name] if name in outside else _plain(target_name, name, held)
        said[name] = nothing if plain is None else plain
    if _has_extra(target_name, names):
        by_key = {
            pk: dict(zip(columns, row, strict=True)) for pk, row in zip(known, rows, strict=True)
        }
        extra = _EXTRA[target_name].say(by_key, context)
        for name in {name for one in extra.values() for name in one}.intersection(names):
            said[name] = [
                extra.get(pk, {}).get(name, one) for pk, one in zip(known, said[name], strict=True)
            ]
    return SaidColumns(known, said)


def value_here(raw: Any, shape: FieldShape) -> Value:
    """Our value in canonical form. What cannot be said there counts as unchanged text."""
    try:
        return canonical(raw, shape)
    except Unreadable:
        return str(raw)


Columns = Mapping[str, Sequence[Any]]


def _columns(target: Target, names: Sequence[str]) -> list[str]:
    """The columns that say these fields, those that are put together of several included."""
    also = {*_FRAME, "currency"}
    also |= _EXTRA[target.name].parts if _has_extra(target.name, names) else set()
    also |= {ref.column for ref in target.refs if ref.value in names}
    also |= {column for value, (column, _) in target.named.items() if value in names}
    held = {one.attname for one in target.model._meta.concrete_fields}
    return sorted(held & {*names, *also})


def _rows(
    target: Target, pks: Iterable[int], columns: Sequence[str], *, lock: bool
) -> list[tuple[Any, ...]]:
    wanted = set(pks)
    if not wanted:
        return []
    rows = target.model._default_manager.filter(pk__in=among_keys(wanted)).order_by("pk")
    if lock and connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return list(rows.values_list(*columns))


_FRAME = ("id", "version", "removed_at")


def _plain(target_name: str, name: str, held: Columns) -> Sequence[Any] | None:
    """A column as it is; money in the record's own currency. None: there is no such column."""
    column = held.get(name)
    if column is None or name not in _MONEY.get(target_name, ()):
        return column
    currencies = held.get("currency") or [None] * len(column)
    return [_amount(*one) for one in zip(column, currencies, strict=True)]


def _amount(value: Any, currency: Any) -> Any:
    if value is None:
        return None
    return format(Decimal(int(value)).scaleb(-minor_digits(str(currency or "USD"))), "f")


def _outside(
    target: Target, held: Columns, source_id: int, names: Sequence[str]
) -> dict[str, Sequence[Any]]:
    """By field: the outside ids, or the stages' labels, that a column of keys says."""
    found: dict[str, Sequence[Any]] = {}
    for ref in target.refs:
        if ref.value in names:
            ids = outside_ids(ref.target, held[ref.column], source_id)
            found[ref.value] = [ids.get(key) for key in held[ref.column]]
    for value, (column, kind) in target.named.items():
        if value in names and kind == "stage":
            labels = dict(Stage.objects.filter(pk__in=set(held[column])).values_list("pk", "name"))
            found[value] = [labels.get(key) for key in held[column]]
    return found


def outside_ids(target_name: str, pks: Iterable[int | None], source_id: int) -> dict[int, str]:
    """The outside ids of rows that came from, or were created in, this source."""
    wanted = {pk for pk in pks if pk is not None}
    if not wanted:
        return {}
    keys = among_keys(wanted)
    rows = TARGETS[target_name].model._default_manager.filter(pk__in=keys)
    # Sorted out here: told the source, SQLite goes through every row of it instead of the keys.
    held = rows.values_list("pk", "source_id", "outside_id")
    return {pk: outside for pk, source, outside in held if source == source_id and outside}


def _tiers(rows: Mapping[int, Mapping[str, Any]], context: Context) -> dict[int, Said]:
    held = TierResult.objects.filter(account_id__in=among_keys(rows)).values_list(
        "account_id", "decided_tier", "requalify_on"
    )
    said: dict[int, Said] = {pk: {"decided_tier": None, "next_review": None} for pk in rows}
    for account, tier, review in held:
        if tier is not None:
            said[account] = {"decided_tier": str(tier), "next_review": review}
    return said


def _tasks(rows: Mapping[int, Mapping[str, Any]], context: Context) -> dict[int, Said]:
    ids = {
        name: outside_ids(name, [row[column] for row in rows.values()], context.source_id)
        for name, column in _TASK_REFS
    }
    said: dict[int, Said] = {}
    for pk, row in rows.items():
        about = [ids[name].get(row[column]) for name, column in _TASK_REFS]
        said[pk] = {
            "status": _STATUS[Action.State(row["state"])],
            "what": next((one for one in about[1:] if one), None),
            "who": about[0],
        }
    return said


_TASK_REFS = (
    ("Contact", "contact_id"),
    ("Opportunity", "opportunity_id"),
    ("Contract", "contract_id"),
    ("Account", "account_id"),
)


def _roles(rows: Mapping[int, Mapping[str, Any]], context: Context) -> dict[int, Said]:
    return roles_said(rows)


def roles_said(rows: Mapping[int, Mapping[str, Any]]) -> dict[int, Said]:
    """Our role in Salesforce's word for it; a blocker is never told."""
    return {pk: {"role": role_told(row)} for pk, row in rows.items()}


def _people(rows: Mapping[int, Mapping[str, Any]], context: Context) -> dict[int, Said]:
    """A name known only as a whole is told with its last word as the last name; what is thought of
    somebody only where the mapping says so."""
    said: dict[int, Said] = told(context, rows.keys())
    for pk, row in rows.items():
        words = row["name"].split() if not row["last_name"] else ()
        if words:
            named = {"last_name": words[-1], "first_name": " ".join(words[:-1])}
            said[pk] = {**said.get(pk, {}), **named}
    return said


@dataclass(frozen=True, slots=True)
class _Extra:
    """Fields that are put together: their names, the columns they are made of, and how."""

    names: Set[str]
    parts: Set[str]
    say: Callable[[Mapping[int, Mapping[str, Any]], Context], dict[int, Said]]


_EXTRA = {
    "Contact": _Extra(
        frozenset({"last_name", "first_name", *TOLD}),
        frozenset({"name", "last_name", "first_name"}),
        _people,
    ),
    "Account": _Extra(frozenset({"decided_tier", "next_review"}), frozenset(), _tiers),
    "Task": _Extra(
        frozenset({"status", "what", "who"}),
        frozenset({"state", *(column for _, column in _TASK_REFS)}),
        _tasks,
    ),
    "OpportunityContactRole": _Extra(
        frozenset({"role"}), frozenset({"role", "buying_role"}), _roles
    ),
}


def _has_extra(target_name: str, names: Sequence[str]) -> bool:
    return target_name in _EXTRA and not _EXTRA[target_name].names.isdisjoint(names)
