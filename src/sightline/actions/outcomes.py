"""The outcome a leader wants of a year: set, changed, taken back. Journalled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from sightline.actions import journal
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.records.models import PortfolioOutcome
from sightline.records.scoping import Person, relations_that_open

LARGEST = 2**62
# the largest share that each kind can have: growth may more than make good what is lost
SHARES = {
    PortfolioOutcome.Kind.NRR.value: Decimal(5),
    PortfolioOutcome.Kind.GRR.value: Decimal(1),
    PortfolioOutcome.Kind.PENETRATION.value: Decimal(1),
    PortfolioOutcome.Kind.NEW_LINES.value: Decimal("0.9"),
}


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
        own = PortfolioOutcome.objects.select_for_update().filter(
            wanted_by_id=person.id, year=year, kind=PortfolioOutcome.Kind.REVENUE
        )
        row = own.first()
        if (row.version if row else 0) != seen:
            theirs = None
            if row is not None and row.amount is not None:
                theirs = Money(row.amount, row.currency)
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


class StaleShare(PlanningError):
    """The share was changed since the person read it; `theirs` stands now, None for none."""

    code = "stale"

    def __init__(self, message: str, *, theirs: Decimal | None, version: int) -> None:
        super().__init__(message, field="share")
        self.theirs, self.version = theirs, version


@dataclass(frozen=True, slots=True)
class ShareWanted:
    """What is wanted of which accounts: `tier` 0 and an empty `industry` are all of them."""

    kind: str
    tier: int = 0
    industry: str = ""


def want_share(
    person: Person,
    year: int,
    of: ShareWanted,
    share: Decimal | None,
    *,
    seen: int,
    now: datetime,
) -> PortfolioOutcome | None:
    """Keep the share a person wants of a year (1 is all of it); None takes it back.

    Raises `NotAllowed` without accounts to lead, `InvalidValue` for a share that cannot be, and
    `StaleShare` where it was changed since version `seen` (0: none was there).
    """
    if not relations_that_open(person, Category.WALLET_TIERS, Act.DECIDE_TIER):
        raise NotAllowed("Only leaders say what is wanted of the portfolio.", field="outcome")
    _check(of, share)
    with transaction.atomic():
        row = (
            PortfolioOutcome.objects.select_for_update()
            .filter(
                wanted_by_id=person.id,
                year=year,
                kind=of.kind,
                tier=of.tier,
                industry=of.industry,
            )
            .first()
        )
        if (row.version if row else 0) != seen:
            raise StaleShare(
                "The outcome was changed since you read it.",
                theirs=row.share if row else None,
                version=row.version if row else 0,
            )
        return _save_share(person, year, of, row, share, now=now)


def _check(of: ShareWanted, share: Decimal | None) -> None:
    if of.kind not in SHARES or of.tier not in (0, 1, 2, 3):
        raise InvalidValue("Choose what is wanted.", field="kind")
    if share is not None and not 0 < share <= SHARES[of.kind]:
        most = f"{SHARES[of.kind] * 100:.0f}"
        raise InvalidValue(f"A share lies above 0 and up to {most}%.", field="share")


def _save_share(
    person: Person,
    year: int,
    of: ShareWanted,
    row: PortfolioOutcome | None,
    share: Decimal | None,
    *,
    now: datetime,
) -> PortfolioOutcome | None:
    before = str(row.share) if row else None
    if share is None:
        if row is not None:
            journal.record(
                "outcome_taken_back",
                actor_id=person.id,
                subject=row,
                changes={"share": (before, None)},
            )
            row.delete()
        return None
    if row is None:
        row = PortfolioOutcome(
            wanted_by_id=person.id,
            year=year,
            kind=of.kind,
            tier=of.tier,
            industry=of.industry,
            version=0,
            created_at=now,
        )
    row.share, row.version, row.changed_at = share, row.version + 1, now
    row.save()
    journal.record(
        "outcome_wanted",
        actor_id=person.id,
        subject=row,
        changes={"share": (before, str(share))},
    )
    return row
