"""Signals about people at once: who left, moved, changed title, whose mail comes back, who is quiet.

What was last told of each person is kept (`ContactWatch`), so it does not matter who wrote the
change: an import, the sync or a person on the map. The first look is silent: it is the baseline.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sightline.actions import journal, outbox
from sightline.actions.progress import Watched
from sightline.planning.signals import SignalKind
from sightline.planning.stakeholders import (
    Change,
    MapState,
    Person,
    PersonChange,
    Presence,
    Status,
    map_changes,
)
from sightline.planning.stakeholders.leaving import DepartureAnswer, departure_answer
from sightline.records.models import (
    Contact,
    ContactWatch,
    HeldRole,
    Holder,
    MapLine,
    Opinion,
    Signal,
)
from sightline.records.queries import company
from sightline.records.queries.departures import Setting, stakes_for_ranking

BATCH = 2000
KINDS = {
    Change.LEFT: SignalKind.CONTACT_LEFT,
    Change.MOVED: SignalKind.CONTACT_LEFT,
    Change.QUIET: SignalKind.CONTACT_QUIET,
    Change.TITLE: SignalKind.CONTACT_TITLE,
    Change.BOUNCED: SignalKind.CONTACT_BOUNCED,
}
PRESENCE = {
    "": Presence.HERE,
    Contact.Status.ACTIVE.value: Presence.HERE,
    Contact.Status.LEFT.value: Presence.LEFT,
    Contact.Status.MOVED.value: Presence.MOVED,
}


def ask(*, by: int | None = None) -> None:
    """To be called in the transaction that changed people: the signals are looked for at once."""
    outbox.request("people.signals", key="all", by=by)


@dataclass(slots=True)
class _Round:
    """One look at everybody."""

    now: datetime
    setting: Setting
    raised: int = 0
    told: list[tuple[Contact, PersonChange]] = field(default_factory=list)
    travelled: list[tuple[Contact, ContactWatch]] = field(default_factory=list)


def watch_people(on: date | None = None, *, job: Watched) -> int:
    """Compare everybody with what was last told; answers how many signals were raised."""
    told, now = company.company_facts(), timezone.now()
    day = on or told.today(now)
    setting = Setting(day, told.currency, company.rates(), company.parameters_in_force(day))
    keys = list(Contact.objects.filter(erased_at=None).order_by("pk").values_list("pk", flat=True))
    one = _Round(now, setting)
    for start in range(0, len(keys), BATCH):
        _look(keys[start : start + BATCH], one)
        job.progress(start + BATCH, len(keys), "people looked at")
    return one.raised


def _look(keys: list[int], one: _Round) -> None:
    contacts = Contact.objects.filter(pk__in=keys).select_related("account", "activity")
    watches = {row.contact_id: row for row in ContactWatch.objects.filter(contact_id__in=keys)}
    fresh, changed = [], []
    one.told, one.travelled = [], []
    for contact in contacts:
        now = _watched(contact, one.now)
        last = watches.get(contact.pk)
        if last is None:
            fresh.append(now)
            continue
        if _same(last, now):
            continue
        now.pk = last.pk
        changed.append(now)
        one.told += [(contact, change) for change in _changes(contact, last, now)]
        if _travelled(last, now):
            one.travelled.append((contact, last))
    with transaction.atomic():
        ContactWatch.objects.bulk_create(fresh, batch_size=500)
        ContactWatch.objects.bulk_update(
            changed,
            ["status", "title", "account", "home", "bounced", "quiet_since", "seen_at"],
            batch_size=500,
        )
        _raise(one)
        _leave_behind(one)


def _watched(contact: Contact, now: datetime) -> ContactWatch:
    activity = getattr(contact, "activity", None)
    quiet = activity is not None and activity.status == Status.QUIET
    return ContactWatch(
        contact=contact,
        status=Contact.Status.LEFT if contact.removed_at is not None else contact.status,
        title=contact.title,
        account_id=contact.account.planning_account_id or contact.account_id,
        home_id=contact.account_id,
        bounced=contact.bounced_on is not None,
        quiet_since=activity.last_two_way_on if activity is not None and quiet else None,
        seen_at=now,
    )


def _same(last: ContactWatch, now: ContactWatch) -> bool:
    parts = ("status", "title", "account_id", "home_id", "bounced", "quiet_since")
    return all(getattr(last, part) == getattr(now, part) for part in parts)


def _travelled(last: ContactWatch, now: ContactWatch) -> bool:
    """Whether the CRM keeps them at another customer: not where their own account came into a
    family or out of it, nor where they changed accounts within one."""
    return last.home_id != now.home_id and last.account_id != now.account_id


def _changes(contact: Contact, last: ContactWatch, now: ContactWatch) -> Iterable[PersonChange]:
    """The rule's own answer for the two states of one person; only what is told at once."""
    before, after = _state(contact, last), _state(contact, now, moved=_travelled(last, now))
    return [one for one in map_changes(before, after=after) if one.signal]


def _state(contact: Contact, seen: ContactWatch, *, moved: bool = False) -> MapState:
    key = str(contact.pk)
    presence = Presence.MOVED if moved else PRESENCE[seen.status]
    return MapState(
        people={key: Person(key, "", title=seen.title, presence=presence)},
        levels={},
        statuses={key: Status.QUIET} if seen.quiet_since is not None else {},
        bounced=frozenset({key}) if seen.bounced else frozenset(),
    )


def _raise(one: _Round) -> None:
    """Signals for the account where it happened, each with the departure test's answer."""
    old = {contact.pk: last.account_id for contact, last in one.travelled}
    places = {
        contact.pk: old.get(contact.pk, contact.account.planning_account_id or contact.account_id)
        for contact, _ in one.told
    }
    # the test asks of the map they were on
    gone = {pk: place for pk, place in places.items() if pk in old}
    gone |= {contact.pk: places[contact.pk] for contact, _ in one.told if contact.removed_at}
    accounts = sorted(set(places.values()))
    stakes = dict(stakes_for_ranking(accounts, setting=one.setting, back=gone))
    for contact, change in one.told:
        place = places[contact.pk]
        answer = None
        known = stakes.get(place)
        if known is not None and any(p.key == str(contact.pk) for p in known.source.people):
            answer = departure_answer(
                known,
                person=str(contact.pk),
                currency=one.setting.currency,
                on=one.setting.on,
                parameters=one.setting.numbers,
            )
        one.raised += _keep(contact, change, place, answer, one)


def _keep(
    contact: Contact,
    change: PersonChange,
    place: int,
    answer: DepartureAnswer | None,
    one: _Round,
) -> int:
    facts: dict[str, Any] = {"change": change.change.value}
    if answer is not None:
        facts["departure"] = {
            "lost": answer.lost.minor,
            "on_one_thread": answer.on_one_thread.minor,
            "lost_stakes": list(answer.lost_stakes),
            "single_stakes": list(answer.single_stakes),
            "carriers": list(answer.carriers),
            "without_path": list(answer.without_path),
            "unvalued": answer.unvalued,
        }
    money = answer.lost.minor + answer.on_one_thread.minor if answer is not None else None
    source = "activity" if change.change is Change.QUIET else contact.status_source or "crm"
    values = {
        "contact": contact,
        "observed_on": one.setting.on,
        "source": source[:40],
        "money": money,
        "currency": one.setting.currency if money is not None else "",
        "facts": facts,
        "ended_on": None,
        "dismissed_at": None,
        "dismissed_by": None,
        "dismissed_reason": "",
    }
    Signal.objects.update_or_create(
        account_id=place, kind=KINDS[change.change], key=f"contact:{contact.pk}", defaults=values
    )
    return 1


def _leave_behind(one: _Round) -> None:
    """Somebody whom the CRM moved to another customer starts there without what was thought of
    them before: opinions, roles, holders and lines are gone and do not travel, not even into a map
    of theirs as of an earlier day."""
    for contact, last in one.travelled:
        Opinion.objects.filter(contact=contact).delete()
        HeldRole.objects.filter(contact=contact).delete()
        Holder.objects.filter(contact=contact).delete()
        MapLine.objects.filter(Q(start=contact) | Q(end=contact)).delete()
        journal.record(
            "leave_opinions_behind",
            actor_id=None,
            account_id=last.account_id,
            subject=contact,
        )
