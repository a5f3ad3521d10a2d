"""Calls that somebody logs by hand: a day of contact at once, whatever the CRM hears later.

Counted once per person and day like every other contact: a call that comes back from the CRM on the
same day adds nothing. The CRM hears of it as a finished task. Definition: docs/method/monday.md.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from sightline.actions import journal
from sightline.actions.sync import calls as crossing
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.stakeholders import ContactLog, StakeholderParameters, computed_strength
from sightline.records.models import Action, Contact, ContactActivity, LoggedCall, WeekFacts
from sightline.records.queries.company import parameters_in_force
from sightline.records.queries.people import log_as_json, log_from_json
from sightline.records.scoping import Person, may_on


class NoSuchPerson(PlanningError):
    """There is nobody of that number to have called."""

    code = "nobody_to_call"


SPOKE, NOT_REACHED = "Call: we spoke", "Call: not reached"


def log_call(
    person: Person, contact_id: int, *, reached: bool, on: date, now: datetime
) -> LoggedCall:
    """Keep that a person was called on a day; answers the call with its task for the CRM.

    Raises `NotAllowed` for an account whose plan one may not write, `NoSuchPerson`.
    """
    with transaction.atomic():
        contact = _contact(contact_id)
        if not may_on(person, contact.account_id, Category.PLAN, Act.WRITE):
            raise NotAllowed("You may not log a call here.", field="contact")
        call = LoggedCall.objects.create(
            contact=contact,
            account_id=contact.account_id,
            ours_id=person.crm_user_id,
            logged_by_id=person.id,
            on=on,
            reached=reached,
            logged_at=now,
            action=_task(person, contact, reached=reached, on=on),
        )
        crossing.send_soon(contact.account_id, by=person.id)
        _count(contact, call, on=on)
        if reached:
            _not_quiet(contact)
        journal.record(
            "log_call",
            actor_id=person.id,
            account_id=contact.account_id,
            subject=contact,
            changes={"reached": (None, reached), "on": (None, on)},
        )
    return call


def undo_call(person: Person, *, logged_at: datetime, on: date) -> None:
    """Take back the call that a person logged at a moment; nothing where there is none.

    The caller holds the transaction. Who had gone quiet is asked again by the next preparation.
    """
    call = (
        LoggedCall.objects.select_for_update()
        .filter(logged_by_id=person.id, logged_at=logged_at, undone_at=None)
        .select_related("contact")
        .first()
    )
    if call is None:
        return
    LoggedCall.objects.filter(pk=call.pk).update(undone_at=timezone.now())
    if call.action_id is not None:
        crossing.take_back(call.action_id, by=person.id)
    others = LoggedCall.objects.filter(contact=call.contact_id, on=call.on, undone_at=None)
    activity = ContactActivity.objects.filter(contact=call.contact_id, as_of__lte=call.on).first()
    if activity is not None and not others.exists():
        _store(activity, _without(log_from_json(activity.log), call.on), on=on)
    journal.record(
        "undo_call", actor_id=person.id, account_id=call.account_id, subject=call.contact
    )


def _task(person: Person, contact: Contact, *, reached: bool, on: date) -> Action:
    """The call as a finished task about the person called, owned by whoever called."""
    return Action.objects.create(
        account_id=contact.account_id,
        contact=contact,
        owner_id=person.crm_user_id,
        subject=SPOKE if reached else NOT_REACHED,
        due_on=on,
        done_on=on,
        state=Action.State.DONE,
    )


def _contact(contact_id: int) -> Contact:
    found = Contact.objects.filter(pk=contact_id, removed_at=None, erased_at=None).first()
    if found is None:
        raise NoSuchPerson("This person is not there any more.")
    return found


def _count(contact: Contact, call: LoggedCall, *, on: date) -> None:
    """The day counts at once; the next measuring counts it again from the call itself."""
    activity = ContactActivity.objects.select_for_update().filter(contact=contact).first()
    if activity is None:
        activity = ContactActivity(
            contact=contact, account_id=contact.account_id, ledger_version=0, as_of=on
        )
    ours = str(call.ours_id) if call.ours_id else ""
    _store(activity, _with(log_from_json(activity.log), call, ours), on=on)


def _with(log: ContactLog, call: LoggedCall, ours: str) -> ContactLog:
    """The log with the call's day; a day of two-way contact is nothing else beside."""
    if not call.reached:
        if call.on in log.two_way:
            return log
        return replace(log, outbound=_days(log.outbound, call.on))
    who = dict(log.by_ours)
    if ours:
        who[call.on] = tuple(sorted({*who.get(call.on, ()), ours}))
    return ContactLog(
        two_way=_days(log.two_way, call.on),
        outbound=tuple(day for day in log.outbound if day != call.on),
        unknown=tuple(day for day in log.unknown if day != call.on),
        by_ours=tuple(sorted(who.items())),
    )


def _without(log: ContactLog, day: date) -> ContactLog:
    return ContactLog(
        two_way=tuple(one for one in log.two_way if one != day),
        outbound=tuple(one for one in log.outbound if one != day),
        unknown=log.unknown,
        by_ours=tuple(row for row in log.by_ours if row[0] != day),
    )


def _days(days: tuple[date, ...], more: date) -> tuple[date, ...]:
    return tuple(sorted({*days, more}))


def _store(activity: ContactActivity, log: ContactLog, *, on: date) -> None:
    numbers = parameters_in_force(on).section(StakeholderParameters, "stakeholders")
    strength = computed_strength(log, on=on, parameters=numbers)
    activity.log = log_as_json(log)
    activity.last_two_way_on = log.last_two_way
    activity.last_contact_on = max((*log.two_way, *log.outbound, *log.unknown), default=None)
    activity.two_way_days = len(log.within(on=on, days=numbers.window_days).two_way)
    activity.score = Decimal(str(round(strength.score, 2)))
    activity.level = strength.level
    activity.save()


def _not_quiet(contact: Contact) -> None:
    """Somebody spoken to is not quiet: Monday does not ask for the call again."""
    head = contact.account.planning_account_id or contact.account_id
    facts = WeekFacts.objects.select_for_update().filter(account_id=head).first()
    if facts is None:
        return
    left = [one for one in facts.quiet if one.get("contact") != contact.pk]
    if len(left) != len(facts.quiet):
        facts.quiet = left
        facts.save(update_fields=["quiet"])
