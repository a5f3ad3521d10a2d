"""After accounts are stored: their parents, their planning account, and child accounts as units.

The planning account is the top of the family unless an account plans alone; every account below
it is a unit of it, nested as the accounts are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from sightline.actions import journal
from sightline.actions.imports.bulk import among_keys, insert_rows, next_keys, update_rows
from sightline.actions.imports.lookups import IncomingRow, Scope, keys_of, reference_maps
from sightline.actions.imports.moves import COLUMN, Move, keep_moves
from sightline.actions.imports.targets import Target
from sightline.records.models import Account, Contact, ImportRun, Unit

_CHUNK = 2_000


def link_rows(target: Target, rows: Sequence[IncomingRow], scope: Scope, *, run: ImportRun) -> int:
    """Set references within a target (parent, manager, reports to) now that all rows exist.

    A reference that would close a circle of parents is left out. Answers how many changed.
    """
    held = keys_of(target, (row.key for row in rows), scope)
    maps = reference_maps(target, rows, scope)
    late = target.late
    changes: dict[int, dict[str, Any]] = {}
    for row in rows:
        pk = held.get(row.key)
        if pk is None or row.removed:
            continue
        for ref in late:
            if ref.value in row.values:
                found = maps[ref.column].get(str(row.values[ref.value] or ""))
                changes.setdefault(pk, {})[ref.column] = (
                    found if isinstance(found, int) and found != pk else None
                )
    return _store_links(target, changes, run)


def _store_links(target: Target, changes: dict[int, dict[str, Any]], run: ImportRun) -> int:
    columns = [ref.column for ref in target.late]
    now = target.model._default_manager.filter(pk__in=changes).values_list("pk", *columns)
    differing = []
    moves: list[Move] = []
    for pk, *held in now:
        new = [changes[pk].get(column, old) for column, old in zip(columns, held, strict=True)]
        if new != list(held):
            differing.append((pk, new))
            if target.model is Contact:
                at = columns.index(COLUMN)
                moves.append((pk, held[at], new[at]))
    if not differing:
        return 0
    with transaction.atomic():
        update_rows(target.model, columns, differing, versioned=False)
        keep_moves(moves, source_id=run.source_id, now=timezone.now())
        journal.record(
            "import_links",
            actor_id=run.created_by_id,
            note=f"{len(differing)} rows of {target.name}",
            run=run,
        )
    return len(differing)


def planned_columns(count: int, parents: Sequence[Any] | None) -> dict[str, list[Any]]:
    """Keys and planning accounts of new accounts, each a parent's key, None or PENDING, so that they
    are written once: its own where nobody stands above it, else its parent's. What is not known yet
    is left to `settle_families`."""
    keys = next_keys(Account, count)
    above = parents if parents is not None else [None] * count
    named = {one for one in above if isinstance(one, int)}
    held = Account.objects.filter(pk__in=among_keys(named)) if named else Account.objects.none()
    planning = dict(held.values_list("pk", "planning_account_id"))
    tops = [
        key if parent is None else planning.get(parent)
        for key, parent in zip(keys, above, strict=True)
    ]
    return {"id": keys, "planning_account_id": tops}


def settle_families(*, run: ImportRun | None) -> int:
    """Recompute planning accounts and the units that stand for child accounts.

    Reads parent links only (three numbers an account) and writes what differs, in chunks.
    Answers how many accounts and units changed.
    """
    rows = Account.objects.values_list("pk", "parent_id", "plans_alone", "planning_account_id")
    parents: dict[int, int | None] = {}
    alone: set[int] = set()
    held: dict[int, int | None] = {}
    for pk, parent, splits, planning in rows.iterator(chunk_size=_CHUNK):
        parents[pk], held[pk] = parent, planning
        if splits:
            alone.add(pk)
    tops = planning_tops(parents, alone)
    moved = [(pk, [top]) for pk, top in tops.items() if held[pk] != top]
    for start in range(0, len(moved), _CHUNK):
        with transaction.atomic():
            update_rows(
                Account,
                ["planning_account_id"],
                moved[start : start + _CHUNK],
                versioned=False,
            )
            _note(f"{len(moved[start : start + _CHUNK])} planning accounts", run)
            _tell_joined(moved[start : start + _CHUNK], held, run)
    return len(moved) + _settle_units(parents, tops, run)


def _tell_joined(
    moved: Sequence[tuple[int, Sequence[int]]],
    held: Mapping[int, int | None],
    run: ImportRun | None,
) -> None:
    """An account that planned on its own and now stands in a family: its new head's journal says so,
    and the head's tier is asked again. One that plans on its own again: its old head's says so."""
    actor = run.created_by_id if run else None
    joined = [(Account(pk=pk), top, "") for pk, (top,) in moved if held[pk] == pk]
    journal.record_each("join_family", joined, actor_id=actor)
    left = [(Account(pk=pk), held[pk], "") for pk, (top,) in moved if held[pk] and top == pk]
    journal.record_each("leave_family", left, actor_id=actor)


def planning_tops(parents: Mapping[int, int | None], alone: set[int]) -> dict[int, int]:
    """The planning account of each account. A circle of parents ends at its smallest key.

    Each account is looked at once, however long the chains of parents are.
    """
    tops: dict[int, int] = {}
    for pk in parents:
        path: dict[int, None] = {}
        at = pk
        while at not in tops:
            if at in path:
                way = list(path)
                tops[at] = min(way[way.index(at) :])
                break
            path[at] = None
            above = None if at in alone else parents[at]
            if above is None or above not in parents:
                tops[at] = at
                break
            at = above
        tops |= dict.fromkeys(path, tops[at])
    return tops


def _settle_units(
    parents: Mapping[int, int | None], tops: Mapping[int, int], run: ImportRun | None
) -> int:
    children = [pk for pk, top in tops.items() if top != pk]
    wanted = dict.fromkeys(children)
    names = _own_names(children, parents)
    held = {
        linked: (pk, account, parent, name)
        for pk, linked, account, parent, name in Unit.objects.exclude(
            linked_account=None
        ).values_list("pk", "linked_account_id", "account_id", "parent_id", "name")
    }
    gone = [unit[0] for linked, unit in held.items() if linked not in wanted]
    made = [pk for pk in children if pk not in held]
    for start in range(0, len(gone), _CHUNK):
        with transaction.atomic():
            Unit.objects.filter(pk__in=gone[start : start + _CHUNK]).delete()
            _note(f"{len(gone[start : start + _CHUNK])} units gone", run)
    for start in range(0, len(made), _CHUNK):
        some = made[start : start + _CHUNK]
        with transaction.atomic():
            insert_rows(
                Unit,
                ["account_id", "linked_account_id", "name", "kind"],
                [[tops[pk], pk, names[pk], Unit.Kind.CHILD_ACCOUNT] for pk in some],
            )
            _note(f"{len(some)} units for child accounts", run)
    return len(gone) + len(made) + _place_units(children, parents, tops, names, run)


def _place_units(
    children: Sequence[int],
    parents: Mapping[int, int | None],
    tops: Mapping[int, int],
    names: Mapping[int, str],
    run: ImportRun | None,
) -> int:
    rows = Unit.objects.exclude(linked_account=None).values_list(
        "linked_account_id", "pk", "account_id", "parent_id", "name"
    )
    held = {linked: (pk, account, parent, name) for linked, pk, account, parent, name in rows}
    differing = []
    for child in children:
        pk, *now = held[child]
        above = parents.get(child)
        inside = above is not None and above != tops[child] and above in held
        parent = held[above][0] if above is not None and inside else None
        wanted = [tops[child], parent, names[child]]
        if now != wanted:
            differing.append((pk, wanted))
    for start in range(0, len(differing), _CHUNK):
        some = differing[start : start + _CHUNK]
        with transaction.atomic():
            update_rows(Unit, ["account_id", "parent_id", "name"], some, versioned=True)
            _note(f"{len(some)} units placed", run)
    return len(differing)


def _own_names(children: Sequence[int], parents: Mapping[int, int | None]) -> dict[int, str]:
    """Names for units; of two children of one parent with one name, the later says its number."""
    names = _names(children)
    taken: set[tuple[int | None, str]] = set()
    for child in sorted(children):
        place = (parents.get(child), names[child])
        if place in taken:
            names[child] = f"{names[child][:230]} ({child})"
        taken.add(place)
    return names


def _names(accounts: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(accounts), _CHUNK):
        some = accounts[start : start + _CHUNK]
        found |= dict(Account.objects.filter(pk__in=some).values_list("pk", "name"))
    return found


def _note(text: str, run: ImportRun | None) -> None:
    journal.record(
        "settle_families", actor_id=run.created_by_id if run else None, note=text, run=run
    )
