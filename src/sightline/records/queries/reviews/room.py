"""What stands in a review's room: items with how they ended, minutes, and what is asked of whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from sightline.planning.money import Money
from sightline.planning.reviews import ItemKind
from sightline.records.models import (
    Account,
    AccountTeamMember,
    Action,
    Attendance,
    CrmUser,
    JointNote,
    MinuteLine,
    Plan,
    ReviewItem,
)
from sightline.records.prepared import prepared
from sightline.records.queries.account_scope import AccountScope, Rights
from sightline.records.queries.plan_challenges import may_read

MOST_OWED = 40


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the agenda, as it was frozen, with its ending."""

    id: int
    version: int
    key: str
    kind: str
    money: Money | None
    facts: Mapping[str, Any]
    said: str
    why: str
    ending: str
    words: str
    owner_id: int | None
    owner: str
    due_on: date | None
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Minute:
    """One line of the minutes."""

    id: int
    at: datetime
    kind: str
    text: str
    author: str
    item_id: int | None


@dataclass(frozen=True, slots=True)
class Note:
    """What the customer said in a joint review, or what either side promised."""

    id: int
    kind: str
    text: str
    contact_id: int | None
    who: str
    owner: str
    due_on: date | None
    action_state: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment with what became of its action: open, done or dropped (empty: no action)."""

    item_id: int
    review_id: int
    words: str
    owner_id: int | None
    owner: str
    due_on: date | None
    state: str
    reason: str
    done_on: date | None

    @property
    def kept(self) -> bool | None:
        """Whether it was done; None while it is open."""
        if self.state == Action.State.OPEN or not self.state:
            return None
        return self.state == Action.State.DONE


@dataclass(frozen=True, slots=True)
class Owed:
    """An open step that somebody owes."""

    subject: str
    owner: str
    due_on: date | None


def items_of(review_id: int, *, ids: Iterable[int] | None = None) -> tuple[ItemRow, ...]:
    """The items of a review, or some of them. One query."""
    rows = _items(review_id, None if ids is None else list(ids))
    return tuple(
        ItemRow(
            id=row.pk,
            version=row.version,
            key=row.key,
            kind=row.kind,
            money=Money(row.money, row.currency) if row.money is not None else None,
            facts=row.facts,
            said=row.said,
            why=row.why,
            ending=row.ending,
            words=row.words,
            owner_id=row.owner_id,
            owner=row.owner.name if row.owner else "",
            due_on=row.due_on,
            by=row.settled_by.name if row.settled_by else "",
            at=row.settled_at,
        )
        for row in rows
    )


@prepared
def _items(review_id: int, ids: list[int] | None) -> QuerySet[ReviewItem, ReviewItem]:
    rows = ReviewItem.objects.filter(review_id=review_id).select_related("owner", "settled_by")
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return rows.order_by("pk")


def readable_items(items: Iterable[ItemRow], rights: Rights) -> tuple[ItemRow, ...]:
    """Without challenges that rest on opinions of people, or on wallets alone, where these are
    not for the reader: the agenda is frozen once for everybody who comes into the room."""
    return tuple(item for item in items if _may_read(item.kind, item.key, item.facts, rights))


def _may_read(kind: str, key: str, facts: Mapping[str, Any], rights: Rights) -> bool:
    if kind != ItemKind.CHALLENGE:
        return True
    rule, _sep, cause = key.partition(":")[2].partition("|")
    return may_read(rule, [str(one) for one in facts.get("about", (cause,))], rights)


def open_items(review_id: int) -> int:
    """How many items have no ending yet. One query."""
    return len(_open(review_id))


@prepared
def _open(review_id: int) -> QuerySet[ReviewItem, Any]:
    return ReviewItem.objects.filter(review_id=review_id, ending="").values_list("pk", flat=True)


def minutes_of(review_id: int, rights: Rights) -> tuple[Minute, ...]:
    """The minutes, oldest first, without lines on items that are not the reader's. One query."""
    return tuple(
        Minute(pk, at, kind, text, author or "", item_id)
        for pk, at, kind, text, author, item_id, item, key, facts in _minutes(review_id)
        if _may_read(item or "", key or "", facts or {}, rights)
    )


@prepared
def _minutes(review_id: int) -> QuerySet[MinuteLine, Any]:
    rows = MinuteLine.objects.filter(review_id=review_id).order_by("at", "pk")
    return rows.values_list(
        "pk",
        "at",
        "kind",
        "text",
        "author__name",
        "item_id",
        "item__kind",
        "item__key",
        "item__facts",
    )


def notes_of(review_id: int) -> tuple[Note, ...]:
    """Notes of a joint review in the order they were taken. One query."""
    rows = JointNote.objects.filter(review_id=review_id).select_related(
        "contact", "owner", "action"
    )
    return tuple(
        Note(
            id=row.pk,
            kind=row.kind,
            text=row.text,
            contact_id=row.contact_id,
            who=row.contact.name if row.contact and row.contact.erased_at is None else "",
            owner=row.owner.name if row.owner else "",
            due_on=row.due_on,
            action_state=row.action.state if row.action else "",
        )
        for row in rows.order_by("pk")
    )


def promises_of(review_ids: Iterable[int]) -> tuple[Promise, ...]:
    """The commitments that some reviews ended with, earliest day first. One query."""
    return tuple(
        Promise(
            item_id=row.pk,
            review_id=row.review_id,
            words=row.words,
            owner_id=row.owner_id,
            owner=row.owner.name if row.owner else "",
            due_on=row.due_on,
            state=row.action.state if row.action else "",
            reason=row.action.state_reason if row.action else "",
            done_on=row.action.done_on if row.action else None,
        )
        for row in _promised(list(review_ids))
    )


@prepared
def _promised(review_ids: list[int]) -> QuerySet[ReviewItem]:
    rows = ReviewItem.objects.filter(
        review_id__in=review_ids, ending=ReviewItem.Ending.COMMITMENT
    ).select_related("owner", "action")
    return rows.order_by("due_on", "pk")


def owed(scope: AccountScope, *, until: date, most: int) -> tuple[Owed, ...]:
    """Open steps of the account and its family due by a day, but for promises. One query."""
    return tuple(
        Owed(subject, owner or "", due_on)
        for subject, owner, due_on in _open_steps(list(scope.seen_ids), until)[:most]
    )


@prepared
def _open_steps(account_ids: list[int], until: date) -> QuerySet[Action, Any]:
    rows = Action.objects.filter(
        account_id__in=account_ids,
        state=Action.State.OPEN,
        removed_at=None,
        due_on__lte=until,
        commitment=None,
    )
    return rows.order_by("due_on", "pk").values_list("subject", "owner__name", "due_on")[:MOST_OWED]


def people_to_ask(scope: AccountScope, review_id: int) -> tuple[tuple[int, str], ...]:
    """Who of ours may take a commitment: the seats, the owner, the sponsor, the team. One query."""
    return tuple(_askable(review_id, list(scope.seen_ids)))


@prepared
def _askable(review_id: int, seen: list[int]) -> QuerySet[CrmUser, Any]:
    seats = Attendance.objects.filter(review_id=review_id).values("user_id")
    owned = Account.objects.filter(pk__in=seen)
    team = AccountTeamMember.objects.filter(account_id__in=seen).values("user_id")
    by_right = Q(pk__in=owned.values("owner_id")) | Q(pk__in=owned.values("executive_sponsor_id"))
    rows = CrmUser.objects.filter(Q(pk__in=seats) | by_right | Q(pk__in=team), is_active=True)
    return rows.order_by("name", "pk").values_list("pk", "name")


@dataclass(frozen=True, slots=True)
class Figures:
    """A plan's figures as lists read them, with the target in force."""

    plan_id: int
    version: int
    target: Money | None
    landing: Money | None
    gap: Money | None
    chance: float | None
    calibrated: bool
    thesis: str

    @property
    def covered(self) -> bool:
        """Whether the plan lands on its target or beyond."""
        return self.gap is not None and not self.gap


def figures_of(plan_id: int) -> Figures | None:
    """The head of the room. One query."""
    plan = Plan.objects.filter(pk=plan_id).select_related("result").first()
    if plan is None:
        return None
    result = getattr(plan, "result", None)

    def money(minor: int | None) -> Money | None:
        return Money(minor, plan.currency) if minor is not None else None

    landing = result.landing if result is not None else None
    gap = None
    if landing is not None and plan.target is not None:
        gap = max(0, plan.target - landing)
    return Figures(
        plan_id=plan.pk,
        version=plan.version,
        target=money(plan.target),
        landing=money(landing),
        gap=money(gap),
        chance=float(result.chance) if result is not None and result.chance is not None else None,
        calibrated=result is not None and result.calibrated,
        thesis=plan.thesis,
    )


def promises_by_id(item_ids: Iterable[int]) -> dict[int, Promise]:
    """Earlier promises by their item. One query."""
    ids = list(item_ids)
    if not ids:
        return {}
    reviews = ReviewItem.objects.filter(pk__in=ids).values_list("review_id", flat=True)
    return {one.item_id: one for one in promises_of(set(reviews)) if one.item_id in set(ids)}
