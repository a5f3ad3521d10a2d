"""A person's own rhythm: quiet, new, moved, left; executives; buying centres newly engaged."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from sightline.planning.periods import months_back
from sightline.planning.reasons import Reason, because, dated
from sightline.planning.stakeholders.contact import ContactLog
from sightline.planning.stakeholders.facts import (
    BuyingRole,
    Person,
    Presence,
    StakeholderParameters,
)
from sightline.planning.stakeholders.strength import Relationship

DECIDING_ROLES = frozenset({BuyingRole.ECONOMIC_BUYER, BuyingRole.SPONSOR})
FULL_INFLUENCE = 3


class Status(StrEnum):
    """Where the person stands with us now."""

    ACTIVE = "active"
    QUIET = "quiet"
    NEW = "new"
    MOVED = "moved"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class PersonStatus:
    """A status and its reason; `usual_gap` is the person's own long gap in days, if known."""

    status: Status
    reason: Reason
    silent: int | None = None
    usual_gap: float | None = None


def usual_gap(log: ContactLog, *, on: dt.date, parameters: StakeholderParameters) -> float | None:
    """The P90 of the gaps between their two-way days over two years; None with too few.

    Interpolated between the ordered gaps, as spreadsheets do.
    """
    if len(log.two_way) < parameters.rhythm_contacts:
        return None
    start = months_back(on, parameters.rhythm_months)
    days = [day for day in log.two_way if start < day <= on]
    if len(days) < parameters.rhythm_contacts:
        return None
    gaps = sorted((b - a).days for a, b in itertools.pairwise(days))
    place = parameters.rhythm_quantile * (len(gaps) - 1)
    low = math.floor(place)
    high = min(low + 1, len(gaps) - 1)
    return gaps[low] + (place - low) * (gaps[high] - gaps[low])


def person_status(
    person: Person, *, log: ContactLog, on: dt.date, parameters: StakeholderParameters
) -> PersonStatus:
    """Moved or left as recorded; else quiet by their own rhythm, new, or active."""
    if person.presence is not Presence.HERE:
        status = Status(person.presence.value)
        return PersonStatus(status, because(f"status.{status}", f"recorded as {status.value}"))
    gap = usual_gap(log, on=on, parameters=parameters)
    last = log.last_two_way
    silent = (on - last).days if last is not None else None
    if gap is not None and silent is not None:
        limit = max(gap * parameters.rhythm_factor, float(parameters.rhythm_floor_days))
        if silent > limit:
            text = f"silent for {silent} days; 9 of 10 of their gaps are within {gap:.0f}"
            return PersonStatus(
                Status.QUIET, because("status.quiet", text, silent=silent, gap=gap), silent, gap
            )
    if person.first_seen is not None and 0 <= (on - person.first_seen).days < (
        parameters.new_person_days
    ):
        why = because("status.new", f"first seen {dated(person.first_seen)}")
        return PersonStatus(Status.NEW, why, silent, gap)
    return PersonStatus(Status.ACTIVE, because("status.active", "here"), silent, gap)


def is_executive(person: Person, *, parameters: StakeholderParameters) -> bool:
    """Whether the title table counts this title as executive; a correction on the person wins.

    Whole words, without accents or case; the words that rule a title out are looked at first.
    """
    if person.executive is not None:
        return person.executive
    title = f" {_plain_words(person.title)} "
    if any(words in title for words in _table(parameters.not_executive_titles)):
        return False
    return any(words in title for words in _table(parameters.executive_titles))


@lru_cache(maxsize=8)
def _table(titles: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a title table, ready to be looked for: the same few tables ask of everybody."""
    return tuple(f" {_plain_words(words)} " for words in titles)


def _plain_words(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", bare.replace(".", "")))


def active_executives(
    people: Iterable[Person],
    *,
    relationships: Mapping[str, Relationship],
    on: dt.date,
    parameters: StakeholderParameters,
) -> tuple[str, ...]:
    """Executives here at strength 3 and above with two-way contact in the last 90 days."""
    return tuple(
        person.key
        for person in people
        if person.here
        and is_executive(person, parameters=parameters)
        and _in_touch(relationships.get(person.key), on=on, parameters=parameters)
    )


def _in_touch(
    known: Relationship | None, *, on: dt.date, parameters: StakeholderParameters
) -> bool:
    if known is None or known.last_two_way is None:
        return False
    silent = (on - known.last_two_way).days
    return known.level >= parameters.thread_level and silent <= parameters.executive_contact_days


def decides(person: Person) -> bool:
    """Whether they decide: economic buyer, their sponsor, or full influence on some decision."""
    return any(
        held.role in DECIDING_ROLES or held.influence == FULL_INFLUENCE for held in person.roles
    )


def new_buying_centre(
    people: Iterable[Person],
    *,
    logs: Mapping[str, ContactLog],
    plan_start: dt.date,
    on: dt.date,
    parameters: StakeholderParameters,
) -> Reason | None:
    """Why a unit counts as newly engaged, or None: no two-way contact with anybody of it in the
    twelve months before the plan, and since then two two-way days with a person who decides."""
    known = list(people)
    before = months_back(plan_start, parameters.new_centre_months)
    days = [day for one in known for day in logs.get(one.key, ContactLog()).two_way]
    if any(before <= day < plan_start for day in days):
        return None
    for person in sorted(known, key=lambda one: one.key):
        log = logs.get(person.key, ContactLog())
        since = [day for day in log.two_way if plan_start <= day <= on]
        if decides(person) and len(since) >= parameters.new_centre_days:
            text = f"{len(since)} two-way days with {person.name} since the plan began, none before"
            return because("centre.new", text, person=person.key, days=len(since))
    return None
