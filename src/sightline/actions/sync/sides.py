"""What our side says of a row's mapped fields, in the other system's terms, many rows at once.

A reference is said by the outside id of what it names, money in the record's own currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from sightline.actions.imports.bulk import among_keys
from sightline.actions.imports.targets import TARGETS, Target
from sightline.actions.imports.told import role_told
from sightline.actions.sync.context import Context
from sightline.actions.sync.told_people import told
from sightline.agreement.canonical import Unreadable
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
    target = TARGETS[target_name]
    names = [one.ours for one in rule.fields] if rule is not None else []
    rows = _rows(target, pks, _columns(target, names), lock=lock)
    if rule is None or not rows:
        return {pk: _frame(row) for pk, row in rows.items()}
    outside = _outside(target, rows.values(), context.source_id, names)
    said = {pk: _frame(row) for pk, row in rows.items()}
    for name in names:
        values = outside[name] if name in outside else _plain(target_name, name, rows)
        for pk, one in said.items():
            one[name] = values[pk]
    for pk, told_of in _EXTRA.get(target_name, _nothing)(rows, context).items():
        said[pk].update((name, value) for name, value in told_of.items() if name in names)
    return said


def value_here(raw: Any, shape: FieldShape) -> Value:
    """Our value in canonical form. What cannot be said there counts as unchanged text."""
    try:
        return canonical(raw, shape)
    except Unreadable:
        return str(raw)


def _columns(target: Target, names: Sequence[str]) -> list[str]:
    """The columns that say these fields, those that are put together of several included."""
    also = {*_FRAME, "currency", *_PARTS.get(target.name, ())}
    also |= {ref.column for ref in target.refs if ref.value in names}
    also |= {column for value, (column, _) in target.named.items() if value in names}
    held = {one.attname for one in target.model._meta.concrete_fields}
    return sorted(held & {*names, *also})


def _rows(
    target: Target, pks: Iterable[int], columns: Sequence[str], *, lock: bool
) -> dict[int, dict[str, Any]]:
    wanted = set(pks)
    if not wanted:
        return {}
    rows = target.model._default_manager.filter(pk__in=among_keys(wanted)).order_by("pk")
    if lock and connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return {row["id"]: row for row in rows.values(*columns)}


_FRAME = ("id", "version", "removed_at")
# What the fields of `_EXTRA` are made of.
_PARTS = {
    "Contact": ("name", "last_name", "first_name"),
    "Task": ("state", "contact_id", "opportunity_id", "contract_id", "account_id"),
    "OpportunityContactRole": ("role", "buying_role"),
}


def _frame(row: Mapping[str, Any]) -> Said:
    return {"_version": row.get("version", 0), "_removed": row.get("removed_at") is not None}


def _plain(target_name: str, name: str, rows: Mapping[int, Mapping[str, Any]]) -> dict[int, Any]:
    """A column as it is; money in the record's own currency."""
    if name not in _MONEY.get(target_name, ()):
        return {pk: row.get(name) for pk, row in rows.items()}
    return {pk: _amount(row.get(name), row.get("currency")) for pk, row in rows.items()}


def _amount(value: Any, currency: Any) -> Any:
    if value is None:
        return None
    return format(Decimal(int(value)).scaleb(-minor_digits(str(currency or "USD"))), "f")


def _outside(
    target: Target, rows: Iterable[Mapping[str, Any]], source_id: int, names: Sequence[str]
) -> dict[str, dict[int, Any]]:
    """By field and key: the outside id, or the stage's label, that a column of keys says."""
    held = list(rows)
    found: dict[str, dict[int, Any]] = {}
    for ref in target.refs:
        if ref.value in names:
            ids = outside_ids(ref.target, [row[ref.column] for row in held], source_id)
            found[ref.value] = {row["id"]: ids.get(row[ref.column]) for row in held}
    for value, (column, kind) in target.named.items():
        if value in names and kind == "stage":
            keys = {row[column] for row in held}
            labels = dict(Stage.objects.filter(pk__in=keys).values_list("pk", "name"))
            found[value] = {row["id"]: labels.get(row[column]) for row in held}
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


def _nothing(rows: Mapping[int, Mapping[str, Any]], context: Context) -> dict[int, Said]:
    return {}


def _tiers(rows: Mapping[int, Mapping[str, Any]], context: Context) -> dict[int, Said]:
    held = TierResult.objects.filter(account_id__in=rows).values_list(
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


_EXTRA = {"Contact": _people, "Account": _tiers, "Task": _tasks, "OpportunityContactRole": _roles}
