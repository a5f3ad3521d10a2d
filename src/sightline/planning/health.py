"""Health of an account, 0 to 100, with visible parts; a person may contradict it until a date.

100 less weighted misses; parts nobody knows leave the sum, and the figure says "from 3 of 5".
Definitions and worked example: docs/method/health.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.reasons import Reason, because, dated


@dataclass(frozen=True, slots=True)
class HealthParameters:
    """Units and sources stand in `parameters/health.toml`."""

    weights: Mapping[str, float]
    least_parts: int
    revenue_fall: float
    usage_fall: float
    serious_cases: int
    enough_contact_days: int
    renewal_in_sight_days: int
    rosy_points: int


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """What the five parts are computed from; None: not known, and the part leaves.

    Changes are year on year as shares (-0.1 is ten per cent down). `two_way_days` counts logged
    two-way days in 180 days. `renewal_ready`: the renewal in sight has goal, owner and decider.
    """

    revenue_change: float | None = None
    deciding_people: int | None = None
    quiet_people: int | None = None
    two_way_days: int | None = None
    usage_change: float | None = None
    serious_cases: int | None = None
    single_threaded: bool | None = None
    next_renewal: dt.date | None = None
    renewal_ready: bool | None = None


@dataclass(frozen=True, slots=True)
class HealthPart:
    """One part: its weight, how much of it is missed (0 to 1, None unknown), why."""

    name: str
    weight: float
    miss: float | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class HealthOverride:
    """A person's own figure, with a reason and the day it lapses."""

    value: int
    reason: str
    by: str
    until: dt.date

    def __post_init__(self) -> None:
        if not 0 <= self.value <= 100:
            raise InvalidValue("Health lies between 0 and 100.", field="value")
        if not self.reason.strip():
            raise MissingValue("An override needs a reason.", field="reason")


@dataclass(frozen=True, slots=True)
class Health:
    """The computed figure (None under two known parts), its parts, and the one in force.

    `shown` is the override while it holds, otherwise the computed figure. `rosy_by` is how far an
    override in force stands above the computed figure, where that is challenged; else None.
    """

    computed: int | None
    shown: int | None
    known: int
    of: int
    parts: tuple[HealthPart, ...]
    overridden: bool
    rosy_by: int | None
    reasons: tuple[Reason, ...]


def health_of(
    facts: HealthFacts,
    *,
    today: dt.date,
    parameters: HealthParameters,
    override: HealthOverride | None = None,
) -> Health:
    """The health of an account on a day."""
    parts = _parts(facts, today=today, parameters=parameters)
    known = [part for part in parts if part.miss is not None]
    weight = sum(part.weight for part in known)
    computed = None
    if len(known) >= parameters.least_parts and weight > 0:
        missed = sum(part.weight * (part.miss or 0.0) for part in known)
        computed = round(100 * (1 - missed / weight))
    holds = override is not None and today <= override.until
    shown = override.value if override is not None and holds else computed
    return Health(
        computed=computed,
        shown=shown,
        known=len(known),
        of=len(parts),
        parts=parts,
        overridden=holds,
        rosy_by=_rosy(shown, computed, parameters) if holds else None,
        reasons=_reasons(computed, len(known), len(parts), override, holds=holds),
    )


def _parts(
    facts: HealthFacts, *, today: dt.date, parameters: HealthParameters
) -> tuple[HealthPart, ...]:
    misses = {
        "revenue": _fall("revenue", facts.revenue_change, parameters.revenue_fall),
        "engagement": _engagement(facts, parameters),
        "usage": _fall("usage", facts.usage_change, parameters.usage_fall),
        "cases": _cases(facts, parameters),
        "threads_and_renewal": _threads_and_renewal(facts, today, parameters),
    }
    return tuple(
        HealthPart(name, parameters.weights[name], miss, reason)
        for name, (miss, reason) in misses.items()
    )


_Miss = tuple[float | None, Reason]


def _fall(name: str, change: float | None, full: float) -> _Miss:
    if change is None:
        return None, because(f"health.{name}_unknown", f"No {name} known.")
    text = f"{name.capitalize()} {change:+z.0%} on the year before."
    return min(1.0, max(0.0, -change / full)), because(f"health.{name}", text, change=change)


def _engagement(facts: HealthFacts, parameters: HealthParameters) -> _Miss:
    people, quiet, days = facts.deciding_people, facts.quiet_people, facts.two_way_days
    if people is None or quiet is None or people == 0:
        return None, because("health.engagement_unknown", "Nobody who decides is mapped.")
    if days is None or days < parameters.enough_contact_days:
        return None, because("health.engagement_thin", "Too little logged to judge.")
    text = f"{quiet} of {people} who decide have gone quiet."
    return min(1.0, quiet / people), because("health.engagement", text, quiet=quiet, people=people)


def _cases(facts: HealthFacts, parameters: HealthParameters) -> _Miss:
    if facts.serious_cases is None:
        return None, because("health.cases_unknown", "No cases loaded.")
    text = f"{facts.serious_cases} critical cases or breached service levels."
    miss = min(1.0, facts.serious_cases / parameters.serious_cases)
    return miss, because("health.cases", text, cases=facts.serious_cases)


def _threads_and_renewal(facts: HealthFacts, today: dt.date, parameters: HealthParameters) -> _Miss:
    """Half for a single thread, half for a renewal in sight that is not ready."""
    halves: list[float] = []
    said: list[str] = []
    if facts.single_threaded is not None:
        halves.append(float(facts.single_threaded))
        said.append("single-threaded" if facts.single_threaded else "more than one thread")
    due = facts.next_renewal
    in_sight = due is not None and (due - today).days <= parameters.renewal_in_sight_days
    if in_sight and facts.renewal_ready is not None:
        halves.append(float(not facts.renewal_ready))
        said.append("renewal ready" if facts.renewal_ready else "renewal in sight, not ready")
    if not halves:
        text = "Neither threads nor a renewal in sight known."
        return None, because("health.threads_unknown", text)
    text = " and ".join(said).capitalize() + "."
    return sum(halves) / len(halves), because("health.threads", text)


def _rosy(shown: int | None, computed: int | None, parameters: HealthParameters) -> int | None:
    if shown is None or computed is None or shown - computed < parameters.rosy_points:
        return None
    return shown - computed


def _reasons(
    computed: int | None, known: int, of: int, override: HealthOverride | None, *, holds: bool
) -> tuple[Reason, ...]:
    if computed is None:
        text = f"Only {known} of {of} parts are known: too little for a figure."
        reasons = [because("health.too_little", text, known=known, of=of)]
    else:
        reasons = [because("health.from", f"From {known} of {of}.", known=known, of=of)]
    if override is not None:
        code = "health.overridden" if holds else "health.override_lapsed"
        until = dated(override.until)
        text = f"Set to {override.value} until {until}: {override.reason}"
        if not holds:
            text = f"An override to {override.value} lapsed on {until}."
        reasons.append(because(code, text, by=override.by, until=override.until))
    return tuple(reasons)
