"""All cells of a large grid weighed as numbers: the sums, the upper quarter, what to look at next.

The rules are those of a single cell (`planning.whitespace`), asked once for every combination of
inputs that occurs. Nothing is put into words: wording thousands of cells takes longer than a page may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, compress
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from sightline.planning.money import Money
from sightline.planning.stakeholders import PlanPaths
from sightline.planning.whitespace import (
    WHITESPACE,
    EligibilityKind,
    HolderKind,
    Method,
    Pick,
    Signs,
    Standing,
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

Thing = TypeVar("Thing")
Column = npt.NDArray[Any]
_NEED = CellFact.Kind.NEED.value
_ACCESS, _BUDGET = CellFact.Kind.ACCESS.value, CellFact.Kind.BUDGET.value
# minor units beyond which sums of thousands of cells, and what is made of them, might not be exact
_MOST = 1 << 50
_HOLDERS: tuple[HolderKind | None, ...] = (None, *HolderKind)
_STANDS: tuple[EligibilityKind | None, ...] = (None, *EligibilityKind)
_STATES, _STANDINGS = tuple(State), tuple(Standing)
_HOLDER_AT = {one: at for at, one in enumerate(_HOLDERS)}
_STANDS_AT = {one: at for at, one in enumerate(_STANDS)}
_STATE_AT = {one: at for at, one in enumerate(_STATES)}
_OPEN = np.array([one in WHITESPACE for one in _STATES])


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


def weigh(given: Given) -> Weighing | None:
    """The whole grid: first every cell by itself, then all against the upper quarter.

    None where an amount is too large for sums of whole numbers as a processor has them.
    """
    cells = _Cells(given)
    _sold_and_open(cells)
    _ways(cells)
    _defaults(cells)
    _spoken(cells)
    _shared(cells)
    values = _values(cells)
    if max((abs(one) for one in values if one is not None), default=0) >= _MOST:
        return None
    cells.valued[:] = [one is not None for one in values]
    cells.likely[:] = [one or 0 for one in values]
    signs = (cells.owned, cells.deal, cells.holder, cells.stands, cells.need > 0)
    cells.state[:] = _each(signs, _state)
    cells.also[:] = (cells.state == _STATE_AT[State.OWNED]) & cells.deal
    _disputed(cells)
    return _judged(cells)


class _Cells:
    """What decides every cell of one grid, an array for each, unit by unit and line by line.

    `likely` is in minor units where `valued`; `need` is -1 where nobody was asked; `share` is need as
    a share, not-a-number where not known; `holder`, `stands` and `state` are places in `_HOLDERS`,
    `_STANDS` and `_STATES`; `place` is that of the cell's unit and family in `tallies`.
    """

    def __init__(self, given: Given) -> None:
        self.given, self.base, self.ground = given, given.base, given.facts.ground
        self.units, self.lines = given.facts.units, given.facts.lines
        self.keys = [(unit.key, line.key) for unit in self.units for line in self.lines]
        self.at = {key: at for at, key in enumerate(self.keys)}
        self.families = list(dict.fromkeys(line.family for line in self.lines))
        across = [self.families.index(line.family) for line in self.lines]
        first = np.arange(len(self.units)) * len(self.families)
        self.place = np.add.outer(first, across).ravel()
        size, currency = len(self.keys), given.base.setting.currency
        self.tallies = [Tally(currency) for _ in range(len(self.units) * len(self.families))]
        flags = np.zeros((8, size), dtype=bool)
        self.owned, self.deal, self.lapsed, self.busy = flags[:4]
        self.relied, self.also, self.mapped, self.valued = flags[4:]
        numbers = np.zeros((6, size), dtype=np.int64)
        self.holder, self.stands, self.state = numbers[:3]
        self.access, self.budget, self.likely = numbers[3:]
        self.need, self.share = np.full(size, -1), np.full(size, np.nan)
        self.shares = {
            key: peer_share(one, parameters=given.base.setting.numbers)
            for key, one in given.suggested.counts.items()
        }

    def known(self, found: Mapping[Key, Thing]) -> Iterator[tuple[int, Thing]]:
        """What is known of some cells, by their place; what the grid does not show is left out."""
        at = self.at
        return ((at[key], one) for key, one in found.items() if key in at)


def _each(columns: tuple[Column, ...], rule: Callable[..., int]) -> Column:
    """What a rule says of every cell, asked once for each combination of inputs."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        code = code * (int(column.max(initial=0)) + 1) + column
    _, first, back = np.unique(code, return_index=True, return_inverse=True)
    asked = zip(*(column[first].tolist() for column in columns), strict=True)
    return np.array([rule(*one) for one in asked], dtype=np.int64)[back]


def _state(owned: bool, deal: bool, holder: int, stands: int, needed: bool) -> int:
    return _STATE_AT[state_of(Signs(owned, deal, _HOLDERS[holder], _STANDS[stands], needed))]


def _standing(state: int, *inputs: Any) -> int:
    return _STANDINGS.index(standing_of(_STATES[state], *inputs))


def _sold_and_open(cells: _Cells) -> None:
    """What ledger and CRM say: sold, run out, open deals, lost deals, plays."""
    on, nothing, tallies = cells.base.setting.on, cells.ground.nothing, cells.tallies
    silent = np.bincount(cells.place, minlength=len(tallies)).tolist()
    place = cells.place.tolist()
    for at, footprint in cells.known(cells.ground.sold):
        tallies[place[at]].sold(footprint)
        silent[place[at]] -= 1
        cells.owned[at], cells.lapsed[at] = footprint.owned, has_lapsed(footprint, on=on)
    for tally, many in zip(tallies, silent, strict=True):
        tally.sold(nothing, cells=many)
    for at, deals in cells.known(cells.ground.deals):
        tallies[place[at]].deals(deals)
        cells.deal[at] = bool(deals)
    for at, holder in cells.known(cells.ground.lost):
        cells.holder[at] = _HOLDER_AT[holder.kind]
    cells.busy[[at for at, plays in cells.known(cells.given.plays) if plays]] = True
    cells.busy |= cells.deal


def _ways(cells: _Cells) -> None:
    """Access and budget by who is known in each unit, and who was named for a line."""
    paths, across = cells.given.paths, len(cells.lines)
    usual = [paths.usual(unit.key) for unit in cells.units]
    cells.mapped[:] = np.repeat([one.mapped for one in usual], across)
    cells.access[:] = np.repeat([one.access.level for one in usual], across)
    cells.budget[:] = np.repeat([one.budget.level for one in usual], across)
    named = {(unit.key, line): None for unit in cells.units for line in paths.named(unit.key)}
    for at, _none in cells.known(named):
        path = paths.path(*cells.keys[at])
        cells.mapped[at] = path.mapped
        cells.access[at], cells.budget[at] = path.access.level, path.budget.level


def _defaults(cells: _Cells) -> None:
    """What the families' defaults say of eligibility, before anybody spoke."""
    rules, staff, on = cells.base.rules, cells.base.staff, cells.base.setting.on
    found = [
        family_default(rules, family=family, staff=staff.get(unit.key), on=on) if rules else None
        for unit in cells.units
        for family in cells.families
    ]
    kinds = [_STANDS_AT[rule.kind if rule is not None else None] for rule in found]
    cells.stands[:] = np.array(kinds, dtype=np.int64)[cells.place]


def _spoken(cells: _Cells) -> None:
    """What people said: who holds it, whether it may be sold there, need, access and budget."""
    voices = cells.given.voices
    places = {pk: at for at, pk in cells.known(voices.ids)}
    for column, told in (
        (cells.holder, {pk: _HOLDER_AT[one] for pk, one in voices.holders.items()}),
        (cells.stands, {pk: _STANDS_AT[one] for pk, one in voices.stands.items()}),
        (cells.need, _answers(voices, _NEED)),
        (cells.access, access := _answers(voices, _ACCESS)),
        (cells.budget, budget := _answers(voices, _BUDGET)),
        (cells.mapped, dict.fromkeys(access.keys() & budget.keys(), True)),
        (cells.relied, dict.fromkeys(voices.targeted, True)),
    ):
        shown = [pk for pk in told if pk in places]
        column[[places[pk] for pk in shown]] = [told[pk] for pk in shown]
    cells.relied |= cells.busy


def _answers(voices: Voices, kind: str) -> dict[int, int]:
    return {pk: levels[kind] for pk, levels in voices.levels.items() if kind in levels}


def _shared(cells: _Cells) -> None:
    """Need as a share: as answered, else how many like the unit have the line, else of all."""
    overall = cells.base.peers.shares
    cells.share[:] = np.tile(
        [overall.get(one.key, np.nan) for one in cells.lines], len(cells.units)
    )
    for at, share in cells.known(cells.shares):
        if share is not None:
            cells.share[at] = share
    asked = cells.need >= 0
    cells.share[asked] = np.array(cells.base.setting.numbers.level_shares)[cells.need[asked]]


def _values(cells: _Cells) -> list[int | None]:
    """Likely value a year in minor units: what others pay where nothing is sold, unless something
    better is known."""
    lines, staff = [line.key for line in cells.lines], cells.base.staff
    staffs = [staff.get(unit.key) for unit in cells.units]
    values = list(chain.from_iterable(cells.base.peers.likely(lines, staffs=staffs)))
    for at in np.flatnonzero(cells.owned).tolist():
        values[at] = None
    voices, wallets = cells.given.voices, cells.base.wallets
    several = {key: voices.ids.get(key, 0) for key in wallets}
    several.update((key, pk) for key, pk in voices.ids.items() if pk in voices.values)
    for at, pk in cells.known(several):
        known = dict(voices.values.get(pk, ()))
        wallet, peers = wallets.get(cells.keys[at]), values[at]
        if wallet is not None:
            known[Method.WALLET] = wallet.likely.minor
        if peers is not None:
            known[Method.COMPARABLE] = peers
        method = chosen_method(known, voices.chosen.get(pk))
        values[at] = known[method] if method is not None else None
    return values


def _disputed(cells: _Cells) -> None:
    """Cells in which two say who holds it, or what the wallet is: there the newer counts, and the
    cell is made whole, with the days of what was said."""
    voices, lost, wallets = cells.given.voices, cells.ground.lost, cells.base.wallets
    for at, _none in cells.known(dict.fromkeys((*lost, *wallets))):
        key = cells.keys[at]
        pk = voices.ids.get(key)
        if pk is None:
            continue
        held = key in lost and pk in voices.holders
        if held or (key in wallets and Method.WALLET in voices.values.get(pk, ())):
            _compared(cells, at)


def _compared(cells: _Cells, at: int) -> None:
    given, base, key = cells.given, cells.base, cells.keys[at]
    said, plays = given.said.get(key), given.plays.get(key, ())
    cell = base.merged(key, said=said, suggested=given.suggested, plays=plays)
    path, setting = given.paths.path(*key), base.setting
    one = score_cell(cell, path=path, bar=None, on=setting.on, parameters=setting.numbers)
    cells.state[at], cells.also[at] = _STATE_AT[one.state.state], one.state.also_in_progress
    cells.lapsed[at], cells.valued[at] = one.state.lapsed, one.likely is not None
    cells.likely[at] = one.likely.minor if one.likely is not None else 0


def _judged(cells: _Cells) -> Weighing:
    """All of them, against the upper quarter."""
    setting, likely = cells.base.setting, cells.likely
    open_ = _OPEN[cells.state] & cells.valued
    worth = dict(zip(compress(cells.keys, open_.tolist()), likely[open_].tolist(), strict=True))
    bar = quarter_of(worth.values(), currency=setting.currency, parameters=setting.numbers)
    high = cells.valued & (likely >= bar.minor) if bar is not None else np.False_
    level, shared = np.minimum(cells.access, cells.budget), ~np.isnan(cells.share)
    standing = _each(
        (cells.state, cells.also, cells.valued, shared, cells.mapped, level, cells.relied | high),
        _standing,
    )
    ranked = open_ & shared & cells.mapped
    shares = cells.share * np.array(setting.numbers.level_shares)[level]
    rank = np.zeros(len(likely), dtype=np.int64)
    rank[ranked] = weighted(likely[ranked], shares[ranked])
    _count(cells, standing, np.where(open_, likely, 0), rank)
    places = ((unit.key, family) for unit in cells.units for family in cells.families)
    return Weighing(dict(zip(places, cells.tallies, strict=True)), worth, bar, _picks(cells))


def _count(cells: _Cells, standing: Column, likely: Column, rank: Column) -> None:
    """Cells of one unit, family, state and standing are counted together."""
    kinds = len(_STANDINGS)
    code = (cells.place * len(_STATES) + cells.state) * kinds + standing
    found, back, many = np.unique(code, return_inverse=True, return_counts=True)
    sums = np.zeros((2, len(found)), dtype=np.int64)
    np.add.at(sums[0], back, likely)
    np.add.at(sums[1], back, rank)
    for one, count, money, weight in zip(
        found.tolist(), many.tolist(), *sums.tolist(), strict=True
    ):
        pair, at = divmod(one, kinds)
        place, state = divmod(pair, len(_STATES))
        cells.tallies[place].put(_STATES[state], _STANDINGS[at], money, weight, cells=count)


def _picks(cells: _Cells) -> tuple[Pick, ...]:
    declined = cells.given.suggested.declined
    found = []
    for at, share in cells.known(cells.shares):
        state, need = _STATES[cells.state[at]], int(cells.need[at])
        busy, lapsed = bool(cells.busy[at]), bool(cells.lapsed[at])
        asked = need if need >= 0 else None
        if cells.keys[at] not in declined and suggestible(
            state, lapsed=lapsed, busy=busy, need=asked
        ):
            value = int(cells.likely[at]) if cells.valued[at] else None
            found.append(pick_of(cells.keys[at], share, value))
    return tuple(sorted(one for one in found if one is not None))
