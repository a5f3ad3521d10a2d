"""Signals: raised once for each cause, ended when the cause has gone, put aside by a person.

Raised by a job after measures, tiers and once a day, from the rules of `planning.signals` alone; what
is told of people the moment it happens is raised by `people_signals` under the same kind and key.
Safe to run twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from sightline.actions import journal
from sightline.actions.progress import Watched
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category
from sightline.planning.signals import Signal as Raised
from sightline.planning.signals import SignalKind, SignalParameters, signals_of
from sightline.records.models import Signal
from sightline.records.queries import company
from sightline.records.queries.signals import Observed, Setting, observed
from sightline.records.queries.week import planned
from sightline.records.scoping import Person, may_on

BATCH = 200
OWN = frozenset(kind.value for kind in SignalKind)
TOLD = "change"  # what `people_signals` writes beside what it raises
MOST_REASON = 255
CHANGING = ("subject", "observed_on", "source", "money", "currency", "facts", "ended_on")
ANEW = ("dismissed_at", "dismissed_by", "dismissed_reason")


def raise_signals(as_of: date | None = None, *, job: Watched) -> int:
    """Raise and end the signals of every planned account; answers how many were raised."""
    told = company.company_facts()
    day = as_of or told.today(timezone.now())
    numbers = company.parameters_in_force(day)
    setting = Setting(day, told.time_zone, told.currency, company.rates(), numbers)
    ids = sorted(planned.planned_stakes())
    raised = 0
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = observed(batch, setting=setting)
        with transaction.atomic():
            raised += _settle(found, setting=setting)
        job.progress(start + len(batch), len(ids), "accounts looked at")
    return raised


def dismiss_signal(person: Person, signal_id: int, *, reason: str, now: datetime) -> int:
    """Put a signal aside while its cause lasts; answers its account.

    Raises `NotAllowed`, or `InvalidValue` where it is gone.
    """
    if len(reason) > MOST_REASON:
        raise InvalidValue(f"At most {MOST_REASON} characters.", field="reason")
    values = {"dismissed_at": now, "dismissed_by_id": person.id, "dismissed_reason": reason.strip()}
    return _answer(person, signal_id, values, verb="dismiss_signal")


def restore_signal(person: Person, signal_id: int) -> int:
    """Show a signal again that was put aside; answers its account. Raises as `dismiss_signal`."""
    values = {"dismissed_at": None, "dismissed_by_id": None, "dismissed_reason": ""}
    return _answer(person, signal_id, values, verb="restore_signal")


def _answer(person: Person, signal_id: int, values: Mapping[str, Any], *, verb: str) -> int:
    with transaction.atomic():
        row = Signal.objects.select_for_update().filter(pk=signal_id, ended_on=None).first()
        if row is None:
            raise InvalidValue("This signal is over: its cause has gone.")
        if not may_on(person, row.account_id, Category.PLAN, Act.WRITE):
            raise NotAllowed("You may not write the plan of this account.")
        before = row.dismissed_at
        Signal.objects.filter(pk=row.pk).update(**values)
        journal.record(
            verb,
            actor_id=person.id,
            account_id=row.account_id,
            subject=row,
            changes={"dismissed_at": (before, values["dismissed_at"])},
            note=str(values["dismissed_reason"]),
        )
        return row.account_id


def _settle(found: Mapping[int, Observed], *, setting: Setting) -> int:
    """Create what is new, take up what came back, end what has gone. Three queries."""
    held: dict[tuple[int, str, str], Signal] = {
        (row.account_id, row.kind, row.key): row
        for row in Signal.objects.select_for_update().filter(account_id__in=found, kind__in=OWN)
    }
    new: list[Signal] = []
    changed: list[Signal] = []
    raised = 0
    now_there: set[tuple[int, str, str]] = set()
    for account, known in found.items():
        for one in signals_of(known.facts, on=setting.on, parameters=setting.parameters):
            place = (account, one.kind.value, one.key[:120])
            now_there.add(place)
            row = held.get(place)
            if row is None:
                new.append(_fresh(account, one, known))
            else:
                back = row.ended_on is not None
                if _renewed(row, one, known):
                    changed.append(row)
                    raised += back
    gone = [
        row
        for place, row in held.items()
        if place not in now_there and _is_over(row, found[row.account_id], setting=setting)
    ]
    for row in gone:
        row.ended_on = setting.on
    Signal.objects.bulk_create(new, batch_size=500)
    Signal.objects.bulk_update([*changed, *gone], [*CHANGING, *ANEW], batch_size=500)
    return len(new) + raised


def _fresh(account: int, one: Raised, known: Observed) -> Signal:
    contact = one.key.removeprefix("contact:") if one.key.startswith("contact:") else ""
    return Signal(
        account_id=account,
        kind=one.kind.value,
        key=one.key[:120],
        contact_id=int(contact) if contact else None,
        observed_on=one.on,
        **_values(one, known),
    )


def _values(one: Raised, known: Observed) -> dict[str, Any]:
    person = one.key.startswith("contact:")
    return {
        "subject": "" if person else known.names.get(one.subject, one.subject)[:255],
        "source": one.source,
        "money": one.money.minor if one.money else None,
        "currency": one.money.currency if one.money else "",
        "facts": {
            "code": one.reason.code,
            "text": one.reason.text.rstrip("."),
            "accounts": list(known.places.get(one.key, ())),
            **_direction(one),
        },
    }


def _direction(one: Raised) -> dict[str, Any]:
    """Of revenue off its trend by how much, so that a jump is told from a fall."""
    share = one.reason.inputs.get("share") if one.kind is SignalKind.OFF_TREND else None
    return {} if share is None else {"share": round(float(str(share)), 4)}


def _renewed(row: Signal, one: Raised, known: Observed) -> bool:
    """Bring a row up to date; True where anything changed. One that came back is raised anew."""
    values = _values(one, known)
    if TOLD in row.facts and row.ended_on is None:
        return False
    if row.ended_on is not None:
        row.ended_on, row.observed_on = None, one.on
        row.dismissed_at, row.dismissed_by, row.dismissed_reason = None, None, ""
    elif all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    return True


def _is_over(row: Signal, known: Observed, *, setting: Setting) -> bool:
    """Whether a kept signal's cause has gone. What was told of a person lasts its own time."""
    if row.ended_on is not None:
        return False
    if TOLD not in row.facts:
        return True
    if row.kind == SignalKind.CONTACT_QUIET:
        return str(row.contact_id) not in known.quiet
    recent = setting.parameters.section(SignalParameters, "signals").recent_days
    return row.observed_on + timedelta(days=recent) <= setting.on
