"""Which accounts are about to fall quiet: the formula, recalibrated on the company's own past.

Definition and worked example: docs/method/quiet.md. Pure: arrays in, arrays out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.ledger.method import InsightParameters

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# The shipped formula answers for this horizon.
FORMULA_DAYS = 180
INPUTS = 9
_STEPS = 50
_BINS = 40
_PER_BIN = 50
_SETTLED = 1e-10
_EDGE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Rhythm:
    """n accounts at one cut; every column has n rows, days and counts as floats.

    `silent`: days since the last purchase day. `days_12`: purchase days in twelve months.
    `days`: ever. `usual_gap`, `longest_gap`: P90 and largest of own gaps. `r12`, `r6`, `r12_prior`:
    net revenue in minor units. `lines`: product lines bought in twelve months.
    """

    silent: Floats
    days_12: Floats
    days: Floats
    usual_gap: Floats
    longest_gap: Floats
    r12: Floats
    r6: Floats
    r12_prior: Floats
    lines: Floats

    def __len__(self) -> int:
        return len(self.silent)

    def rows(self, kept: Bools) -> Rhythm:
        """Only some accounts."""
        return Rhythm(**{name: getattr(self, name)[kept] for name in self.__dataclass_fields__})


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """One earlier cut: the accounts as they stood then, and which bought nothing afterwards."""

    rhythm: Rhythm
    quiet: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Coefficients over `inputs(...)`; how they came about.

    `outcomes` and `events` count the earlier accounts and those gone quiet; `method` is
    `formula` or `recalibrated`. `bins`: edges of the probability with what was observed.
    """

    weights: Floats
    method: str
    outcomes: int
    events: int
    edges: Floats
    observed: Floats
    seen: Floats


def alarms(rhythm: Rhythm, *, parameters: InsightParameters) -> Bools:
    """Silent for longer than the account's own rhythm allows, and than it ever was; at most a
    share of all accounts, and of few accounts at most one."""
    late = rhythm.silent / np.maximum(rhythm.usual_gap, 1.0)
    alarm = (rhythm.silent > parameters.gap_factor * rhythm.usual_gap) & (
        rhythm.silent > rhythm.longest_gap
    )
    most = max(1, int(np.floor(parameters.quiet_alarm_most * len(rhythm))))
    if alarm.sum() > most:
        edge = np.sort(late[alarm])[::-1][most]
        alarm = alarm & (late > edge)
    return np.asarray(alarm, dtype=bool)


def log_odds(rhythm: Rhythm, *, horizon: int, parameters: InsightParameters) -> Floats:
    """The shipped formula, moved to another horizon as if silence ended at a constant rate."""
    odds = (
        parameters.quiet_intercept
        + parameters.quiet_silence * np.log1p(rhythm.silent)
        + parameters.quiet_purchase_days * np.log1p(rhythm.days_12)
    )
    if horizon == FORMULA_DAYS:
        return np.asarray(odds, dtype=np.float64)
    p = np.clip(sigmoid(odds) ** (horizon / FORMULA_DAYS), _EDGE, 1 - _EDGE)
    return np.asarray(np.log(p / (1 - p)), dtype=np.float64)


def sigmoid(odds: Floats) -> Floats:
    """Probability of log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -40.0, 40.0))), dtype=np.float64)


def inputs(rhythm: Rhythm, *, horizon: int, parameters: InsightParameters) -> Floats:
    """n × 9: one, the formula's log odds, and what the company's own past may add to them."""
    gap = np.log((rhythm.silent + 1.0) / (np.maximum(rhythm.usual_gap, 1.0) + 1.0))
    pace = np.log((rhythm.days_12 + 1.0) / (rhythm.days + 1.0))
    money = np.log1p(np.maximum(rhythm.r12, 0.0))
    half = np.clip(rhythm.r6 / np.maximum(rhythm.r12, 1.0), 0.0, 1.0)
    trend = np.clip(
        np.log1p(np.maximum(rhythm.r12, 0.0)) - np.log1p(np.maximum(rhythm.r12_prior, 0.0)), -3, 3
    )
    columns = (
        np.ones(len(rhythm)),
        log_odds(rhythm, horizon=horizon, parameters=parameters),
        gap,
        pace,
        np.log1p(rhythm.usual_gap) - 4.0,
        (money - 13.0) / 3.0,
        half - 0.5,
        trend / 3.0,
        np.log1p(rhythm.lines) - 1.0,
    )
    return np.column_stack(columns)


def fit(past: list[Past], *, horizon: int, parameters: InsightParameters) -> Model:
    """The formula, or the formula recalibrated on the company's past where that is enough.

    Cuts are given oldest first. Under the least number of outcomes the formula stays as it is;
    beyond it, the own past moves the formula's level and slope and adds further inputs.
    """
    prior = np.zeros(INPUTS)
    prior[1] = 1.0
    outcomes = sum(len(each.rhythm) for each in past)
    events = int(sum(each.quiet.sum() for each in past))
    enough = parameters.quiet_min_outcomes
    weights, method = prior, "formula"
    if min(events, outcomes - events) >= enough:
        weights, method = _fitted(past, horizon, parameters, columns=INPUTS), "recalibrated"
    return _with_bins(past, weights, method, events, horizon, parameters)


def predict(model: Model, rhythm: Rhythm, *, horizon: int, parameters: InsightParameters) -> Floats:
    """Probability of no purchase within the horizon, per account."""
    x = inputs(rhythm, horizon=horizon, parameters=parameters)
    return np.clip(sigmoid(x @ model.weights), _EDGE, 1 - _EDGE)


def _stack(past: list[Past], horizon: int, parameters: InsightParameters) -> tuple[Floats, Floats]:
    x = [inputs(each.rhythm, horizon=horizon, parameters=parameters) for each in past]
    y = [each.quiet.astype(np.float64) for each in past]
    return np.concatenate(x), np.concatenate(y)


def _fitted(
    past: list[Past], horizon: int, parameters: InsightParameters, *, columns: int
) -> Floats:
    """Penalised logistic regression around the shipped formula, by Newton's method.

    The level is drawn towards the formula's as far as a season could explain the difference: one
    cut tells one season, many cuts tell the company.
    """
    x, y = _stack(past, horizon, parameters)
    x = x[:, :columns]
    prior = np.zeros(columns)
    prior[1] = 1.0
    start = sigmoid(x @ prior)
    season = parameters.quiet_season_sd**2 / len(past)
    penalty = np.full(columns, parameters.quiet_ridge)
    penalty[0] = float((start * (1 - start)).sum()) * season / parameters.quiet_company_sd**2
    weights = prior.copy()
    for _ in range(_STEPS):
        p = sigmoid(x @ weights)
        slope = x.T @ (y - p) - penalty * (weights - prior)
        curve = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty + _EDGE)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if float(np.abs(step).max()) < _SETTLED:
            break
    return np.concatenate([weights, np.zeros(INPUTS - columns)])


def _with_bins(
    past: list[Past],
    weights: Floats,
    method: str,
    events: int,
    horizon: int,
    parameters: InsightParameters,
) -> Model:
    """The past in bins of probability, and how many of each fell quiet."""
    if not past or not sum(len(each.rhythm) for each in past):
        empty = np.zeros(0)
        return Model(weights, method, 0, 0, empty, empty, empty)
    x, y = _stack(past, horizon, parameters)
    p = sigmoid(x @ weights)
    bins = max(1, min(_BINS, len(y) // _PER_BIN))
    edges = np.quantile(p, np.arange(1, bins) / bins)
    place = np.searchsorted(edges, p, side="right")
    seen = np.bincount(place, minlength=bins).astype(np.float64)
    hit = np.bincount(place, weights=y, minlength=bins)
    observed = np.divide(hit, seen, out=np.zeros(bins), where=seen > 0)
    return Model(weights, method, len(y), events, edges, observed, seen)
