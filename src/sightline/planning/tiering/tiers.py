"""Which accounts deserve a plan: three axes to a tier, with floor, hysteresis and capacity.

Everything works on whole columns, one row per account, so that a hundred thousand accounts take
well under two seconds. Definition with worked examples: docs/method/tiers.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sightline.planning.errors import InvalidValue
from sightline.planning.parameters import Parameters
from sightline.planning.tiering import parameters as numbers_of
from sightline.planning.tiering.capacity import (
    Overflow,
    by_owner_and_money,
    rank_in_runs,
    within_capacity,
)
from sightline.planning.tiering.parameters import TieringParameters
from sightline.planning.tiering.potential import index_of
from sightline.planning.tiering.vulnerability import VulnerabilityArrays, vulnerability

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

NO_TIER = 0
CRITERIA = ("reference", "signal", "door_opener")


@dataclass(frozen=True, slots=True, eq=False)
class TieringFacts:
    """Columns of n planning accounts, one row each.

    `potential`: likely potential in minor units, NaN unknown. `importance`: n x 3 points 0 … 3 in
    the order of CRITERIA, NaN not asked. `customer`: whether there is revenue to lose (False is a
    prospect: vulnerability then takes no part). `owner`: the account manager's key, empty where
    nobody is named. `held`: the decided tier 1 … 3, 0 where none was decided yet. `past_lenient`:
    n x (computations - 1) tiers that earlier monthly computations returned as `lenient`, latest
    last, 0 where there was none.
    """

    ids: Texts
    potential: Floats
    importance: Floats
    vulnerability: VulnerabilityArrays
    customer: Bools
    owner: Texts
    held: Ints
    past_lenient: Ints

    def __post_init__(self) -> None:
        n = len(self.ids)
        columns = (self.potential, self.vulnerability, self.customer, self.owner, self.held)
        if any(len(column) != n for column in columns) or len(self.past_lenient) != n:
            raise InvalidValue("All columns of accounts need the same length.", field="accounts")
        if self.importance.shape != (n, len(CRITERIA)):
            raise InvalidValue("Importance has three criteria per account.", field="importance")

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """The three answers of n accounts, 0 … 100 each, NaN where not asked or not known.

    `importance_points` are the 0 … 9 that people see.
    """

    potential: Floats
    importance: Floats
    importance_points: Floats
    vulnerability: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """Where each axis becomes high, on its 0 … 100 scale, and the floor on the potential index."""

    potential: float
    importance: float
    vulnerability: float
    floor: float


@dataclass(frozen=True, slots=True, eq=False)
class Tiering:
    """The tiers of n accounts and how they came about.

    `computed`: by today's cuts. `stable`: after hysteresis against the held tier. `proposed`:
    after capacity; what a person is asked to decide. `lenient`: to be kept for the next months'
    hysteresis. `provisional`: importance could still change `computed`. `ask`: rows whose
    importance is worth asking, largest money first. `below_floor`: no plan whatever the axes say.
    """

    axes: Axes
    cuts: Cuts
    computed: Ints
    lenient: Ints
    stable: Ints
    proposed: Ints
    provisional: Bools
    below_floor: Bools
    ask: Ints
    overflow: tuple[Overflow, ...]


def propose_tiers(facts: TieringFacts, *, parameters: Parameters) -> Tiering:
    """Tiers for every row. Deterministic; the order of rows changes nothing but the order."""
    numbers = numbers_of.tiering(parameters)
    axes = axes_of(facts, parameters=parameters)
    cuts = cuts_of(facts.potential, axes.potential, numbers=numbers)
    band = numbers.hysteresis_band
    below_floor = ~(axes.potential >= cuts.floor)
    first = _within_first(facts, numbers)
    computed = _tier(facts, axes, cuts, below_floor, first)
    strict = _tier(facts, axes, _moved(cuts, band), below_floor, first)
    lenient = _tier(facts, axes, _moved(cuts, -band), below_floor, first)
    stable = _steady(facts, computed=computed, strict=strict, lenient=lenient, numbers=numbers)
    proposed, overflow = within_capacity(
        stable, potential=facts.potential, ids=facts.ids, owner=facts.owner, parameters=parameters
    )
    open_question = _open_question(facts, axes, cuts, below_floor, computed)
    return Tiering(
        axes=axes,
        cuts=cuts,
        computed=computed,
        lenient=lenient,
        stable=stable,
        proposed=proposed,
        provisional=open_question,
        below_floor=below_floor,
        ask=_largest_first(facts, np.flatnonzero(open_question)),
        overflow=overflow,
    )


def axes_of(facts: TieringFacts, *, parameters: Parameters) -> Axes:
    """Potential index, importance and vulnerability of every row."""
    numbers = numbers_of.tiering(parameters)
    weights = np.array([numbers.importance_weights[name] for name in CRITERIA], dtype=float)
    # a half-asked account is not asked: one answer of three would read as a low score
    mean = facts.importance @ weights / weights.sum()
    points = mean * len(CRITERIA)
    exposed = vulnerability(facts.vulnerability, parameters=parameters).value
    return Axes(
        potential=index_of(facts.potential, facts.ids),
        importance=100.0 * mean / numbers.importance_most,
        importance_points=points,
        vulnerability=np.where(facts.customer, exposed, np.nan),
    )


def cuts_of(potential: Floats, index: Floats, *, numbers: TieringParameters) -> Cuts:
    """Today's cuts. High potential: the smallest set of accounts that holds its share of all."""
    most = len(CRITERIA) * numbers.importance_most
    return Cuts(
        potential=_index_holding(potential, index, numbers.potential_high_share),
        importance=100.0 * numbers.importance_high / most,
        vulnerability=numbers.vulnerability_high,
        floor=_index_holding(potential, index, numbers.floor_share),
    )


def _index_holding(potential: Floats, index: Floats, share: float) -> float:
    """The lowest index in the smallest set of accounts that holds `share` of all potential.

    Infinity where there is no potential at all: then none is high.
    """
    rows = np.flatnonzero(~np.isnan(index))
    rows = rows[np.argsort(-index[rows], kind="stable")]
    money = np.maximum(potential[rows], 0.0)
    whole = money.sum()
    if not whole > 0:
        return np.inf
    before = np.cumsum(money) - money
    # a hair below the share, so that rounding of the sum does not pull one more account in
    last = np.flatnonzero((before < share * whole * (1 - 1e-12)) & (money > 0))[-1]
    return float(index[rows[last]])


def _moved(cuts: Cuts, band: float) -> Cuts:
    """Every cut moved by the band, but never more than half way to the end of the scale.

    Where few accounts hold most of the potential, its cut lies so near 100 that a whole band more
    could never be reached.
    """

    def shifted(cut: float) -> float:
        if not np.isfinite(cut):
            return cut
        room = (100.0 - cut) if band > 0 else cut
        return float(cut + np.sign(band) * min(abs(band), room / 2))

    return Cuts(
        shifted(cuts.potential), shifted(cuts.importance), shifted(cuts.vulnerability), cuts.floor
    )


def _tier(facts: TieringFacts, axes: Axes, cuts: Cuts, below_floor: Bools, first: Bools) -> Ints:
    """All axes high is 1, one or two 2, none 3; provisional 1 while importance is not asked."""
    high_potential = axes.potential >= cuts.potential
    high_importance = _reaches(axes.importance, cuts.importance)
    exposed = _reaches(axes.vulnerability, cuts.vulnerability)
    count = high_potential.astype(np.int64) + high_importance + exposed
    full = np.where(facts.customer, 3, 2)
    tier = np.where(count >= full, 1, np.where(count > 0, 2, 3))
    not_asked = np.isnan(axes.importance)
    # a prospect has no second axis, so its place within capacity is what can propose it
    proposes = (high_potential & exposed) | first
    tier = np.where(not_asked & proposes, 1, tier)
    return np.where(below_floor, 3, tier).astype(np.int64)


def _reaches(axis: Floats, cut: float) -> Bools:
    return np.asarray(np.round(axis, 9) >= round(cut, 9))


def _within_first(facts: TieringFacts, numbers: TieringParameters) -> Bools:
    """Rows whose potential lies within their account manager's tier 1 capacity."""
    first = np.zeros(len(facts), dtype=bool)
    order = by_owner_and_money(facts.owner, facts.potential, facts.ids)
    first[order] = rank_in_runs(facts.owner[order]) < numbers.capacity_tier_1
    return np.logical_and(first, facts.potential > 0)


def _steady(
    facts: TieringFacts, *, computed: Ints, strict: Ints, lenient: Ints, numbers: TieringParameters
) -> Ints:
    """The held tier unless it clearly changed: up past the band at once, down after months."""
    held = facts.held
    needed = numbers.demote_computations - 1
    past = facts.past_lenient[:, max(0, facts.past_lenient.shape[1] - needed) :]
    enough = past.shape[1] >= needed
    # the best tier of the last months: one good month keeps the place
    months = np.column_stack([past, lenient]) if needed else lenient[:, None]
    best = np.where((months == NO_TIER).any(axis=1), NO_TIER, months.min(axis=1))
    falls = (best > held) & (best != NO_TIER) if enough else np.zeros(len(held), dtype=bool)
    steady = np.where(strict < held, strict, np.where(falls, best, held))
    return np.where(held == NO_TIER, computed, steady).astype(np.int64)


def _open_question(
    facts: TieringFacts, axes: Axes, cuts: Cuts, below_floor: Bools, computed: Ints
) -> Bools:
    """Not asked, and an answer could give another tier than the other answer, or than today's."""
    nobody = np.zeros(len(facts), dtype=bool)

    def answered(importance: float) -> Ints:
        told = replace(axes, importance=np.full(len(facts), importance))
        return _tier(facts, told, cuts, below_floor, nobody)

    high, low = answered(100.0), answered(0.0)
    return np.asarray(np.isnan(axes.importance) & ((high != low) | (computed != high)))


def _largest_first(facts: TieringFacts, rows: Ints) -> Ints:
    order = np.lexsort((facts.ids[rows], -np.nan_to_num(facts.potential[rows], nan=0.0)))
    return rows[order].astype(np.int64)
