"""The grid of an account with every cell scored: facts, state, value, path, rank, sums.

Scoring thousands of cells takes longer than a page may; a scored grid is kept until anything it
was made from changes (`_stamp`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from typing import TypeVar

from django.db.models import Count, Max, Q

from sightline.planning.money import Rates
from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import (
    CellPath,
    ContactLog,
    PlanPaths,
    StakeholderParameters,
    fresh_ratings,
    people_map,
    relationship,
    ways_in,
)
from sightline.planning.whitespace import (
    CellFacts,
    CellScore,
    Eligibility,
    FamilyDefault,
    Holder,
    Need,
    Override,
    Totals,
    WhitespaceParameters,
    add_up,
    roll_up,
    score_cells,
    with_default,
)
from sightline.records.models import (
    Account,
    Cell,
    CellFact,
    CrmUser,
    FamilyRule,
    ImportRun,
    JournalEntry,
    PlayCell,
)
from sightline.records.queries import people
from sightline.records.queries.account_grid import (
    WHOLE,
    GridFacts,
    GridLine,
    GridUnit,
    grid_facts,
)
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.whitespace.peers import Peers, measured_at, peers_for
from sightline.records.queries.whitespace.said import Said, said_cells

Key = tuple[str, str]
Kind = TypeVar("Kind")
_KEPT = 12
_lock = Lock()
_kept: OrderedDict[tuple[object, ...], ScoredGrid] = OrderedDict()


@dataclass(frozen=True, slots=True)
class ScoredGrid:
    """Rows, columns, and every cell's score by (unit, line). `totals` are of each unit with all
    below it, `by_family` of each unit alone and one family; `said` holds what people said, for editing; `owners` names by key."""

    currency: str
    on: date
    units: tuple[GridUnit, ...]
    lines: tuple[GridLine, ...]
    scores: Mapping[Key, CellScore]
    totals: Mapping[str, Totals]
    whole: Totals
    by_family: Mapping[tuple[str, str], Totals]
    said: Mapping[Key, Said]
    owners: Mapping[str, str]
    measured: bool
    people_known: int
    peers: Peers

    @property
    def parents(self) -> dict[str, str | None]:
        """The unit above each unit."""
        return {unit.key: unit.parent for unit in self.units}

    def unit(self, key: str) -> GridUnit | None:
        """One column."""
        return next((unit for unit in self.units if unit.key == key), None)

    def line(self, key: str) -> GridLine | None:
        """One row."""
        return next((line for line in self.lines if line.key == key), None)


@dataclass(frozen=True, slots=True)
class GridSetting:
    """What a grid is computed with."""

    on: date
    currency: str
    parameters: Parameters

    @property
    def numbers(self) -> WhitespaceParameters:
        """The whitespace rules' numbers."""
        return self.parameters.section(WhitespaceParameters, "whitespace")


def scored_grid(scope: AccountScope, *, setting: GridSetting, rates: Rates) -> ScoredGrid:
    """The scored grid of an account and its family.

    Four queries where nothing changed since it was last computed, else about twenty.
    """
    measured = measured_at()
    key = (
        scope.account_id,
        scope.member_ids,
        scope.seen_ids,
        setting.on,
        setting.currency,
        setting.parameters.version,
        *_stamp(scope),
        measured,
    )
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _computed(scope, setting, rates, measured)
    with _lock:
        _kept[key] = found
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found


def _stamp(scope: AccountScope) -> tuple[object, ...]:
    """Changes whenever anything does that the grid shows: every write is journalled."""
    ids = [*scope.member_ids, scope.planning_id]
    written = JournalEntry.objects.filter(Q(account_id__in=ids) | Q(account=None)).aggregate(
        newest=Max("pk")
    )
    imported = ImportRun.objects.aggregate(newest=Max("pk"), at=Max("finished_at"))
    said = Cell.objects.filter(account_id=scope.planning_id).aggregate(
        at=Max("changed_at"), count=Count("pk")
    )
    return (written["newest"], imported["newest"], imported["at"], said["at"], said["count"])


def _computed(
    scope: AccountScope, setting: GridSetting, rates: Rates, measured: datetime | None
) -> ScoredGrid:
    facts = grid_facts(scope, on=setting.on, currency=setting.currency, rates=rates)
    said = said_cells(scope.planning_id, currency=setting.currency)
    facts = _with_said_units(facts, said)
    industry = Account.objects.filter(pk=scope.planning_id).values_list("industry", flat=True)
    peers = peers_for(
        industry.first() or "",
        currency=setting.currency,
        on=setting.on,
        parameters=setting.numbers,
        measured=measured,
    )
    plays = _plays_by_cell(scope.planning_id)
    rules = _rules()
    staff = {unit.key: unit.employees for unit in facts.units}
    families = {line.key: line.family for line in facts.lines}
    cells = [
        with_default(
            _merged(cell, said.get(cell.key), peers, plays.get(cell.key, ()), staff[cell.unit]),
            rules=rules,
            family=families[cell.line],
            staff=staff[cell.unit],
            on=setting.on,
        )
        for cell in facts.cells
    ]
    paths, known = _paths(scope, facts, setting)
    by_cell = {cell.key: _path(paths, cell) for cell in cells}
    scores = score_cells(cells, paths=by_cell, on=setting.on, parameters=setting.numbers)
    owners = {one.owner for one in said.values() if one.owner}
    return ScoredGrid(
        currency=setting.currency,
        on=setting.on,
        units=facts.units,
        lines=facts.lines,
        scores={score.cell.key: score for score in scores},
        totals=roll_up(scores, parents=facts.parents, currency=setting.currency),
        whole=add_up(scores, currency=setting.currency),
        by_family=_by_family(scores, families, setting.currency),
        said=said,
        owners=_names(owners),
        measured=facts.measured,
        people_known=known,
        peers=peers,
    )


def _by_family(
    scores: Sequence[CellScore], families: Mapping[str, str], currency: str
) -> dict[tuple[str, str], Totals]:
    groups: dict[tuple[str, str], list[CellScore]] = {}
    for score in scores:
        groups.setdefault((score.cell.unit, families[score.cell.line]), []).append(score)
    return {key: add_up(found, currency=currency) for key, found in groups.items()}


def _with_said_units(facts: GridFacts, said: Mapping[Key, Said]) -> GridFacts:
    """A grid that shows the account as a whole only where something stands there."""
    spoken = any(unit == WHOLE for unit, _ in said)
    if not spoken or any(unit.key == WHOLE for unit in facts.units):
        return facts
    whole = GridUnit(WHOLE, "", "account", None, None)
    cells = tuple(CellFacts(unit=WHOLE, line=line.key) for line in facts.lines)
    return replace(facts, units=(whole, *facts.units), cells=(*cells, *facts.cells))


def _merged(
    cell: CellFacts, said: Said | None, peers: Peers, plays: Sequence[str], staff: int | None
) -> CellFacts:
    """The cell with what people said; of two holders the newer counts."""
    share = peers.shares.get(cell.line)
    comparable = peers.value(cell.line, staff=staff) if not _sold(cell) else None
    estimates = (comparable,) if comparable is not None else ()
    if said is None:
        return replace(cell, estimates=estimates, peer_share=share, in_plays=tuple(plays))
    facts = {kind: one.value for kind, one in said.facts.items()}
    kinds = CellFact.Kind
    holder = facts.get(kinds.HOLDER.value)
    if isinstance(holder, Holder) and cell.holder is not None:
        holder = max(holder, cell.holder, key=lambda one: one.origin.on)
    return replace(
        cell,
        holder=holder if isinstance(holder, Holder) else cell.holder,
        eligibility=_as(facts.get(kinds.ELIGIBILITY.value), Eligibility),
        need=_as(facts.get(kinds.NEED.value), Need),
        access=_as(facts.get(kinds.ACCESS.value), Override),
        budget=_as(facts.get(kinds.BUDGET.value), Override),
        estimates=(*said.estimates, *estimates),
        chosen=said.chosen,
        owner=said.owner,
        in_target=said.in_target,
        in_plays=tuple(plays),
        peer_share=share,
    )


def _sold(cell: CellFacts) -> bool:
    return cell.footprint is not None and cell.footprint.owned


def _as(value: object, kind: type[Kind]) -> Kind | None:
    return value if isinstance(value, kind) else None


def _plays_by_cell(account_id: int) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = {}
    rows = PlayCell.objects.filter(
        play__account_id=account_id, play__removed_at=None, play__outcome="", play__parked=False
    ).values_list("unit_id", "product_line_id", "play_id")
    for unit, line, play in rows.order_by("play_id"):
        found.setdefault((str(unit) if unit else WHOLE, str(line)), []).append(str(play))
    return found


def _rules() -> tuple[FamilyDefault, ...]:
    return tuple(
        FamilyDefault(rule.family.name, rule.reason, rule.least_staff, rule.most_staff)
        for rule in FamilyRule.objects.select_related("family")
    )


def _paths(scope: AccountScope, facts: GridFacts, setting: GridSetting) -> tuple[PlanPaths, int]:
    numbers = setting.parameters.section(StakeholderParameters, "stakeholders")
    known = people.people_of([scope.planning_id], with_opinions=True).get(
        scope.planning_id, people.AccountPeople()
    )
    rated = fresh_ratings(known.ratings, on=setting.on, parameters=numbers)
    held = {
        person.key: relationship(
            person.key,
            log=known.logs.get(person.key, ContactLog()),
            ratings=rated.get(person.key, ()),
            on=setting.on,
            parameters=numbers,
        )
        for person in known.people
    }
    paths = PlanPaths(
        ways_in(people_map(known.people, relationships=held)),
        parents=facts.parents,
        on=setting.on,
        parameters=numbers,
    )
    return paths, sum(person.here for person in known.people)


def _path(paths: PlanPaths, cell: CellFacts) -> CellPath:
    return paths.path(cell.unit, cell.line)


def _names(keys: set[str]) -> dict[str, str]:
    if not keys:
        return {}
    rows = CrmUser.objects.filter(pk__in=[int(key) for key in keys]).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}
