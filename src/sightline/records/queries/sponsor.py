"""A sponsor's page: their accounts, the reviews of each, whether they came, what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Max, Q

from sightline.planning.errors import MissingRate
from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.planning.reviews import ReviewParameters, is_overdue
from sightline.records.models import (
    Account,
    Action,
    Attendance,
    Plan,
    PlanRolled,
    Review,
    SignOff,
    TierResult,
)
from sightline.records.queries.company import rates
from sightline.records.scoping import Person, visible_accounts


@dataclass(frozen=True, slots=True)
class Seat:
    """One review held and whether the sponsor was there."""

    review_id: int
    held_on: date | None
    state: str
    changed_nothing: bool


@dataclass(frozen=True, slots=True)
class Sponsored:
    """One account. Money in the plan's currency; None where it is not known."""

    account_id: int
    name: str
    tier: int | None
    owner: str
    plan_id: int | None
    plan_version: int
    target: Money | None
    landing: Money | None
    gap: Money | None
    review_id: int | None
    review_on: date | None
    due_on: date | None
    review_open: bool
    overdue: bool
    seats: tuple[Seat, ...]
    to_sign: bool
    signed_before: bool
    roll_to_sign: bool

    @property
    def covered(self) -> bool:
        """Whether the plan lands on its target or beyond."""
        return self.gap is not None and self.gap.minor <= 0

    @property
    def over(self) -> Money | None:
        """By how much it lands beyond its target; None where it does not."""
        if self.gap is None or self.gap.minor >= 0:
            return None
        return Money(-self.gap.minor, self.gap.currency)

    @property
    def attended(self) -> tuple[int, int]:
        """(present, held) among the reviews shown."""
        return sum(seat.state == "present" for seat in self.seats), len(self.seats)


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked of the sponsor: a promise or step of theirs, or one escalated to them."""

    action_id: int
    account_id: int
    account: str
    subject: str
    due_on: date | None
    escalated: bool
    blocked_by: str


@dataclass(frozen=True, slots=True)
class SponsorPage:
    """Everything on the page."""

    accounts: tuple[Sponsored, ...]
    asked: tuple[Asked, ...]


MOST_SEATS = 4
MOST_ASKED = 30


def sponsor_page(person: Person, *, on: date, numbers: ReviewParameters) -> SponsorPage:
    """The accounts a person sponsors, the largest money uncovered first, what is not known last.

    Eleven queries, whatever their number.
    """
    if person.crm_user_id is None:
        return SponsorPage((), ())
    user = person.crm_user_id
    visible = visible_accounts(person, Category.PLAN, Act.SIGN_OFF)
    rows = list(
        Account.objects.filter(pk__in=visible.values("pk"))
        .filter(Q(planning_account=None) | Q(planning_account_id=F("pk")))
        .select_related("owner")
        .order_by("sort_name", "pk")
    )
    ids = [row.pk for row in rows]
    plans = {
        plan.account_id: plan
        for plan in Plan.objects.filter(
            account_id__in=ids, starts_on__lte=on, ends_on__gte=on
        ).select_related("result")
    }
    tiers = {
        account: decided or proposed
        for account, decided, proposed in TierResult.objects.filter(account_id__in=ids).values_list(
            "account_id", "decided_tier", "proposed_tier"
        )
    }
    reviews = _reviews(ids)
    seats = _seats(user, [one.pk for found in reviews.values() for one in found])
    signed = _signed(plans.values())
    unsigned = set(
        PlanRolled.objects.filter(old__account_id__in=ids, signed_at=None).values_list(
            "old__account_id", flat=True
        )
    )
    accounts = tuple(
        _account(
            row,
            plans.get(row.pk),
            tiers.get(row.pk),
            reviews.get(row.pk, ()),
            seats,
            signed=signed,
            roll_to_sign=row.pk in unsigned,
            on=on,
            numbers=numbers,
        )
        for row in rows
    )
    return SponsorPage(_by_money(accounts, on=on), _asked(user, ids))


def _by_money(accounts: Iterable[Sponsored], *, on: date) -> tuple[Sponsored, ...]:
    """By money uncovered in one currency, then what is covered, then what has no target,
    then what is not known."""
    company_rates = rates()

    def place(one: Sponsored) -> tuple[int, int, str]:
        if one.gap is None:
            return (3 if one.landing is None else 2, 0, one.name.casefold())
        if one.covered:
            return (1, 0, one.name.casefold())
        try:
            gap = company_rates.convert(one.gap, company_rates.reporting, on=on).minor
        except MissingRate:
            gap = 0
        return (0, -gap, one.name.casefold())

    return tuple(sorted(accounts, key=place))


def _signed(plans: Iterable[Plan]) -> dict[int, int]:
    """The newest version of each plan that its sponsor signed."""
    rows = SignOff.objects.filter(plan__in=plans).values_list("plan_id")
    return dict(rows.annotate(version=Max("plan_version")))


def _reviews(ids: Sequence[int]) -> dict[int, list[Review]]:
    found: dict[int, list[Review]] = {}
    rows = Review.objects.filter(account_id__in=ids, kind=Review.Kind.REVIEW)
    for row in rows.order_by("-held_on", "-pk"):
        found.setdefault(row.account_id, []).append(row)
    return found


def _seats(user: int, review_ids: Sequence[int]) -> dict[int, str]:
    rows = Attendance.objects.filter(user_id=user, review_id__in=review_ids)
    return dict(rows.values_list("review_id", "state"))


def _account(
    row: Account,
    plan: Plan | None,
    tier: int | None,
    reviews: Sequence[Review],
    seats: Mapping[int, str],
    *,
    signed: Mapping[int, int],
    roll_to_sign: bool,
    on: date,
    numbers: ReviewParameters,
) -> Sponsored:
    coming = next((one for one in reviews if one.state != Review.State.CLOSED), None)
    held = [one for one in reviews if one.state == Review.State.CLOSED]
    days = [one.held_on for one in held if one.held_on is not None]
    result = getattr(plan, "result", None) if plan is not None else None

    def money(minor: int | None) -> Money | None:
        return Money(minor, plan.currency) if plan is not None and minor is not None else None

    return Sponsored(
        account_id=row.pk,
        name=row.name,
        tier=tier,
        owner=row.owner.name if row.owner else "",
        plan_id=plan.pk if plan else None,
        plan_version=plan.version if plan else 0,
        target=money(plan.target if plan else None),
        landing=money(result.landing if result else None),
        gap=money(result.gap if result else None),
        review_id=coming.pk if coming else None,
        review_on=coming.held_on if coming else None,
        due_on=coming.due_on if coming else None,
        review_open=coming is not None and coming.state == Review.State.OPEN,
        overdue=coming is not None
        and coming.due_on is not None
        and is_overdue(coming.due_on, held=days, today=on, parameters=numbers),
        seats=tuple(
            Seat(one.pk, one.held_on, seats.get(one.pk, ""), bool(one.changed_nothing))
            for one in held[:MOST_SEATS]
        ),
        to_sign=plan is not None and signed.get(plan.pk) != plan.version,
        signed_before=plan is not None and signed.get(plan.pk, plan.version) != plan.version,
        roll_to_sign=roll_to_sign,
    )


def _asked(user: int, ids: Sequence[int]) -> tuple[Asked, ...]:
    rows = (
        Action.objects.filter(
            Q(owner_id=user) | Q(escalated_to_id=user),
            account_id__in=ids,
            state=Action.State.OPEN,
            removed_at=None,
        )
        .select_related("account")
        .order_by("due_on", "pk")[:MOST_ASKED]
    )
    return tuple(
        Asked(
            row.pk,
            row.account_id or 0,
            row.account.name if row.account else "",
            row.subject,
            row.due_on,
            row.escalated_to_id == user,
            row.blocked_by,
        )
        for row in rows
    )
