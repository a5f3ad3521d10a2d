"""Relationship strength: what activity shows, what our people say, and what holds of both."""

from __future__ import annotations

import datetime as dt
import statistics
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sightline.planning.reasons import Reason, because, dated
from sightline.planning.stakeholders.contact import ContactLog, contact_logs
from sightline.planning.stakeholders.facts import (
    LEVEL_WORDS,
    Line,
    PeopleMap,
    Person,
    Rating,
    StakeholderParameters,
    Touch,
)


@dataclass(frozen=True, slots=True)
class Computed:
    """Strength as activity shows it: S 0–100 with its four factors, and the level 0–3."""

    score: float
    level: int
    recency: float
    frequency: float
    reciprocity: float
    breadth: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Relationship:
    """One person's strength: `level` is the effective one, `rated` the median as it was given.

    `spread` is the highest less the lowest fresh rating; None without one. `holders` are those of
    ours with two-way contact in the window or a fresh rating of "in contact" and above.
    """

    person: str
    level: int
    computed: Computed
    rated: int | None
    spread: int | None
    raters: tuple[str, ...]
    holders: tuple[str, ...]
    last_two_way: dt.date | None
    reasons: tuple[Reason, ...]


def computed_strength(
    log: ContactLog, *, on: dt.date, parameters: StakeholderParameters
) -> Computed:
    """S = 100 × (recency × frequency × reciprocity × breadth)^¼ over the window that ends `on`.

    A two-way day is a day from them and from us; an outbound day is from us alone. So one more
    two-way contact never lowers S, and outbound alone stays at or under 20.
    """
    recent = log.within(on=on, days=parameters.window_days)
    return _computed(log, recent, on=on, parameters=parameters)


def _computed(
    log: ContactLog, recent: ContactLog, *, on: dt.date, parameters: StakeholderParameters
) -> Computed:
    """The same with what of the log is in the window."""
    p = parameters
    two_way, outbound = len(recent.two_way), len(recent.outbound)
    silent = (on - recent.two_way[-1]).days if two_way else None
    ours = {who for _, people in recent.by_ours for who in people}
    fading = 0.0 if silent is None else 0.5 ** (silent / p.recency_half_life)
    recency = max(p.factor_floor, fading)
    frequency = max(p.factor_floor, two_way / (two_way + p.frequency_half))
    breadth = max(p.factor_floor, min(1.0, len(ours) / p.breadth_people))
    both = 2 * two_way / (2 * two_way + outbound) if two_way else 0.0
    reciprocity = max(p.reciprocity_floor, both)
    score = 100 * (recency * frequency * reciprocity * breadth) ** 0.25
    score = score if two_way else min(score, p.one_way_cap)
    level = _level(score, log, parameters=p)
    why = _activity_reason(recent, silent, on=on)
    return Computed(score, level, recency, frequency, reciprocity, breadth, (why,))


def _level(score: float, log: ContactLog, *, parameters: StakeholderParameters) -> int:
    if not log.ever:
        return 0
    return min(parameters.activity_level_cap, 1 + bisect_right(parameters.level_cuts, score))


def _activity_reason(recent: ContactLog, silent: int | None, *, on: dt.date) -> Reason:
    if silent is None:
        if recent.outbound:
            text = f"no answer to {len(recent.outbound)} days of contact from us"
            return because("strength.one_way", text, days=len(recent.outbound))
        return because("strength.no_contact", "no two-way contact in the window")
    text = f"{len(recent.two_way)} two-way days, the last {silent} days before {dated(on)}"
    return because("strength.activity", text, days=len(recent.two_way), silent=silent)


def fresh_ratings(
    ratings: Iterable[Rating], *, on: dt.date, parameters: StakeholderParameters
) -> dict[str, tuple[Rating, ...]]:
    """Each person's newest rating by each of ours, given by `on` and under the age limit then."""
    newest: dict[tuple[str, str], Rating] = {}
    for rating in ratings:
        if not 0 <= (on - rating.on).days < parameters.rating_days:
            continue
        held = newest.get((rating.person, rating.ours))
        if held is None or (held.on, held.level) <= (rating.on, rating.level):
            newest[rating.person, rating.ours] = rating
    grouped: dict[str, list[Rating]] = {}
    for key in sorted(newest):
        grouped.setdefault(key[0], []).append(newest[key])
    return {person: tuple(rows) for person, rows in grouped.items()}


def effective_level(
    computed: int, *, ratings: Iterable[Rating], parameters: StakeholderParameters
) -> int:
    """The median of the ratings (the lower of two middles), each held to what it can carry.

    Without evidence a rating carries at most two levels above activity and never more than
    activity itself can prove; no rating leaves the computed level.
    """
    cap = min(computed + parameters.rating_above_activity, parameters.activity_level_cap)
    carried = [r.level if r.evidence.strip() else min(r.level, cap) for r in ratings]
    return statistics.median_low(carried) if carried else computed


def relationship(
    person: str,
    *,
    log: ContactLog,
    ratings: tuple[Rating, ...],
    on: dt.date,
    parameters: StakeholderParameters,
) -> Relationship:
    """One person's effective strength; `ratings` are the fresh ones of `fresh_ratings`."""
    recent = log.within(on=on, days=parameters.window_days)
    computed = _computed(log, recent, on=on, parameters=parameters)
    level = effective_level(computed.level, ratings=ratings, parameters=parameters)
    levels = [rating.level for rating in ratings]
    holders = {who for _, people in recent.by_ours for who in people}
    holders |= {r.ours for r in ratings if r.level >= parameters.reach_level}
    return Relationship(
        person=person,
        level=level,
        computed=computed,
        rated=statistics.median_low(levels) if levels else None,
        spread=max(levels) - min(levels) if levels else None,
        raters=tuple(rating.ours for rating in ratings),
        holders=tuple(sorted(holders)),
        last_two_way=log.last_two_way,
        reasons=_strength_reasons(computed, level, levels),
    )


def _strength_reasons(computed: Computed, level: int, levels: list[int]) -> tuple[Reason, ...]:
    if not levels:
        text = f"not rated: activity shows {LEVEL_WORDS[computed.level]}"
        return (because("strength.computed", text, level=computed.level), *computed.reasons)
    rated = statistics.median_low(levels)
    reasons = [because("strength.rated", f"rated {rated} by {len(levels)} of ours", levels=levels)]
    if level < rated:
        text = f"held at {level}: more than activity shows ({computed.level}) needs evidence"
        reasons.append(because("strength.held", text, rated=rated, computed=computed.level))
    if max(levels) != min(levels):
        text = f"our people see it differently: {min(levels)} to {max(levels)}"
        reasons.append(because("strength.spread", text, low=min(levels), high=max(levels)))
    return (*reasons, *computed.reasons)


def relationships(
    people: Iterable[Person],
    *,
    touches: Iterable[Touch],
    ratings: Iterable[Rating],
    on: dt.date,
    parameters: StakeholderParameters,
) -> dict[str, Relationship]:
    """Everybody's strength on a date; what is dated after it is not seen."""
    logs = contact_logs(touches, on=on, parameters=parameters)
    rated = fresh_ratings(ratings, on=on, parameters=parameters)
    return {
        person.key: relationship(
            person.key,
            log=logs.get(person.key, ContactLog()),
            ratings=rated.get(person.key, ()),
            on=on,
            parameters=parameters,
        )
        for person in people
    }


def people_map(
    people: Iterable[Person],
    *,
    relationships: Mapping[str, Relationship],
    lines: Iterable[Line] = (),
) -> PeopleMap:
    """The map that paths, access and the departure test are computed from."""
    return PeopleMap(
        people=tuple(people),
        lines=tuple(lines),
        levels={key: one.level for key, one in relationships.items()},
        holders={key: one.holders for key, one in relationships.items()},
        last_two_way={
            key: one.last_two_way
            for key, one in relationships.items()
            if one.last_two_way is not None
        },
    )
