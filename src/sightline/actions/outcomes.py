"""The outcome a leader wants of a year: set, changed, taken back. Journalled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sightline.actions import journal
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.records.models import PortfolioOutcome
from sightline.records.scoping import Person, relations_that_open

LARGEST = 2**62


class StaleOutcome(PlanningError):
    """The outcome was changed since it was read; carries what stands now."""

    code = "stale_outcome"

    def __init__(self, message: str, *, theirs: Money | None, version: int) -> None:
        super().__init__(message)
        self.theirs = theirs
        self.version = version


def want(
    person: Person, year: int, wanted: Money | None, *, seen: int, now: datetime
) -> PortfolioOutcome | None:
    """Set the person's outcome of a year; None takes it back.

    `seen` is the version the person read, 0 for none. Raises `NotAllowed` for people who lead no
    accounts, `InvalidValue` for an amount that is not above zero, `StaleOutcome`.
    """
    if not relations_that_open(person, Category.WALLET_TIERS, Act.DECIDE_TIER):
        raise NotAllowed("Only leaders say what is wanted of the portfolio.", field="outcome")
    if wanted is not None and not 0 < wanted.minor < LARGEST:
        raise InvalidValue("The outcome is above zero.", field="amount")
    with transaction.atomic():
        own = PortfolioOutcome.objects.select_for_update().filter(wanted_by_id=person.id, year=year)
        row = own.first()
        if (row.version if row else 0) != seen:
            theirs = Money(row.amount, row.currency) if row else None
            raise StaleOutcome(
                "The outcome was changed since you read it.",
                theirs=theirs,
                version=row.version if row else 0,
            )
        return _save(person, year, row, wanted, now=now)


def _save(
    person: Person, year: int, row: PortfolioOutcome | None, wanted: Money | None, *, now: datetime
) -> PortfolioOutcome | None:
    before = row.amount if row else None
    if wanted is None:
        if row is None:
            return None
        journal.record(
            "outcome_taken_back",
            actor_id=person.id,
            subject=row,
            changes={"amount": (before, None)},
        )
        row.delete()
        return None
    if row is None:
        row = PortfolioOutcome(wanted_by_id=person.id, year=year, version=0, created_at=now)
    row.amount, row.currency = wanted.minor, wanted.currency
    row.version, row.changed_at = row.version + 1, now
    row.save()
    journal.record(
        "outcome_wanted",
        actor_id=person.id,
        subject=row,
        changes={"amount": (before, wanted.minor)},
    )
    return row
