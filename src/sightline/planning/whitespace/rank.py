"""The rank of a cell: likely yearly value × need × credible path, and what is only wished for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np

from sightline.planning.money import Money
from sightline.planning.reasons import Reason, because
from sightline.planning.stakeholders import CellPath, Found
from sightline.planning.whitespace.facts import (
    CellFacts,
    Override,
    ValueEstimate,
    WhitespaceParameters,
)
from sightline.planning.whitespace.state import CellState, State, derive_state
from sightline.planning.whitespace.value import chosen_estimate, quantile

# one number, or an array of them
Amounts = Any
_NOT_IN_PLAN = frozenset({State.NOT_APPLICABLE, State.BLOCKED})


class Standing(StrEnum):
    """Whether a cell's value may be counted, and if not, why not. Never the same word for two."""

    COUNTED = "counted"
    NO_PATH = "no_path"
    FANTASY = "fantasy"
    PATH_UNKNOWN = "path_unknown"
    NO_VALUE = "no_value"
    NO_NEED = "need_not_known"
    NOT_WHITESPACE = "not_whitespace"


@dataclass(frozen=True, slots=True)
class Scored:
    """Access or budget as it counts: computed, or a person's own with the computed one beside."""

    level: int
    reason: Reason
    computed: int
    overridden: bool


@dataclass(frozen=True, slots=True)
class CellScore:
    """One cell with everything its rank is made of.

    `rank` is money a year, weighted; None where an input is not known (never zero for missing).
    `need` is None where it was not asked; then `qualified` is False and peers' share stands in.
    """

    cell: CellFacts
    state: CellState
    value: ValueEstimate | None
    need: int | None
    need_share: float | None
    found: CellPath
    mapped: bool
    standing: Standing
    rank: Money | None

    @property
    def access(self) -> Scored:
        """Access as it counts."""
        return _scored(self.found.access, self.cell.access, "access")

    @property
    def budget(self) -> Scored:
        """Budget as it counts."""
        return _scored(self.found.budget, self.cell.budget, "budget")

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every input in a sentence. Made when asked for: a grid has thousands of cells."""
        return _reasons(self.cell, self.value, self.access, self.budget, self.standing)

    @property
    def qualified(self) -> bool:
        """Whether somebody answered the need."""
        return self.need is not None

    @property
    def path(self) -> int:
        """The lower of access and budget, 0-3."""
        return min(self.access.level, self.budget.level)

    @property
    def fantasy(self) -> bool:
        """High value, or already relied upon, with no path."""
        return self.standing is Standing.FANTASY

    @property
    def likely(self) -> Money | None:
        """Likely yearly value, unweighted."""
        return self.value.likely if self.value else None


def score_cells(
    cells: Iterable[CellFacts],
    *,
    paths: Mapping[tuple[str, str], CellPath],
    on: dt.date,
    parameters: WhitespaceParameters,
) -> tuple[CellScore, ...]:
    """Every cell of a plan: state, inputs, rank and standing, in the order given.

    All at once, because fantasy is judged against the values of the plan's own open cells.
    """
    known = [(cell, derive_state(cell, on=on), chosen_estimate(cell)) for cell in cells]
    bar = upper_quarter(
        [value.likely for _, state, value in known if state.whitespace and value is not None],
        parameters=parameters,
    )
    return tuple(
        _score(cell, state, value, paths[cell.key], bar, parameters) for cell, state, value in known
    )


def score_cell(
    cell: CellFacts,
    *,
    path: CellPath,
    bar: Money | None,
    on: dt.date,
    parameters: WhitespaceParameters,
) -> CellScore:
    """One cell of a plan whose upper quarter begins at `bar`."""
    return _score(cell, derive_state(cell, on=on), chosen_estimate(cell), path, bar, parameters)


@dataclass(frozen=True, slots=True)
class Rescored:
    """Scores that are other than before, and what every open cell of the plan is worth now."""

    scores: Mapping[tuple[str, str], CellScore]
    worth: Mapping[tuple[str, str], int]


def worth_of(scores: Iterable[CellScore]) -> dict[tuple[str, str], int]:
    """Likely yearly value in minor units of every whitespace cell that has one: what the upper
    quarter is taken of."""
    return {
        one.cell.key: one.value.likely.minor
        for one in scores
        if one.value is not None and one.state.whitespace
    }


def rescore_cells(
    scores: Mapping[tuple[str, str], CellScore],
    changed: Iterable[CellFacts],
    *,
    worth: Mapping[tuple[str, str], int],
    currency: str,
    on: dt.date,
    parameters: WhitespaceParameters,
) -> Rescored:
    """Those scores of a plan that are other than before, now that `changed` is known of some cells.

    The same as scoring the whole plan again with the paths as they were: where a changed value
    moves the upper quarter, the cells that it passes are judged again too. `worth` is that of all
    cells before; scores are read of these cells alone.
    """
    before = quarter_of(worth.values(), currency=currency, parameters=parameters)
    found: dict[tuple[str, str], CellScore] = {}
    values = dict(worth)
    for cell in changed:
        state, value = derive_state(cell, on=on), chosen_estimate(cell)
        path = scores[cell.key].found
        found[cell.key] = _score(cell, state, value, path, before, parameters)
        values.pop(cell.key, None)
        values |= worth_of([found[cell.key]])
    bar = quarter_of(values.values(), currency=currency, parameters=parameters)
    if bar != before:
        for key, minor in values.items():
            if _passed(Money(minor, currency), before, bar):
                score = found[key] if key in found else scores[key]
                again = (score.cell, score.state, score.value, score.found)
                found[key] = _score(*again, bar, parameters)
    return Rescored(found, values)


def quarter_of(
    values: Collection[int], *, currency: str, parameters: WhitespaceParameters
) -> Money | None:
    """Where the upper quarter of a plan's values (minor units) begins; None without values."""
    if not values:
        return None
    at = quantile([float(one) for one in values], parameters.upper_quantile)
    # rounded down, so that the cells that make the quarter are themselves inside it
    return Money(int(at), currency)


def _passed(value: Money, before: Money | None, now: Money | None) -> bool:
    """Whether a value lies above one bar and not above the other; no bar is above everything."""
    return (before is not None and value >= before) != (now is not None and value >= now)


def upper_quarter(values: list[Money], *, parameters: WhitespaceParameters) -> Money | None:
    """The value from which a cell is in the upper quarter of the plan's; None without values."""
    if not values:
        return None
    minors = [one.minor for one in values]
    return quarter_of(minors, currency=values[0].currency, parameters=parameters)


def _score(
    cell: CellFacts,
    state: CellState,
    value: ValueEstimate | None,
    path: CellPath,
    bar: Money | None,
    parameters: WhitespaceParameters,
) -> CellScore:
    access = cell.access.level if cell.access else path.access.level
    budget = cell.budget.level if cell.budget else path.budget.level
    mapped = path.mapped or (cell.access is not None and cell.budget is not None)
    level = min(access, budget)
    need = cell.need.level if cell.need else None
    need_share = parameters.level_shares[need] if need is not None else cell.peer_share
    high = value is not None and bar is not None and value.likely >= bar
    relied = bool(cell.in_plays or cell.deals) or cell.in_target
    standing = standing_of(
        state.state,
        state.also_in_progress,
        value is not None,
        need_share is not None,
        mapped,
        level,
        high or relied,
    )
    return CellScore(
        cell=cell,
        state=state,
        value=value,
        need=need,
        need_share=need_share,
        found=path,
        mapped=mapped,
        standing=standing,
        rank=_rank(state, value, need_share, level, mapped, parameters),
    )


def _scored(found: Found, own: Override | None, area: str) -> Scored:
    if own is None:
        return Scored(found.level, found.reason, found.level, overridden=False)
    text = f"set to {own.level} (computed {found.level}): {own.reason}"
    return Scored(own.level, because(f"{area}.override", text), found.level, overridden=True)


@cache
def standing_of(
    state: State,
    also_in_progress: bool,
    valued: bool,
    shared: bool,
    mapped: bool,
    level: int,
    weighty: bool,
) -> Standing:
    """How a cell may be counted. `valued`: its value is known; `shared`: its need is, or peers'
    share; `level` the lower of access and budget; `weighty`: of high value, or relied upon."""
    if state in _NOT_IN_PLAN or (state is State.OWNED and not also_in_progress):
        return Standing.NOT_WHITESPACE
    if not mapped:
        return Standing.PATH_UNKNOWN
    if level == 0:
        return Standing.FANTASY if weighty else Standing.NO_PATH
    if not valued:
        return Standing.NO_VALUE
    return Standing.COUNTED if shared else Standing.NO_NEED


def _rank(
    state: CellState,
    value: ValueEstimate | None,
    need_share: float | None,
    level: int,
    mapped: bool,
    parameters: WhitespaceParameters,
) -> Money | None:
    if value is None or need_share is None or not mapped or not state.whitespace:
        return None
    path_share = parameters.level_shares[level]
    rank = weighted(value.likely.minor, need_share * path_share)
    return Money(int(rank), value.likely.currency)


def weighted(minor: Amounts, share: Amounts) -> Amounts:
    """Values in minor units weighted by need × path, rounded half to even: one, or an array."""
    found: Amounts = np.rint(minor * share)
    return found


_STANDING_WORDS = {
    Standing.FANTASY: "fantasy: relied upon or of high value, and no path to it",
    Standing.NO_PATH: "no path: the unit is mapped, and nobody opens it",
    Standing.PATH_UNKNOWN: "path unknown: nobody is mapped in the unit or above",
    Standing.NO_VALUE: "no value is known yet",
    Standing.NO_NEED: "need is not asked, and there are no peers to stand in",
}


def _reasons(
    cell: CellFacts,
    value: ValueEstimate | None,
    access: Scored,
    budget: Scored,
    standing: Standing,
) -> tuple[Reason, ...]:
    found = []
    if value is not None:
        found.append(because("value.method", f"{value.likely} a year: {value.words}", value=value))
    if cell.need is not None:
        found.append(because("need.answered", f"need {cell.need.level}: {cell.need.evidence}"))
    elif cell.peer_share is not None:
        text = f"not qualified: {cell.peer_share:.0%} of similar units have it"
        found.append(because("need.peers", text, share=cell.peer_share))
    found += [access.reason, budget.reason]
    if standing in _STANDING_WORDS:
        found.append(because(f"standing.{standing.value}", _STANDING_WORDS[standing]))
    return tuple(found)
