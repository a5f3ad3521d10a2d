"""What messages need to know: who gets them and how, what waits, what a calendar shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sightline.planning.notices import DEFAULTS, QUIET_ACTS, How, Kind, Quiet
from sightline.planning.permissions import Act, Category
from sightline.records.models import (
    Action,
    ActLink,
    Asset,
    CalendarFeed,
    ChatHook,
    Contract,
    Message,
    MessageWish,
    MondayAnswer,
    QuietHours,
    Review,
    SignIn,
)
from sightline.records.queries.company import company_facts
from sightline.records.scoping import Person, person_of, visible_accounts

SHOWN = 30
QUIET = Quiet(time(18), time(7), weekends=True)
BACK, AHEAD = timedelta(days=30), timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How one person wants messages. `hooks` maps a brand to when its address was set."""

    zone: ZoneInfo
    how: dict[Kind, How]
    quiet: Quiet
    hooks: dict[str, datetime]
    feed_made_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sent:
    """One message and what became of it."""

    kind: str
    way: str
    state: str
    made_at: datetime
    leaves_at: datetime
    sent_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message to be composed: `facts` hold keys only."""

    id: int
    kind: str
    key: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LinkFound:
    """A link that acts: whose, on what; `used` or past its time it only tells so."""

    id: int
    sign_in_id: int
    account: str
    account_id: int
    act: str
    used: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Dated:
    """A day of a calendar: the kind, the account and the act, nothing else."""

    uid: str
    kind: str
    day: date
    account: str
    act: str
    changed_at: datetime


def person_by_id(sign_in_id: int) -> Person | None:
    """An active person; None where there is none. Two queries."""
    row = SignIn.objects.filter(pk=sign_in_id, is_active=True).first()
    return person_of(row) if row is not None else None


def zone_of(name: str) -> ZoneInfo:
    """A person's own zone, else the company's. One query where theirs is not set."""
    try:
        return ZoneInfo(name) if name else company_facts().time_zone
    except (ZoneInfoNotFoundError, ValueError):
        return company_facts().time_zone


def wishes_of(person: Person) -> Wishes:
    """How a person wants messages, shipped defaults where they said nothing. Five queries."""
    said = dict(MessageWish.objects.filter(sign_in_id=person.id).values_list("kind", "how"))
    hours = QuietHours.objects.filter(sign_in_id=person.id).first()
    hooks = ChatHook.objects.filter(sign_in_id=person.id).values_list("brand", "set_at")
    feed = CalendarFeed.objects.filter(sign_in_id=person.id).values_list("made_at", flat=True)
    return Wishes(
        zone=zone_of(person.time_zone),
        how={kind: How(said.get(kind.value, DEFAULTS[kind])) for kind in Kind},
        quiet=Quiet(hours.starts, hours.ends, hours.weekends) if hours is not None else QUIET,
        hooks=dict(hooks),
        feed_made_at=feed.first(),
    )


def weekly_readers() -> tuple[int, ...]:
    """Sign-ins that are active and linked to a user of the CRM: only they have a week. One query."""
    rows = SignIn.objects.filter(is_active=True, crm_user__isnull=False)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def newest_messages(person: Person) -> tuple[Sent, ...]:
    """A person's own messages, the newest first. One query."""
    rows = Message.objects.filter(sign_in_id=person.id).order_by("-made_at", "-pk")[:SHOWN]
    return tuple(
        Sent(r.kind, r.way, r.state, r.made_at, r.leaves_at, r.sent_at, r.problem) for r in rows
    )


def waiting(sign_in_id: int, way: str, *, now: datetime) -> tuple[Waiting, ...]:
    """A person's messages that are due by one way. One query."""
    rows = Message.objects.filter(
        sign_in_id=sign_in_id, way=way, state=Message.State.WAITING, leaves_at__lte=now
    ).order_by("pk")
    return tuple(Waiting(r.pk, r.kind, r.key, dict(r.facts)) for r in rows)


def hook_address(sign_in_id: int, brand: str) -> str:
    """The secret address of a person's webhook; empty where none is set. One query."""
    rows = ChatHook.objects.filter(sign_in_id=sign_in_id, brand=brand)
    return rows.values_list("address", flat=True).first() or ""


def link_found(link_id: int) -> LinkFound | None:
    """A link by its id, while its person may still come in. One query."""
    row = (
        ActLink.objects.filter(pk=link_id, sign_in__is_active=True)
        .select_related("account")
        .first()
    )
    if row is None:
        return None
    return LinkFound(
        id=row.pk,
        sign_in_id=row.sign_in_id,
        account=row.account.name,
        account_id=row.account_id,
        act=row.act_key,
        used=row.used_at is not None,
        expires_at=row.expires_at,
    )


def feed_owner(secret_hash: str) -> Person | None:
    """Whose calendar a secret opens; None where it was revoked. Two queries."""
    row = CalendarFeed.objects.filter(secret_hash=secret_hash, sign_in__is_active=True).first()
    return person_by_id(row.sign_in_id) if row is not None else None


def calendar_days(person: Person, *, on: date) -> tuple[Dated, ...]:
    """A person's own reviews, renewals, commitments and actions. Eight queries."""
    user = person.crm_user_id
    if user is None:
        return ()
    accounts = dict(
        visible_accounts(person, Category.PLAN, Act.COMMENT)
        .filter(access__user_id=user)
        .values_list("pk", "name")
    )
    since, until = on - BACK, on + AHEAD
    found = [
        *_reviews(accounts, since, until),
        *_renewals(accounts, since, until),
        *_actions(person, user, since, until),
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.uid)))


def _reviews(accounts: dict[int, str], since: date, until: date) -> Iterable[Dated]:
    rows = Review.objects.filter(
        account_id__in=accounts, held_on__gte=since, held_on__lte=until
    ).exclude(state=Review.State.CLOSED)
    for row in rows:
        if row.held_on is not None:
            act = "Joint business review" if row.kind == Review.Kind.JOINT else "Review"
            name = accounts[row.account_id]
            yield Dated(f"review-{row.pk}", "review", row.held_on, name, act, row.changed_at)


def _renewals(accounts: dict[int, str], since: date, until: date) -> Iterable[Dated]:
    rows = Contract.objects.filter(
        account_id__in=accounts,
        is_active=True,
        removed_at=None,
        ends_on__gte=since,
        ends_on__lte=until,
    )
    held = set()
    for row in rows:
        if row.ends_on is not None:
            held.add((row.account_id, row.ends_on))
            name = accounts[row.account_id]
            yield Dated(
                f"renewal-{row.pk}", "renewal", row.ends_on, name, "Contract ends", row.changed_at
            )
    assets = Asset.objects.filter(
        account_id__in=accounts,
        is_active=True,
        removed_at=None,
        ends_on__gte=since,
        ends_on__lte=until,
    )
    for account, day in assets.values_list("account_id", "ends_on").distinct():
        if day is not None and (account, day) not in held:
            # an entry of its own for each day, so that it never changes
            made = datetime.combine(day - AHEAD, time.min, UTC)
            key = f"renewal-assets-{account}-{day:%Y%m%d}"
            yield Dated(key, "renewal", day, accounts[account], "Assets end", made)


def _actions(person: Person, user: int, since: date, until: date) -> Iterable[Dated]:
    """One's own open actions; those that a review promised are commitments."""
    seen = visible_accounts(person, Category.PLAN, Act.READ)
    rows = Action.objects.filter(
        owner_id=user,
        state=Action.State.OPEN,
        removed_at=None,
        due_on__gte=since,
        due_on__lte=until,
        account__in=seen.values("pk"),
    ).select_related("account", "commitment")
    listed = list(rows)
    quiet = quiet_actions(row.pk for row in listed)
    for row in listed:
        if row.due_on is None or row.account is None:
            continue
        kind = "commitment" if hasattr(row, "commitment") else "action"
        act = QUIET_ACTS[quiet[row.pk]] if row.pk in quiet else row.subject
        yield Dated(f"action-{row.pk}", kind, row.due_on, row.account.name, act, row.changed_at)


def quiet_actions(action_ids: Iterable[int]) -> dict[int, str]:
    """Of some actions, those passed on from an act of Monday whose words stay in the house, with the
    act's kind. One query, none where nothing is asked."""
    ids = [pk for pk in action_ids if pk]
    if not ids:
        return {}
    rows = MondayAnswer.objects.filter(
        action_id__in=ids, answer=MondayAnswer.Answer.DELEGATED
    ).values_list("action_id", "act_key")
    kinds = {pk: act.partition(":")[0] for pk, act in rows if pk is not None}
    return {pk: kind for pk, kind in kinds.items() if kind in QUIET_ACTS}
