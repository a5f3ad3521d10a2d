"""One person's due messages by one way: composed now, sent, and settled.

Safe to run twice: what has left is not waiting any more, and a mail's id is that of its messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sightline.actions.messages import settle_failed, settle_sent
from sightline.messages import chat
from sightline.messages.acts import address, week_said
from sightline.messages.mail import send_notices, send_week
from sightline.messages.notices import notices_said
from sightline.planning.notices import Kind
from sightline.records.queries.messages import (
    Waiting,
    hook_address,
    person_by_id,
    waiting,
    zone_of,
)
from sightline.records.scoping import Person

MAIL = "mail"


def deliver(sign_in_id: int, way: str, *, now: datetime, last_try: bool = False) -> None:
    """Send what is due. A failure is kept with the messages and raised for the queue to judge."""
    listed = waiting(sign_in_id, way, now=now)
    if not listed:
        return
    person = person_by_id(sign_in_id)
    if person is None:
        settle_sent([one.id for one in listed], now=now, nothing=True)
        return
    mondays = [one for one in listed if one.kind == Kind.MONDAY]
    notices = [one for one in listed if one.kind != Kind.MONDAY]
    _settled(mondays, lambda: _week(person, way, mondays, now), now=now, last_try=last_try)
    _settled(notices, lambda: _notices(person, way, notices), now=now, last_try=last_try)


def _settled(
    listed: Sequence[Waiting], send: Callable[[], bool], *, now: datetime, last_try: bool
) -> None:
    ids = [one.id for one in listed]
    if not ids:
        return
    try:
        said = send()
    except (OSError, chat.ChatProblem) as problem:
        retry = bool(getattr(problem, "retry", True))
        settle_failed(ids, problem=_plain(problem), given_up=last_try or not retry)
        raise
    settle_sent(ids, now=now, nothing=not said)


def _week(person: Person, way: str, listed: Sequence[Waiting], now: datetime) -> bool:
    """The week that these messages are for; one of a week gone by is not sent any more."""
    today = now.astimezone(_zone(person)).date()
    if all((today - date.fromisoformat(one.facts["monday"])).days >= 7 for one in listed):
        return False
    week = week_said(person.id, now=now)
    if week is None:
        return False
    if way == MAIL:
        send_week(person.email, week, reference=_reference(listed))
    else:
        _chat(person, way, chat.week_payload(way, week))
    return True


def _notices(person: Person, way: str, listed: Sequence[Waiting]) -> bool:
    said = notices_said(person, listed)
    if not said:
        return False
    if way == MAIL:
        send_notices(person.email, person.name, said, reference=_reference(listed))
    else:
        lines = [(one.account, one.act) for one in said]
        page = address("/asks/")
        _chat(person, way, chat.payload_of(way, _("For you"), lines, page=page))
    return True


def _chat(person: Person, brand: str, payload: dict[str, object]) -> None:
    where = hook_address(person.id, brand)
    if not where:
        raise chat.ChatProblem("The chat was removed.", retry=False)
    chat.post(where, payload, hosts=chat.allowed_hosts())


def _zone(person: Person) -> ZoneInfo:
    return zone_of(person.time_zone)


def _reference(listed: Sequence[Waiting]) -> str:
    return "message-" + "-".join(str(one.id) for one in listed[:5])


def _plain(problem: Exception) -> str:
    """What people may read: a chat's problem in its words, a mail server's by its kind."""
    if isinstance(problem, chat.ChatProblem):
        return str(problem)
    return f"The mail server did not take it: {type(problem).__name__}"
