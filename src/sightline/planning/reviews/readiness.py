"""Whether a review can decide anything: what is there, what is missing, by content not by ticks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sightline.planning.reasons import Reason, because
from sightline.planning.reviews.cadence import ReviewParameters


@dataclass(frozen=True, slots=True)
class ReadinessFacts:
    """Counts of what the review will need; `of` counts beside them. Zero of zero is nothing due."""

    assumptions_confirmed: int
    assumptions: int
    commitments_answered: int
    commitments: int
    plays_with_next_step: int
    plays: int
    challenges_answered: int
    challenges: int
    renewals_ready: int
    renewals_in_sight: int
    sponsor_invited: bool | None = None
    data_as_of: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Share of what is due that is there (None: nothing is due), and what is missing."""

    share: float | None
    missing: tuple[Reason, ...]
    say_now: bool


def readiness(
    facts: ReadinessFacts, *, review: dt.date, today: dt.date, parameters: ReviewParameters
) -> Readiness:
    """What is missing for a review; `say_now` from three days before it."""
    counted = (
        (
            "assumptions",
            facts.assumptions_confirmed,
            facts.assumptions,
            "assumptions not looked at",
        ),
        ("commitments", facts.commitments_answered, facts.commitments, "commitments unanswered"),
        ("plays", facts.plays_with_next_step, facts.plays, "plays without a next step"),
        ("challenges", facts.challenges_answered, facts.challenges, "challenges unanswered"),
        ("renewals", facts.renewals_ready, facts.renewals_in_sight, "renewals not ready"),
    )
    missing = [
        because(f"readiness.{name}", f"{of - ready} {words}.", missing=of - ready, of=of)
        for name, ready, of, words in counted
        if ready < of
    ]
    if facts.sponsor_invited is False:
        missing.append(because("readiness.sponsor", "The sponsor is not invited."))
    if facts.data_as_of is None:
        missing.append(because("readiness.data", "No data have been read yet."))
    due = sum(of for _, _, of, _ in counted)
    there = sum(min(ready, of) for _, ready, of, _ in counted)
    left = (review - today).days
    return Readiness(
        share=there / due if due else None,
        missing=tuple(missing),
        say_now=0 <= left <= parameters.prepare_days,
    )
