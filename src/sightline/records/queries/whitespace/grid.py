"""Scored grids kept between requests, and brought up to date by what was journalled since.

A cell that somebody said something of, or a play made of it, is computed alone; anything else that
a grid stands on has it computed from the ground up.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Value

from sightline.planning.money import Rates
from sightline.records.models import (
    Cell,
    CellFact,
    ImportRun,
    JournalEntry,
    KeptGrid,
    KeptGridPart,
    Play,
    PlayCell,
)
from sightline.records.prepared import prepared
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.whitespace.change import change_grid, shows
from sightline.records.queries.whitespace.compute import GridBase, compute_grid, plays_by_cell
from sightline.records.queries.whitespace.parted import (
    Packed,
    Unreadable,
    made_by,
    opened,
    packed,
)
from sightline.records.queries.whitespace.peers import measured_at
from sightline.records.queries.whitespace.said import Said, said_cells
from sightline.records.queries.whitespace.scored import GridSetting, Key, ScoredGrid
from sightline.records.queries.whitespace.suggested import declined_cells, newest_ranking

__all__ = [
    "KEEP_FROM",
    "GridSetting",
    "ScoredGrid",
    "forget",
    "grid_to_keep",
    "left_behind",
    "scored_grid",
]
# cells from which reading a kept grid is faster than computing it
KEEP_FROM = 1_000
_KEPT = 12
_MOST_CHANGES = 400
# what a grid does not stand on: a change of these leaves it as it is
_ELSEWHERE = frozenset({"action", "signin", "plan", "review", "challengeanswer", "renewalstrategy"})
_CELLS = frozenset({"cell", "cellbatch"})
_DECLINED = frozenset({"decline_suggestion", "suggest_again"})
_lock = Lock()
_kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()


@dataclass(frozen=True, slots=True)
class _Stamp:
    """Changes whenever anything does that the grid shows: every write is journalled."""

    entry: int
    entries: int
    cells: tuple[datetime | None, int]
    import_run: tuple[int | None, datetime | None]


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: _Stamp
    base: GridBase
    grid: ScoredGrid


@dataclass(frozen=True, slots=True)
class _News:
    """What was journalled since: cells, plays or declined suggestions."""

    cells: frozenset[int]
    plays: bool
    declined: bool
    written: bool


def scored_grid(scope: AccountScope, *, setting: GridSetting, rates: Rates) -> ScoredGrid:
    """The scored grid of an account and its family.

    Five queries where nothing changed since it was last computed, at most eleven where cells or
    plays did, else about twenty-five. A process that never computed it, or holds one of before a
    change of people or units, asks for the one that a job left ready, and for its parts as cells of
    theirs are asked for.
    """
    measured = measured_at()
    key = _key(scope, setting, measured)
    stamp = _stamp(scope)

    def compute() -> tuple[GridBase, ScoredGrid]:
        return compute_grid(scope, setting=setting, rates=rates, measured=measured)

    with _lock:
        held = _kept.get(key)
    kept = _followed(held, stamp, scope)
    if kept is None and (held is None or len(held.grid.scores) >= KEEP_FROM):
        kept = _followed(_ready(scope, setting, key, compute), stamp, scope)
    if kept is None:
        kept = _Kept(stamp, *compute())
    with _lock:
        _kept[key] = kept
        _kept.move_to_end(key)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return kept.grid


def forget() -> None:
    """This process holds no grid any more."""
    with _lock:
        _kept.clear()


def left_behind(scope: AccountScope, *, setting: GridSetting, rates: Rates) -> bool:
    """Whether a grid is kept that is no longer the one to show, and that no reader can bring up to
    date from the cells that changed: people, units or the ranking did."""
    if not KeptGrid.objects.filter(account=scope.account_id).exists():
        return False
    measured = measured_at()

    def compute() -> tuple[GridBase, ScoredGrid]:
        return compute_grid(scope, setting=setting, rates=rates, measured=measured)

    held = _ready(scope, setting, _key(scope, setting, measured), compute)
    return _followed(held, _stamp(scope), scope) is None


def grid_to_keep(
    scope: AccountScope, *, setting: GridSetting, rates: Rates
) -> tuple[str, Packed] | None:
    """The grid computed anew as bytes, with its mark; None where it is soon computed anyway."""
    measured = measured_at()
    mark = _mark(_key(scope, setting, measured))
    stamp = _stamp(scope)
    base, grid = compute_grid(scope, setting=setting, rates=rates, measured=measured)
    return (mark, packed(base, grid, stamp=stamp)) if len(grid.scores) >= KEEP_FROM else None


def _key(
    scope: AccountScope, setting: GridSetting, measured: datetime | None
) -> tuple[object, ...]:
    return (
        scope.account_id,
        scope.member_ids,
        scope.seen_ids,
        setting.on,
        setting.currency,
        setting.parameters.version,
        measured,
        newest_ranking(),
    )


def _mark(key: tuple[object, ...]) -> str:
    return hashlib.sha256(repr((made_by(), key)).encode()).hexdigest()


def _ready(
    scope: AccountScope,
    setting: GridSetting,
    key: tuple[object, ...],
    instead: Callable[[], tuple[GridBase, ScoredGrid]],
) -> _Kept | None:
    """What a job left ready. One query; the parts one each, when they are asked for."""
    rows = KeptGrid.objects.filter(account=scope.account_id, mark=_mark(key))
    found = rows.values_list("pk", "head").first()
    if found is None:
        return None
    pk, head = found

    def read(numbers: Sequence[int]) -> dict[int, bytes]:
        parts = KeptGridPart.objects.filter(grid=pk, number__in=numbers)
        return {number: bytes(body) for number, body in parts.values_list("number", "body")}

    try:
        base, grid, stamp = opened(bytes(head), setting=setting, read=read, instead=instead)
    except Unreadable:
        return None
    return _Kept(stamp, base, grid) if isinstance(stamp, _Stamp) else None


def _stamp(scope: AccountScope) -> _Stamp:
    written = _entries_of([*scope.member_ids, scope.planning_id])
    said = _said_of(scope.planning_id)
    imported = _imports()
    newest, count = next(iter(written), (None, 0))
    return _Stamp(
        newest or 0,
        count,
        next(iter(said), (None, 0)),
        next(iter(imported), (None, None)),
    )


@prepared
def _entries_of(ids: list[int]) -> QuerySet[JournalEntry, Any]:
    whole = JournalEntry.objects.filter(_written(ids)).order_by().values(whole=Value(1))
    return whole.annotate(newest=Max("pk"), count=Count("pk")).values_list("newest", "count")


@prepared
def _imports() -> QuerySet[ImportRun, Any]:
    whole = ImportRun.objects.order_by().values(whole=Value(1))
    return whole.annotate(newest=Max("pk"), at=Max("finished_at")).values_list("newest", "at")


@prepared
def _said_of(account_id: int) -> QuerySet[Cell, Any]:
    whole = Cell.objects.filter(account_id=account_id).order_by().values(whole=Value(1))
    return whole.annotate(at=Max("changed_at"), count=Count("pk")).values_list("at", "count")


def _written(ids: list[int]) -> Q:
    return Q(account_id__in=ids) | Q(account=None)


def _followed(held: _Kept | None, stamp: _Stamp, scope: AccountScope) -> _Kept | None:
    """What is held, with the news worked in; None where that cannot be, or nothing is held."""
    if held is None or held.stamp == stamp:
        return held
    return _caught_up(held, stamp, scope)


def _caught_up(held: _Kept, stamp: _Stamp, scope: AccountScope) -> _Kept | None:
    """The grid with the news worked in; None where it must be computed from the ground up."""
    if held.stamp.import_run != stamp.import_run:
        return None
    news = _news(held.stamp, stamp, scope)
    if news is None:
        return None
    if not news.written:
        return replace(held, stamp=stamp)
    base, grid = held.base, held.grid
    newer = _newer(held, news.cells)
    if newer is None:
        return None
    told = grid.suggested
    if news.declined:
        told = replace(told, declined=declined_cells(base.planning_id))
    plays = plays_by_cell(base.planning_id) if news.plays else None
    changed = change_grid(base, grid, newer=newer, suggested=told, plays=plays)
    return _Kept(stamp, base, changed)


def _news(before: _Stamp, now: _Stamp, scope: AccountScope) -> _News | None:
    """None where something else was written, too much, or not in the order of its numbers."""
    rows = list(
        JournalEntry.objects.filter(
            _written([*scope.member_ids, scope.planning_id]), pk__gt=before.entry
        )
        .order_by("pk")
        .values_list("verb", "subject_kind", "subject_id")[: _MOST_CHANGES + 1]
    )
    if len(rows) > _MOST_CHANGES or before.entries + len(rows) != now.entries:
        return None
    subjects: dict[str, set[int]] = {}
    kinds = set()
    for verb, kind, subject in rows:
        known = kind in _ELSEWHERE or kind in _CELLS or kind == "play" or verb in _DECLINED
        if not known:
            return None
        kinds.add("declined" if verb in _DECLINED else kind)
        if subject is not None:
            subjects.setdefault(kind, set()).add(subject)
    if _tied(subjects.get("play", set())):
        return None
    cells = _cells_of(subjects)
    if _parting(cells):
        return None
    if not cells and before.cells != now.cells:
        return None
    written = kinds - _ELSEWHERE
    return _News(frozenset(cells), "play" in kinds, "declined" in kinds, bool(written))


def _tied(plays: set[int]) -> bool:
    """Whether one of the plays has an opportunity: that may stand in its cells."""
    return bool(plays) and Play.objects.filter(pk__in=plays, opportunity__isnull=False).exists()


def _parting(cells: set[int]) -> bool:
    """Whether what one of the cells is worth may part an opportunity over the cells of its play."""
    of = Cell.objects.filter(pk__in=cells).values_list("account_id", "unit_id", "product_line_id")
    spoken = set(of) if cells else set()
    tied = PlayCell.objects.filter(
        play__account_id__in={account for account, _, _ in spoken},
        product_line_id__in={line for _, _, line in spoken},
        play__opportunity__isnull=False,
        play__removed_at=None,
    ).values_list("play__account_id", "unit_id", "product_line_id")
    return bool(spoken) and not spoken.isdisjoint(tied)


def _cells_of(subjects: Mapping[str, set[int]]) -> set[int]:
    """Cells that were spoken of, one by one or many in a step."""
    batches = subjects.get("cellbatch", set())
    if not batches:
        return subjects.get("cell", set())
    of = CellFact.objects.filter(Q(batch_id__in=batches) | Q(emptied_in_id__in=batches))
    return subjects.get("cell", set()).union(of.values_list("cell_id", flat=True))


def _newer(held: _Kept, cells: frozenset[int]) -> Mapping[Key, Said] | None:
    """What is said of these now; None where it is of a unit that the grid does not show."""
    if not cells:
        return {}
    newer = said_cells(held.base.planning_id, currency=held.grid.currency, only=cells)
    return newer if all(shows(held.base, key) for key in newer) else None
