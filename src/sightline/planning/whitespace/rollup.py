"""Sums over units of any depth and over families: each cell once, and what is left out named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sightline.planning.errors import MixedCurrencies
from sightline.planning.money import Money
from sightline.planning.reasons import Reason, because
from sightline.planning.stakeholders.access import units_above
from sightline.planning.whitespace.facts import Footprint, OpenDeal
from sightline.planning.whitespace.rank import CellScore, Standing
from sightline.planning.whitespace.state import WHITESPACE, State

EXCLUDED_WORDS: Mapping[Standing, str] = {
    Standing.FANTASY: "fantasy, no path",
    Standing.PATH_UNKNOWN: "path unknown",
    Standing.NO_PATH: "no path yet",
    Standing.NO_NEED: "need not asked",
    Standing.NO_VALUE: "no value known",
}


@dataclass(frozen=True, slots=True)
class Excluded:
    """Cells left out of a sum for one reason, with the money they would have added."""

    cells: int = 0
    money: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums in minor units of one currency.

    `owned` is revenue of the last twelve months; `in_progress` the shares of open opportunities;
    `open_value` likely yearly value of cells with a path; `ranked` the same weighted by need and
    path. `unvalued_deals` and `unloaded` count what had no figure and so adds nothing.
    """

    currency: str
    cells: int = 0
    owned: int = 0
    in_progress: int = 0
    open_value: int = 0
    ranked: int = 0
    excluded: Mapping[Standing, Excluded] = field(default_factory=dict)
    states: Mapping[State, int] = field(default_factory=dict)
    unvalued_deals: int = 0
    unloaded: int = 0

    @property
    def brief(self) -> tuple[int, int, int]:
        """Open value and revenue in minor units, and how many cells are fantasy."""
        left = self.excluded.get(Standing.FANTASY)
        return self.open_value, self.owned, left.cells if left is not None else 0

    def money(self, minor: int) -> Money:
        """One of the sums as money."""
        return Money(minor, self.currency)

    def __add__(self, other: Totals) -> Totals:
        if self.currency != other.currency:  # money in two currencies never mixes silently
            Money.zero(self.currency) + Money.zero(other.currency)
        if not self.cells or not other.cells:
            return self if self.cells else other
        return Totals(
            currency=self.currency,
            cells=self.cells + other.cells,
            owned=self.owned + other.owned,
            in_progress=self.in_progress + other.in_progress,
            open_value=self.open_value + other.open_value,
            ranked=self.ranked + other.ranked,
            excluded=_excluded_sum(self.excluded, other.excluded),
            states={
                state: self.states.get(state, 0) + other.states.get(state, 0)
                for state in State
                if state in self.states or state in other.states
            },
            unvalued_deals=self.unvalued_deals + other.unvalued_deals,
            unloaded=self.unloaded + other.unloaded,
        )

    def exclusions(self) -> tuple[Reason, ...]:
        """What the open value leaves out, each in its own words."""
        return tuple(
            because(
                f"excluded.{standing.value}",
                f"{one.cells} {'cell' if one.cells == 1 else 'cells'} left out: {words}"
                + (f" ({self.money(one.money)})" if one.money else ""),
                cells=one.cells,
                money=one.money,
            )
            for standing, words in EXCLUDED_WORDS.items()
            if (one := self.excluded.get(standing)) is not None
        )


def counts(state: State, standing: Standing) -> bool:
    """Whether cells of a state and standing add to what is open."""
    return state in WHITESPACE and standing is Standing.COUNTED


def left_out(state: State, standing: Standing) -> bool:
    """Whether cells of a state and standing are named as left out of what is open."""
    named = state in WHITESPACE or standing is Standing.FANTASY
    return standing in EXCLUDED_WORDS and named


def not_loaded(footprint: Footprint | None) -> bool:
    """Whether it is not known what is sold in a cell, or for how much."""
    return footprint is None or (footprint.owned and footprint.revenue is None)


@dataclass(slots=True)
class Tally:
    """Totals while they are being counted; one of these per unit instead of one value per cell.

    `groups` holds how many cells are of one state and standing, their likely value and their rank,
    in minor units.
    """

    currency: str
    groups: dict[tuple[State, Standing], list[int]] = field(default_factory=dict)
    owned: int = 0
    in_progress: int = 0
    unvalued_deals: int = 0
    unloaded: int = 0

    def count(self, score: CellScore) -> None:
        """Count one cell. Raises MixedCurrencies."""
        whitespace = score.state.whitespace
        likely = self._minor(score.likely) if whitespace else 0
        rank = self._minor(score.rank) if whitespace else 0
        self.put(score.state.state, score.standing, likely, rank)
        self.sold(score.cell.footprint)
        self.deals(score.cell.deals)

    def put(self, state: State, standing: Standing, likely: int, rank: int) -> None:
        """Count a cell of a state and standing; its money in minor units, 0 where it is not known."""
        group = self.groups.setdefault((state, standing), [0, 0, 0])
        group[0] += 1
        group[1] += likely
        group[2] += rank

    def sold(self, footprint: Footprint | None) -> None:
        """Count what is sold in a cell. Raises MixedCurrencies."""
        self.unloaded += not_loaded(footprint)
        self.owned += self._minor(footprint.revenue) if footprint is not None else 0

    def deals(self, deals: Iterable[OpenDeal]) -> None:
        """Count a cell's open opportunities. Raises MixedCurrencies."""
        for deal in deals:
            self.unvalued_deals += deal.share is None
            self.in_progress += self._minor(deal.share)

    def add(self, other: Tally) -> None:
        """Count all that another counted."""
        for pair, (cells, likely, rank) in other.groups.items():
            group = self.groups.setdefault(pair, [0, 0, 0])
            group[0] += cells
            group[1] += likely
            group[2] += rank
        self.owned += other.owned
        self.in_progress += other.in_progress
        self.unvalued_deals += other.unvalued_deals
        self.unloaded += other.unloaded

    def _minor(self, money: Money | None) -> int:
        if money is None:
            return 0
        if money.currency != self.currency:
            raise MixedCurrencies(
                f"A cell in {money.currency} cannot be added to sums in {self.currency}.",
                field="currency",
            )
        return money.minor

    def totals(self) -> Totals:
        """What was counted."""
        left: dict[Standing, list[int]] = {}
        states: dict[State, int] = {}
        total = open_value = ranked = 0
        for (state, standing), (cells, likely, rank) in self.groups.items():
            total += cells
            states[state] = states.get(state, 0) + cells
            if counts(state, standing):
                open_value += likely
                ranked += rank
            elif left_out(state, standing):
                group = left.setdefault(standing, [0, 0])
                group[0] += cells
                group[1] += likely
        return Totals(
            currency=self.currency,
            cells=total,
            owned=self.owned,
            in_progress=self.in_progress,
            open_value=open_value,
            ranked=ranked,
            excluded={standing: Excluded(*group) for standing, group in left.items()},
            states=states,
            unvalued_deals=self.unvalued_deals,
            unloaded=self.unloaded,
        )


def add_up(scores: Iterable[CellScore], *, currency: str) -> Totals:
    """The sum of the cells given. Raises MixedCurrencies."""
    tally = Tally(currency)
    for score in scores:
        tally.count(score)
    return tally.totals()


def roll_up(
    scores: Iterable[CellScore], *, parents: Mapping[str, str | None], currency: str
) -> dict[str, Totals]:
    """The totals of every unit with all units below it; a unit's own cells count once in each of
    the units above. Raises FamilyCycle for a ring and MixedCurrencies."""
    own: dict[str, Tally] = {}
    for score in scores:
        unit = score.cell.unit
        if unit not in own:
            own[unit] = Tally(currency)
        own[unit].count(score)
    return roll_up_tallies(own, parents=parents, currency=currency)


def roll_up_tallies(
    own: Mapping[str, Tally], *, parents: Mapping[str, str | None], currency: str
) -> dict[str, Totals]:
    """The same from what was counted in each unit alone. Raises FamilyCycle for a ring."""
    rolled = {unit: Tally(currency) for unit in (*parents, *own)}
    for unit, tally in own.items():
        for place in (unit, *units_above(unit, parents)):
            if place not in rolled:
                rolled[place] = Tally(currency)
            rolled[place].add(tally)
    return {unit: tally.totals() for unit, tally in rolled.items()}


def _excluded_sum(
    one: Mapping[Standing, Excluded], other: Mapping[Standing, Excluded]
) -> dict[Standing, Excluded]:
    nothing = Excluded()
    return {
        standing: Excluded(
            one.get(standing, nothing).cells + other.get(standing, nothing).cells,
            one.get(standing, nothing).money + other.get(standing, nothing).money,
        )
        for standing in Standing
        if standing in one or standing in other
    }
