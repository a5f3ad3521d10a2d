"""Reviews in lists and on their own: date, state, who came, whether anything changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from sightline.planning.permissions import Act, Category, Role
from sightline.records.models import Attendance, PlanSnapshot, Review
from sightline.records.prepared import prepared
from sightline.records.reach import Reach
from sightline.records.scoping import Person, asked_as, visible_accounts

_SHOWN = (
    *("version", "plan__label", "plan__year", "account__name"),
    *("account__executive_sponsor__name", "kind", "state", "due_on", "held_on", "joint_on"),
    *("moved_reason", "part", "part_since", "spent", "readiness", "opened_at", "closed_at"),
    "changed_nothing",
)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review as lists show it. `ready` is the share that the last preparation found."""

    id: int
    version: int
    plan_id: int
    account_id: int
    account: str
    kind: str
    state: str
    due_on: date | None
    held_on: date | None
    moved_reason: str
    sponsor_id: int | None
    sponsor: str
    readiness: Mapping[str, Any]
    opened_at: datetime | None
    closed_at: datetime | None
    changed_nothing: bool | None
    decisions: int = 0
    commitments: int = 0
    left: int = 0
    part: str = ""
    part_since: datetime | None = None
    spent: Mapping[str, int] = field(default_factory=dict)
    plan_label: str = ""
    joint_on: date | None = None

    @property
    def joint(self) -> bool:
        """Whether the customer sits in it."""
        return self.kind == Review.Kind.JOINT

    @property
    def closed(self) -> bool:
        """Whether it is over."""
        return self.state == Review.State.CLOSED

    @property
    def open(self) -> bool:
        """Whether people are in the room."""
        return self.state == Review.State.OPEN


@dataclass(frozen=True, slots=True)
class Seat:
    """One of ours at a review."""

    user_id: int
    name: str
    title: str
    state: str
    sponsor: bool


@dataclass(frozen=True, slots=True)
class Frozen:
    """A snapshot in a list."""

    id: int
    taken_on: date
    taken_at: datetime
    review_id: int | None


def review_of(person: Person, review_id: int) -> ReviewRow | None:
    """One review whose plan the person may read; None otherwise. One query."""
    rows = _one(review_id, *asked_as(person, Category.PLAN, Act.READ))
    return next((_as_row(row) for row in rows), None)


@prepared
def _one(
    review_id: int,
    roles: frozenset[Role],
    sign_in: int | None,
    user: int | None,
    role: int | None,
    now: datetime | None,
) -> QuerySet[Review, Review]:
    person = Person(sign_in or 0, "", "", roles, crm_user_id=user, crm_role_id=role)
    return _counted(_readable(person, now=now).filter(pk=review_id))


def reviews_of(account_id: int) -> tuple[ReviewRow, ...]:
    """All reviews of an account, the one to come first, then newest. One query.

    The caller has asked whether the person may read the plan.
    """
    found = Review.objects.filter(account_id=account_id)
    rows = _rows(found.order_by("-held_on", "-pk"))
    return tuple(sorted(rows, key=lambda row: row.closed))


def reviews_to_come(reach: Reach, *, skip: int = 0, most: int) -> tuple[ReviewRow, ...]:
    """Reviews that are set or open, of every account whose plan the person may read: by day, those
    without one last. Six queries at most, along the index of days."""
    here = reach.along(Category.PLAN)
    states = (Review.State.OPEN, Review.State.PLANNED)
    dated = Review.objects.filter(here, held_on__isnull=False).order_by("held_on", "pk")
    known = sorted(
        key
        for state in states
        for key in dated.filter(state=state).values_list("held_on", "pk")[: skip + most]
    )
    keys = [pk for _day, pk in known[skip : skip + most]]
    if len(keys) < most:
        first = max(0, skip - len(known))
        bare = Review.objects.filter(here, held_on=None, state__in=states).order_by("pk")
        keys += bare.values_list("pk", flat=True)[first : first + most - len(keys)]
    return _in_order(keys)


def reviews_near(today: date, *, until: date) -> tuple[ReviewRow, ...]:
    """Every review planned for some days, whoever may see it: for jobs only. One query."""
    found = Review.objects.filter(
        state=Review.State.PLANNED,
        kind=Review.Kind.REVIEW,
        held_on__gte=today,
        held_on__lte=until,
    )
    return tuple(_rows(found.order_by("held_on", "pk")))


def reviews_held(reach: Reach, *, skip: int = 0, most: int) -> tuple[ReviewRow, ...]:
    """The last reviews held, newest first. Three queries at most, along the index of days."""
    found = Review.objects.filter(reach.along(Category.PLAN), state=Review.State.CLOSED)
    keys = found.order_by("-held_on", "-pk").values_list("pk", flat=True)[skip : skip + most]
    return _in_order(keys)


def held_days(plan_ids: Iterable[int]) -> dict[int, list[date]]:
    """The days on which each plan's reviews were held. One query."""
    found: dict[int, list[date]] = {}
    rows = Review.objects.filter(
        plan_id__in=list(plan_ids),
        kind=Review.Kind.REVIEW,
        state=Review.State.CLOSED,
        held_on__isnull=False,
    ).values_list("plan_id", "held_on")
    for plan, day in rows:
        if day is not None:
            found.setdefault(plan, []).append(day)
    return found


def seats_of(review_id: int) -> tuple[Seat, ...]:
    """Who of ours was asked, the owner and the sponsor first. One query."""
    return tuple(
        Seat(user, name, title, state, user == sponsor)
        for user, name, title, state, sponsor in _seats(review_id)
    )


@prepared
def _seats(review_id: int) -> QuerySet[Attendance, Any]:
    rows = Attendance.objects.filter(review_id=review_id).order_by("pk")
    sponsor = "review__account__executive_sponsor_id"
    return rows.values_list("user_id", "user__name", "user__title", "state", sponsor)


def sponsor_seats(review_ids: Iterable[int]) -> dict[int, str]:
    """Whether the sponsor of each review's account came: the seat's state. One query."""
    came = Attendance.objects.filter(
        review_id__in=list(review_ids), user_id=F("review__account__executive_sponsor_id")
    )
    return dict(came.values_list("review_id", "state"))


def snapshots_of(plan_id: int) -> tuple[Frozen, ...]:
    """The snapshots that closed reviews left, newest first. One query."""
    rows = PlanSnapshot.objects.filter(plan_id=plan_id, review__isnull=False)
    return tuple(
        Frozen(*row)
        for row in rows.order_by("-taken_at").values_list("pk", "taken_on", "taken_at", "review_id")
    )


def last_closed(plan_id: int, *, before: datetime | None = None) -> ReviewRow | None:
    """The last internal review that was closed. One query."""
    return next((_as_row(row) for row in _newest(plan_id, before)), None)


@prepared
def _newest(plan_id: int, before: datetime | None) -> QuerySet[Review, Review]:
    found = Review.objects.filter(
        plan_id=plan_id, kind=Review.Kind.REVIEW, state=Review.State.CLOSED
    )
    if before is not None:
        found = found.filter(closed_at__lt=before)
    return _counted(found.order_by("-closed_at")[:1])


def _readable(person: Person, *, now: datetime | None = None) -> QuerySet[Review]:
    """One review at a time: who may read is asked of its account alone."""
    seen = visible_accounts(person, Category.PLAN, Act.READ, now=now)
    return Review.objects.filter(Exists(seen.filter(pk=OuterRef("account_id"))))


def _in_order(keys: Iterable[int]) -> tuple[ReviewRow, ...]:
    """Reviews by key: what is counted of each is counted of those that are shown alone."""
    wanted = list(keys)
    found = {row.pk: _as_row(row) for row in _of_keys(wanted)} if wanted else {}
    return tuple(found[key] for key in wanted)


@prepared
def _of_keys(keys: list[int]) -> QuerySet[Review, Review]:
    return _counted(Review.objects.filter(pk__in=keys))


def _rows(found: QuerySet[Review]) -> list[ReviewRow]:
    return [_as_row(row) for row in _counted(found)]


def _counted(found: QuerySet[Review]) -> QuerySet[Any, Any]:
    return (
        found.select_related("account__executive_sponsor", "plan")
        .only(*_SHOWN)
        .annotate(
            decisions=Count("items", filter=Q(items__ending="decision")),
            promises=Count("items", filter=Q(items__ending="commitment")),
            left=Count("items", filter=Q(items__ending="leave")),
        )
    )


def _as_row(row: Any) -> ReviewRow:
    return ReviewRow(
        id=row.pk,
        version=row.version,
        plan_id=row.plan_id,
        account_id=row.account_id,
        account=row.account.name,
        kind=row.kind,
        state=row.state,
        due_on=row.due_on,
        held_on=row.held_on,
        moved_reason=row.moved_reason,
        sponsor_id=row.account.executive_sponsor_id,
        sponsor=row.account.executive_sponsor.name if row.account.executive_sponsor else "",
        readiness=dict(row.readiness),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        changed_nothing=row.changed_nothing,
        decisions=row.decisions,
        commitments=row.promises,
        left=row.left,
        part=row.part,
        part_since=row.part_since,
        spent=dict(row.spent),
        plan_label=row.plan.label or f"FY{row.plan.year}",
        joint_on=row.joint_on,
    )
