"""All cells of a large grid weighed as numbers: the sums, the upper quarter, what to look at next.

The rules are those of a single cell (`planning.whitespace`), given only what decides them. Nothing
is put into words: reading and wording thousands of cells takes longer than a page may.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline.planning.money import Money
from sightline.planning.stakeholders import CellPath, PlanPaths
from sightline.planning.whitespace import (
    WHITESPACE,
    EligibilityKind,
    HolderKind,
    Method,
    Pick,
    Signs,
    State,
    Tally,
    chosen_method,
    family_default,
    has_lapsed,
    peer_share,
    pick_of,
    quarter_of,
    score_cell,
    standing_of,
    state_of,
    suggestible,
    weighted,
)
from sightline.records.models import CellFact
from sightline.records.queries.account_grid import GridFacts
from sightline.records.queries.whitespace.said import Said
from sightline.records.queries.whitespace.scored import Key
from sightline.records.queries.whitespace.suggested import Suggested
from sightline.records.queries.whitespace.voices import Voices

if TYPE_CHECKING:
    from sightline.records.queries.whitespace.compute import GridBase

_NEED = CellFact.Kind.NEED.value
_ACCESS, _BUDGET = CellFact.Kind.ACCESS.value, CellFact.Kind.BUDGET.value


@dataclass(frozen=True, slots=True)
class Given:
    """What a grid is weighed by beside its base; `said` is read for the few cells in which two facts
    of one kind must be compared."""

    base: GridBase
    facts: GridFacts
    voices: Voices
    said: Mapping[Key, Said]
    suggested: Suggested
    plays: Mapping[Key, tuple[str, ...]]
    paths: PlanPaths


@dataclass(frozen=True, slots=True)
class Weighing:
    """The sums of each unit alone and one family, what every open cell is worth (minor units), where
    the upper quarter begins, and every cell that may be suggested, best first."""

    tallies: Mapping[tuple[str, str], Tally]
    worth: Mapping[Key, int]
    bar: Money | None
    picks: tuple[Pick, ...]


# what a cell's standing and rank rest on: its state, whether a deal is open besides, likely value in
# minor units, need as a share, whether the unit is mapped, level of the path, whether it is relied
# upon; last whether it may be suggested. A plain tuple, because there are thousands
_Weighed = tuple[State, bool, int | None, float | None, bool, int, bool, bool]


def weigh(given: Given) -> Weighing:
    """The whole grid: first every cell by itself, then all against the upper quarter."""
    weigher = _Weigher(given)
    for unit in given.facts.units:
        weigher.unit(unit.key, unit.employees)
    return weigher.judged()


class _Column:
    """What all cells of a unit share: ways in, and what units of its size pay, by line."""

    __slots__ = ("_paths", "named", "unit", "usual", "values")

    def __init__(self, unit: str, paths: PlanPaths, values: Mapping[str, int]) -> None:
        self.unit, self._paths, self.values = unit, paths, values
        self.usual, self.named = paths.usual(unit), paths.named(unit)

    def path(self, line: str) -> CellPath:
        """Access and budget of one line."""
        return self._paths.path(self.unit, line) if line in self.named else self.usual


class _Weigher:
    """Weighs the units of one grid."""

    __slots__ = (
        "base",
        "currency",
        "found",
        "given",
        "known",
        "lines",
        "numbers",
        "shares",
        "tallies",
    )

    def __init__(self, given: Given) -> None:
        self.given, self.base = given, given.base
        self.numbers = given.base.setting.numbers
        self.currency = given.base.setting.currency
        self.lines: dict[str, list[str]] = defaultdict(list)
        for line in given.facts.lines:
            self.lines[line.family].append(line.key)
        self.shares = {
            key: peer_share(one, parameters=self.numbers)
            for key, one in given.suggested.counts.items()
        }
        ground = given.facts.ground
        places = (given.voices.ids, ground.sold, ground.deals, ground.lost)
        self.known: set[Key] = {*given.plays, *given.base.wallets}.union(*places)
        self.tallies: dict[tuple[str, str], Tally] = {}
        self.found: list[tuple[Key, Tally, _Weighed]] = []

    def unit(self, unit: str, staff: int | None) -> None:
        """Every cell of one unit."""
        base, on = self.base, self.base.setting.on
        column = _Column(unit, self.given.paths, base.peers.likely(staff=staff))
        for family, lines in self.lines.items():
            tally = self.tallies[unit, family] = Tally(self.currency)
            rule = family_default(base.rules, family=family, staff=staff, on=on)
            default = rule.kind if rule is not None else None
            told = [line for line in lines if (unit, line) in self.known]
            for line in told:
                one = self._told((unit, line), tally, column, default)
                self.found.append(((unit, line), tally, one))
            if len(told) < len(lines):
                silent = [line for line in lines if (unit, line) not in self.known]
                self._silent(silent, tally, column, default)

    def _silent(
        self, lines: list[str], tally: Tally, column: _Column, default: EligibilityKind | None
    ) -> None:
        """Most cells of a large grid: nothing is sold there and nobody said anything."""
        state = state_of(Signs(False, False, None, default, False))
        may = suggestible(state, lapsed=False, busy=False, need=None)
        tally.sold(self.given.facts.ground.nothing, cells=len(lines))
        usual = (column.usual.mapped, column.usual.level)
        for line in lines:
            key, mapped, level = (column.unit, line), *usual
            if line in column.named:
                path = column.path(line)
                mapped, level = path.mapped, path.level
            value, share = column.values.get(line), self._share(key)
            one = (state, False, value, share, mapped, level, False, may)
            self.found.append((key, tally, one))

    def _told(
        self, key: Key, tally: Tally, column: _Column, default: EligibilityKind | None
    ) -> _Weighed:
        voices, ground, path = self.given.voices, self.given.facts.ground, column.path(key[1])
        pk = voices.ids.get(key, 0)
        footprint, deals = ground.footprint(key), ground.deals.get(key, ())
        tally.sold(footprint)
        tally.deals(deals)
        if self._disputed(key, pk):
            return self._compared(key, path)
        owned = footprint is not None and footprint.owned
        levels = voices.levels.get(pk, _NOTHING)
        need = levels.get(_NEED)
        stands = voices.stands.get(pk, default)
        holder = voices.holders.get(pk) or self._lost_to(key)
        state = state_of(Signs(owned, bool(deals), holder, stands, bool(need)))
        busy = bool(deals) or key in self.given.plays
        lapsed = not owned and has_lapsed(footprint, on=self.base.setting.on)
        return (
            state,
            state is State.OWNED and bool(deals),
            self._likely(key, pk, None if owned else column.values.get(key[1])),
            self._share(key) if need is None else self.numbers.level_shares[need],
            path.mapped or (_ACCESS in levels and _BUDGET in levels),
            min(levels.get(_ACCESS, path.access.level), levels.get(_BUDGET, path.budget.level)),
            busy or pk in voices.targeted,
            suggestible(state, lapsed=lapsed, busy=busy, need=need),
        )

    def _disputed(self, key: Key, pk: int) -> bool:
        """Whether two say who holds it, or what the wallet is: then the newer counts."""
        voices, lost = self.given.voices, self.given.facts.ground.lost
        if key in lost and pk in voices.holders:
            return True
        return key in self.base.wallets and Method.WALLET in voices.values.get(pk, ())

    def _compared(self, key: Key, path: CellPath) -> _Weighed:
        """A cell made whole, with the days of what was said."""
        given, numbers = self.given, self.numbers
        plays, said = given.plays.get(key, ()), given.said.get(key)
        cell = self.base.merged(key, said=said, suggested=given.suggested, plays=plays)
        one = score_cell(cell, path=path, bar=None, on=self.base.setting.on, parameters=numbers)
        state, busy = one.state, bool(cell.deals or cell.in_plays)
        return (
            state.state,
            state.also_in_progress,
            one.likely.minor if one.likely is not None else None,
            one.need_share,
            one.mapped,
            one.path,
            busy or cell.in_target,
            suggestible(state.state, lapsed=state.lapsed, busy=busy, need=one.need),
        )

    def _lost_to(self, key: Key) -> HolderKind | None:
        lost = self.given.facts.ground.lost.get(key)
        return lost.kind if lost is not None else None

    def _likely(self, key: Key, pk: int, peers: int | None) -> int | None:
        """What counts of all values that are known."""
        said, wallet = self.given.voices.values.get(pk), self.base.wallets.get(key)
        if said is None and wallet is None:
            return peers
        known = dict(said or ())
        if wallet is not None:
            known[Method.WALLET] = wallet.likely.minor
        if peers is not None:
            known[Method.COMPARABLE] = peers
        method = chosen_method(known, self.given.voices.chosen.get(pk))
        return known[method] if method is not None else None

    def _share(self, key: Key) -> float | None:
        """How many like this unit have the line: as counted for it, else overall."""
        own = self.shares.get(key)
        return own if own is not None else self.base.peers.shares.get(key[1])

    def judged(self) -> Weighing:
        """All of them, against the upper quarter."""
        worth = {
            key: one[2]
            for key, _tally, one in self.found
            if one[2] is not None and one[0] in WHITESPACE
        }
        numbers = self.numbers
        bar = quarter_of(worth.values(), currency=self.currency, parameters=numbers)
        least = bar.minor if bar is not None else None
        for _key, tally, one in self.found:
            _judge(tally, one, least, numbers.level_shares)
        return Weighing(self.tallies, worth, bar, self._picks())

    def _picks(self) -> tuple[Pick, ...]:
        if not self.shares:
            return ()
        declined = self.given.suggested.declined
        found = (
            pick_of(key, self.shares.get(key), one[2])
            for key, _tally, one in self.found
            if one[7] and key not in declined
        )
        return tuple(sorted(one for one in found if one is not None))


def _judge(tally: Tally, one: _Weighed, least: int | None, level_shares: tuple[float, ...]) -> None:
    """Count one cell in its sums."""
    state, also, likely, share, mapped, level, relied, _ = one
    valued, shared = likely is not None, share is not None
    weighty = relied or (likely is not None and least is not None and likely >= least)
    standing = standing_of(state, also, valued, shared, mapped, level, weighty)
    if state not in WHITESPACE or likely is None:
        tally.put(state, standing, 0, 0)
    elif share is None or not mapped:
        tally.put(state, standing, likely, 0)
    else:
        tally.put(state, standing, likely, weighted(likely, share, level_shares[level]))


_NOTHING: Mapping[str, int] = {}
