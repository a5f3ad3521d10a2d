"""The grid of an account with every cell scored: facts, state, value, path, rank, sums.

`grid` keeps what is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sightline.planning.money import Rates
from sightline.planning.stakeholders import PlanPaths, StakeholderParameters, ways_in
from sightline.planning.whitespace import (
    CellFacts,
    CellScore,
    Eligibility,
    FamilyDefault,
    Holder,
    Need,
    Override,
    Pick,
    Tally,
    Totals,
    ValueEstimate,
    peer_share,
    rank_suggestions,
    score_cell,
    score_cells,
    with_default,
    worth_of,
)
from sightline.records.models import (
    Account,
    CellFact,
    FamilyRule,
    PlayCell,
)
from sightline.records.queries import people
from sightline.records.queries.account_grid import (
    WHOLE,
    GridFacts,
    GridUnit,
    grid_facts,
)
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.standing import map_of, standing
from sightline.records.queries.whitespace.columns import Given
from sightline.records.queries.whitespace.later import CellsLater, SaidLater, ScoresLater
from sightline.records.queries.whitespace.numbers import weigh
from sightline.records.queries.whitespace.peers import Peers, peers_for
from sightline.records.queries.whitespace.said import Said, owner_names, owners_of, said_cells
from sightline.records.queries.whitespace.scored import (
    GridSetting,
    Key,
    Marks,
    ScoredGrid,
    SeenLater,
)
from sightline.records.queries.whitespace.suggested import Suggested, suggested
from sightline.records.queries.whitespace.sums import unit_totals, whole_of
from sightline.records.queries.whitespace.voices import voices_of
from sightline.records.queries.whitespace.walleted import wallet_values

Kind = TypeVar("Kind")
MOST_PICKS = 100
# cells beyond which a page shows families, not all cells
LATER_FROM = 1_500


@dataclass(frozen=True, slots=True)
class GridBase:
    """What a grid was computed from, kept so that a changed cell is computed alone.

    `cells` are the facts of ledger and CRM alone, without what people said. `staff` is what values of
    comparable units are scaled by and families' defaults go by.
    """

    planning_id: int
    setting: GridSetting
    cells: Mapping[Key, CellFacts]
    parents: Mapping[str, str | None]
    families: Mapping[str, str]
    staff: Mapping[str, int | None]
    rules: tuple[FamilyDefault, ...]
    peers: Peers
    wallets: Mapping[Key, ValueEstimate]

    def merged(
        self, key: Key, *, said: Said | None, suggested: Suggested, plays: Sequence[str]
    ) -> CellFacts:
        """One cell as the rules take it: with what people said, peers, plays and its default."""
        unit, line = key
        staff, own = self.staff.get(unit), suggested.counts.get(key)
        shared = peer_share(own, parameters=self.setting.numbers) if own is not None else None
        known = _Known(
            said,
            shared if shared is not None else self.peers.shares.get(line),
            tuple(plays),
            self.wallets.get(key),
        )
        return with_default(
            _merged(self.cells[key], known, self.peers, staff),
            rules=self.rules,
            family=self.families[line],
            staff=staff,
            on=self.setting.on,
        )


@dataclass(frozen=True, slots=True)
class _Scored:
    """The cells of a grid with all that is judged of the whole."""

    scores: Mapping[Key, CellScore]
    by_family: Mapping[tuple[str, str], Totals]
    totals: Mapping[str, Totals]
    whole: Totals
    worth: Mapping[Key, int]
    picks: tuple[Pick, ...]


def compute_grid(
    scope: AccountScope, *, setting: GridSetting, rates: Rates, measured: datetime | None
) -> tuple[GridBase, ScoredGrid]:
    """The grid from the ground up. About twenty queries. The cells of a large one are weighed as
    numbers, and made when somebody asks for them."""
    facts = grid_facts(scope, on=setting.on, currency=setting.currency, rates=rates)
    large = len(facts.units) * len(facts.lines) > LATER_FROM
    voices = None
    said: Mapping[Key, Said]
    if large:
        voices = voices_of(scope.planning_id, currency=setting.currency, on=setting.on)
        said = SaidLater(scope.planning_id, voices.ids, facts.lines, setting.currency)
    else:
        said = said_cells(scope.planning_id, currency=setting.currency)
    facts = _with_said_units(facts, voices.ids if voices is not None else said)
    base = _base(scope, facts, setting=setting, rates=rates, measured=measured)
    told = suggested(scope, facts)
    plays = plays_by_cell(scope.planning_id)
    paths, known = _paths(scope, facts, setting)
    found = None
    if voices is not None:
        found = _weighed(Given(base, facts, voices, said, told, plays, paths))
    if found is None:
        found = _all_scored(base, said, told, plays, paths)
    owned = voices.owners if voices is not None else owners_of(said)
    picks = (found.picks[:MOST_PICKS], len(found.picks) <= MOST_PICKS)
    marks = Marks(found.worth, plays, owned, *picks)
    return base, ScoredGrid(
        currency=setting.currency,
        on=setting.on,
        units=facts.units,
        lines=facts.lines,
        scores=found.scores,
        totals=found.totals,
        whole=found.whole,
        by_family=found.by_family,
        said=said,
        owners=owner_names(owned),
        measured=facts.measured,
        people_known=known,
        peers=base.peers,
        suggested=told,
        suggestions=shown_of(marks, base),
        marks=marks,
        seen=SeenLater(found.scores),
    )


def _all_scored(
    base: GridBase,
    said: Mapping[Key, Said],
    told: Suggested,
    plays: Mapping[Key, tuple[str, ...]],
    paths: PlanPaths,
) -> _Scored:
    """Every cell at once: a page shows all of a small grid."""
    cells = [
        base.merged(key, said=said.get(key), suggested=told, plays=plays.get(key, ()))
        for key in base.cells
    ]
    by_cell = {cell.key: paths.path(*cell.key) for cell in cells}
    setting = base.setting
    scores = score_cells(cells, paths=by_cell, on=setting.on, parameters=setting.numbers)
    tallies: dict[tuple[str, str], Tally] = {}
    for score in scores:
        place = (score.cell.unit, base.families[score.cell.line])
        if place not in tallies:
            tallies[place] = Tally(setting.currency)
        tallies[place].count(score)
    picks = _ranked(scores, base, told)
    totals = unit_totals(tallies, parents=base.parents, currency=setting.currency)
    return _Scored(
        {score.cell.key: score for score in scores},
        {key: tally.totals() for key, tally in tallies.items()},
        totals,
        whole_of(totals, base.parents, setting.currency),
        worth_of(scores),
        picks,
    )


def _weighed(given: Given) -> _Scored | None:
    """Every cell as numbers, and made when it is asked for; None where numbers are too large."""
    base, found = given.base, weigh(given)
    if found is None:
        return None
    bar = found.bar

    def make(key: Key) -> CellScore:
        plays, said = given.plays.get(key, ()), given.said.get(key)
        return score_cell(
            base.merged(key, said=said, suggested=given.suggested, plays=plays),
            path=given.paths.path(*key),
            bar=bar,
            on=base.setting.on,
            parameters=base.setting.numbers,
        )

    scores = ScoresLater(given.facts, given.said, make)
    sums = (found.by_family, found.totals, found.whole)
    return _Scored(scores, *sums, found.worth, found.picks)


def _base(
    scope: AccountScope,
    facts: GridFacts,
    *,
    setting: GridSetting,
    rates: Rates,
    measured: datetime | None,
) -> GridBase:
    accounts = Account.objects.filter(pk=scope.planning_id)
    industry, staff = accounts.values_list("industry", "employees").first() or ("", None)
    whole = {WHOLE: staff} if scope.plans_itself else {}
    return GridBase(
        planning_id=scope.planning_id,
        setting=setting,
        cells=CellsLater(facts),
        parents=facts.parents,
        families={line.key: line.family for line in facts.lines},
        staff={unit.key: unit.staff for unit in facts.units} | whole,
        rules=_rules(),
        peers=peers_for(
            industry or "",
            currency=setting.currency,
            on=setting.on,
            parameters=setting.numbers,
            measured=measured,
        ),
        wallets=wallet_values(scope.planning_id, facts, rates=rates, parameters=setting.parameters),
    )


def picks_of(
    scores: Iterable[CellScore], *, base: GridBase, told: Suggested
) -> tuple[tuple[Pick, ...], bool]:
    """The best cells to look at next, and whether these are all. Without a ranking none:
    popularity alone suggests nothing."""
    found = _ranked(scores, base, told)
    return found[:MOST_PICKS], len(found) <= MOST_PICKS


def _ranked(scores: Iterable[CellScore], base: GridBase, told: Suggested) -> tuple[Pick, ...]:
    if not told.counts:
        return ()
    return rank_suggestions(
        scores, counts=told.counts, declined=told.declined, parameters=base.setting.numbers
    )


def shown_of(marks: Marks, base: GridBase) -> tuple[Key, ...]:
    """The few that are shown."""
    return tuple(one.key for one in marks.picks[: base.setting.numbers.suggestions_shown])


def _with_said_units(facts: GridFacts, said: Iterable[Key]) -> GridFacts:
    """A grid that shows the account as a whole only where something stands there."""
    spoken = WHOLE in {unit for unit, _ in said}
    if not spoken or any(unit.key == WHOLE for unit in facts.units):
        return facts
    whole = GridUnit(WHOLE, "", "account", None, None)
    return replace(facts, units=(whole, *facts.units))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one cell beyond ledger and CRM."""

    said: Said | None
    share: float | None
    plays: tuple[str, ...]
    wallet: ValueEstimate | None


def _merged(cell: CellFacts, known: _Known, peers: Peers, staff: int | None) -> CellFacts:
    """The cell with what people said; of two holders the newer counts. Made at once: a copy with
    changes takes twice the time, and a grid has thousands."""
    said = known.said
    comparable = peers.value(cell.line, staff=staff) if not _sold(cell) else None
    estimates = tuple(one for one in (known.wallet, comparable) if one is not None)
    holder = cell.holder
    if said is None:
        return CellFacts(
            unit=cell.unit,
            line=cell.line,
            footprint=cell.footprint,
            holder=holder,
            pipeline=cell.pipeline,
            estimates=estimates,
            in_plays=known.plays,
            peer_share=known.share,
        )
    facts = {kind: one.value for kind, one in said.facts.items()}
    kinds = CellFact.Kind
    told = facts.get(kinds.HOLDER.value)
    if isinstance(told, Holder):
        holder = max(told, holder, key=lambda one: one.origin.on) if holder else told
    return CellFacts(
        unit=cell.unit,
        line=cell.line,
        footprint=cell.footprint,
        holder=holder,
        eligibility=_as(facts.get(kinds.ELIGIBILITY.value), Eligibility),
        pipeline=cell.pipeline,
        need=_as(facts.get(kinds.NEED.value), Need),
        access=_as(facts.get(kinds.ACCESS.value), Override),
        budget=_as(facts.get(kinds.BUDGET.value), Override),
        estimates=(*said.estimates, *estimates) if said.facts else estimates,
        chosen=said.chosen,
        owner=said.owner,
        in_plays=known.plays,
        in_target=said.in_target,
        peer_share=known.share,
    )


def _sold(cell: CellFacts) -> bool:
    return cell.footprint is not None and cell.footprint.owned


def _as(value: object, kind: type[Kind]) -> Kind | None:
    return value if isinstance(value, kind) else None


def plays_by_cell(account_id: int) -> dict[Key, tuple[str, ...]]:
    """Open plays by the cells they are about. One query."""
    found: dict[Key, tuple[str, ...]] = {}
    rows = PlayCell.objects.filter(
        play__account_id=account_id, play__removed_at=None, play__outcome="", play__parked=False
    ).values_list("unit_id", "product_line_id", "play_id")
    for unit, line, play in rows.order_by("play_id"):
        key = (str(unit) if unit else WHOLE, str(line))
        found[key] = (*found.get(key, ()), str(play))
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
    held = standing(known, on=setting.on, parameters=numbers)
    # people and cells that name no unit belong to the account as a whole, above all units
    above = {unit: parent or WHOLE for unit, parent in facts.parents.items() if unit != WHOLE}
    paths = PlanPaths(
        ways_in(map_of(known, held=held)),
        parents={**above, WHOLE: None},
        on=setting.on,
        parameters=numbers,
    )
    return paths, sum(person.here for person in known.people)
