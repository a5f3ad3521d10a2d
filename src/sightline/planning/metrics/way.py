"""A metric of a plan: baseline, target, current value, date, and the plays that are to move it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """One metric; values in its own unit, None where not known yet."""

    key: str
    label: str
    baseline: float | None
    current: float | None
    target: float | None
    by: dt.date | None
    plays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """How far a metric has come: 0 at its baseline, 1 at its target, below 0 if it went back.

    None where baseline, current or target is missing, or there is no way to go.
    """

    covered: float | None
    reasons: tuple[Reason, ...]


def way_covered(metric: MetricFacts) -> Way:
    """Share of the way from baseline to target; works for metrics that are to fall as well."""
    named = (("baseline", metric.baseline), ("current", metric.current), ("target", metric.target))
    missing = [name for name, value in named if value is None]
    reasons = []
    if not metric.plays:
        reasons.append(because("metrics.no_play", f"No play moves {metric.label} yet."))
    if metric.baseline is None or metric.current is None or metric.target is None:
        text = f"{metric.label} has no {' and no '.join(missing)} yet."
        return Way(None, (*reasons, because("metrics.incomplete", text, missing=tuple(missing))))
    if metric.target == metric.baseline:
        text = f"{metric.label} is to stay where it was."
        return Way(None, (*reasons, because("metrics.hold", text)))
    covered = (metric.current - metric.baseline) / (metric.target - metric.baseline)
    return Way(covered, tuple(reasons))
