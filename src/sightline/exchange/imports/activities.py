"""Closed tasks, meetings and mails of an export as lines of the activity ledger.

A line holds keys, a day and a direction: no subjects, no addresses. Which person a mail was with
is told by its addresses; which people a meeting was with, by its invitations. Who wrote to us and is
no contact is kept apart, for the map's suggestions.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sightline.actions.imports import runs
from sightline.actions.imports.lookups import PENDING, Pending, Scope, keys_of
from sightline.actions.imports.targets import TARGETS
from sightline.exchange.imports.flow import chunks
from sightline.exchange.imports.ledger_parts import Line, add_lines
from sightline.exchange.imports.ledger_retold import KeyedLine, retell
from sightline.exchange.imports.plan import Progress, silent
from sightline.exchange.imports.preview import Preview, Tally
from sightline.exchange.imports.staging import Staging, Waiting
from sightline.exchange.imports.strangers import Strangers
from sightline.records.queries.company import company_facts, parameters_in_force

ACTIVITIES = "activities"
_CONNECTED = re.compile(r"connect|answer|spoke|reach|complet|held|convers|interested", re.I)
_NOT_CONNECTED = re.compile(r"not?\b|left|voice|no answer|busy|wrong|unanswered|missed", re.I)
_ADDRESS = re.compile(r"[^\s<>;,\"']+@[^\s<>;,\"']+")
_MOST_ADDRESSES = 50


@dataclass(frozen=True, slots=True)
class Activity:
    """One of theirs (or nobody) with one of ours (or nobody), by outside id; `record` is the task,
    meeting or mail that says so."""

    record: str
    account: str
    contact: str
    ours: str
    kind: str
    direction: str
    day: str
    thread: str
    connected: bool | None = None
    minutes: float | None = None


def load_activities(
    staging: Staging,
    scope: Scope,
    preview: Preview,
    *,
    now: dt.datetime,
    run: runs.Run | None = None,
    retold: Collection[str] = (),
    progress: Progress = silent,
) -> None:
    """Count what is new in the activity ledger and, with a `run`, add it as one part.

    Lines that the ledger holds already are skipped, so that loading an export twice adds nothing.
    `retold` are the ids of records that were read again, deleted ones too: lines that they no longer
    have leave the ledger.
    """
    names = {"ClosedTask", "Event", "EmailMessage"} & staging.targets()
    if not names and not retold:
        return
    progress(0, None, "Reading activities")
    for target, value in (("EmailMessage", "activity"), ("Contact", "email"), ("User", "email")):
        staging.index(target, value)
    staging.index("EventRelation", "event")
    strangers = Strangers()
    lines = _lines(_all(staging, now, strangers), scope, preview)
    if retold:
        told = retell(lines, retold, run=run)
        tally = Tally(create=told.new, change=told.gone, skip=told.known)
    else:
        added = add_lines(ACTIVITIES, ([one for _, one in batch] for batch in lines), run=run)
        tally = Tally(create=added.new, skip=added.known)
    if run is not None:
        strangers.keep(scope, run=run, parameters=parameters_in_force(company_facts().today(now)))
    preview.tallies[ACTIVITIES] = tally


def _all(staging: Staging, now: dt.datetime, strangers: Strangers) -> Iterator[Activity]:
    for rows in chunks(staging, "ClosedTask"):
        yield from _tasks(rows, staging)
    for rows in chunks(staging, "Event"):
        yield from _meetings(rows, staging, now, strangers)
    for rows in chunks(staging, "EmailMessage"):
        yield from _mails(rows, staging, now, strangers)


def _tasks(rows: list[Waiting], staging: Staging) -> Iterator[Activity]:
    accounts = _accounts(rows, staging)
    mails = staging.by_value("EmailMessage", "activity", [row.key.lower() for row in rows])
    for row in rows:
        values = row.values
        kind = _kind(values)
        day = values.get("completed_on") or values.get("day")
        # A mail that Salesforce also keeps as a message is counted there, with its direction.
        if row.removed or kind is None or not day or row.key.lower() in mails:
            continue
        seconds = values.get("seconds")
        yield Activity(
            record=row.key,
            account=accounts.get(row.key, ""),
            contact=_person(values.get("who")),
            ours=str(values.get("owner") or ""),
            kind=kind,
            direction=_call_direction(values) if kind == "call" else "",
            day=str(day),
            thread=row.key,
            connected=_connected(str(values.get("disposition") or "")) if kind == "call" else None,
            minutes=float(str(seconds)) / 60 if seconds else None,
        )


def _kind(values: dict[str, object]) -> str | None:
    word = f"{values.get('subtype') or ''} {values.get('type') or ''}".lower()
    subject = str(values.get("subject") or "").lower()
    if "call" in word or subject.startswith("call"):
        return "call"
    if "email" in word or "e-mail" in word or subject.startswith("email:"):
        return "mail"
    return "meeting" if "meeting" in word or "demo" in word else None


def _call_direction(values: dict[str, object]) -> str:
    word = str(values.get("call_type") or "").lower()
    return "inbound" if "inbound" in word else "outbound" if "outbound" in word else ""


def _connected(text: str) -> bool | None:
    if not text:
        return None
    if _NOT_CONNECTED.search(text):
        return False
    return True if _CONNECTED.search(text) else None


def _meetings(
    rows: list[Waiting], staging: Staging, now: dt.datetime, strangers: Strangers
) -> Iterator[Activity]:
    accounts = _accounts(rows, staging)
    invited = staging.by_value("EventRelation", "event", [row.key.lower() for row in rows])
    leads = staging.values_of("Lead", {lead for one in invited.values() for lead in _leads(one)})
    for row in rows:
        values = row.values
        starts = _starts(values)
        # A child event repeats its parent in a colleague's calendar; one to come is no contact.
        if row.removed or not starts or values.get("is_child") or starts > now.isoformat():
            continue
        relations = invited.get(row.key.lower(), [])
        theirs, ours = _invited(relations, values)
        for lead in _leads(relations):
            told = leads.get(lead, {})
            strangers.note(
                accounts.get(row.key, ""),
                _in(str(told.get("email") or "")),
                sender="",
                name=_called(told),
                day=starts[:10],
            )
        minutes = values.get("minutes")
        for person in theirs:
            for one in ours:
                yield Activity(
                    record=row.key,
                    account=accounts.get(row.key, ""),
                    contact=person,
                    ours=one,
                    kind="call" if "call" in str(values.get("type") or "").lower() else "meeting",
                    direction="both",
                    day=starts[:10],
                    thread=row.key,
                    connected=True,
                    minutes=float(str(minutes)) if minutes else None,
                )


def _starts(values: Mapping[str, object]) -> str:
    return str(values.get("starts") or values.get("day") or "")


def is_to_come(values: Mapping[str, object], *, now: dt.datetime) -> bool:
    """Whether a meeting is still to come: it has to be read once more when it was."""
    return _starts(values) > now.isoformat()


def _leads(relations: list[dict[str, object]]) -> set[str]:
    """People invited whom the CRM keeps as leads, and who did not decline: of no account yet."""
    return {
        str(one["person"])
        for one in relations
        if str(one.get("status") or "").lower() != "declined"
        and str(one["person"]).startswith("00Q")
    }


def _called(values: Mapping[str, object]) -> str:
    parts = (str(values.get(name) or "") for name in ("first_name", "last_name"))
    return str(values.get("name") or "") or " ".join(part for part in parts if part)


def _invited(
    relations: list[dict[str, object]], values: dict[str, object]
) -> tuple[list[str], list[str]]:
    """Theirs and ours on a meeting: who was invited and did not decline."""
    coming = [
        str(one["person"])
        for one in relations
        if not one.get("is_what") and str(one.get("status") or "").lower() != "declined"
    ]
    declined = {
        str(one["person"])
        for one in relations
        if str(one.get("status") or "").lower() == "declined"
    }
    theirs = {person for person in coming if person.startswith("003")}
    main = _person(values.get("who"))
    if main and main not in declined:
        theirs.add(main)
    ours = {person for person in coming if person.startswith("005")}
    if values.get("owner"):
        ours.add(str(values["owner"]))
    return sorted(theirs) or [""], sorted(ours) or [""]


def _mails(
    rows: list[Waiting], staging: Staging, now: dt.datetime, strangers: Strangers
) -> Iterator[Activity]:
    accounts = _accounts(rows, staging)
    spoken = {row.key: _addresses(row) for row in rows}
    asked = {address for lists in spoken.values() for one in lists for address in one}
    people = staging.by_value("Contact", "email", asked)
    users = staging.by_value("User", "email", asked)
    for row in rows:
        at = str(row.values.get("at") or "")
        if row.removed or not at or at > now.isoformat():
            continue
        senders, receivers = spoken[row.key]
        incoming = bool(row.values.get("incoming"))
        outside, inside = (senders, receivers) if incoming else (receivers, senders)
        theirs = [one for address in outside for one in people.get(address, ())]
        ours = sorted({str(one["id"]) for address in inside for one in users.get(address, ())})
        known = accounts.get(row.key, "")
        if incoming:
            strangers.note(
                known,
                [address for address in senders if address not in people],
                sender=str(row.values.get("from_address") or ""),
                name=str(row.values.get("from_name") or ""),
                day=at[:10],
            )
        for person in theirs or [{"id": "", "account": known}]:
            yield Activity(
                record=row.key,
                account=str(person.get("account") or known),
                contact=str(person["id"]),
                ours=ours[0] if ours else "",
                kind="mail",
                direction="inbound" if incoming else "outbound",
                day=at[:10],
                thread=str(row.values.get("thread") or row.values.get("activity") or row.key),
            )


def _addresses(row: Waiting) -> tuple[list[str], list[str]]:
    """Senders and receivers, in lower case."""
    to = f"{row.values.get('to_address') or ''} {row.values.get('cc_address') or ''}"
    sent = str(row.values.get("from_address") or "")
    return _in(sent), _in(to)


def _in(text: str) -> list[str]:
    return sorted({found.lower() for found in _ADDRESS.findall(text)})[:_MOST_ADDRESSES]


def _person(identifier: object) -> str:
    word = str(identifier or "")
    return word if word.startswith("003") else ""


def _accounts(rows: list[Waiting], staging: Staging) -> dict[str, str]:
    """The account of each record: its own, else that of what or whom it is about."""
    about: dict[str, set[str]] = {}
    for row in rows:
        for name in ("what", "who", "parent"):
            word = str(row.values.get(name) or "")
            if word[:3] in _BEARERS:
                about.setdefault(_BEARERS[word[:3]], set()).add(word)
    held = {
        key: str(values.get("account") or "")
        for target, keys in about.items()
        for key, values in staging.values_of(target, keys).items()
    }
    return {row.key: _account(row, held) for row in rows}


_BEARERS = {
    "003": "Contact",
    "006": "Opportunity",
    "500": "Case",
    "800": "Contract",
    "02i": "Asset",
}


def _account(row: Waiting, held: dict[str, str]) -> str:
    for name in ("what", "account", "who", "parent"):
        word = str(row.values.get(name) or "")
        if word.startswith("001"):
            return word
        if held.get(word):
            return held[word]
    return ""


_BATCH = 2_000


def _lines(
    activities: Iterable[Activity], scope: Scope, preview: Preview
) -> Iterator[list[KeyedLine]]:
    """Batches of ledger lines with our own keys; what has no account is counted and left out."""
    batch: list[Activity] = []
    for one in activities:
        batch.append(one)
        if len(batch) >= _BATCH:
            yield _resolved(batch, scope, preview)
            batch = []
    if batch:
        yield _resolved(batch, scope, preview)


def _resolved(batch: list[Activity], scope: Scope, preview: Preview) -> list[KeyedLine]:
    accounts = own_keys("Account", {one.account for one in batch}, scope)
    people = own_keys("Contact", {one.contact for one in batch}, scope)
    ours = own_keys("User", {one.ours for one in batch}, scope)
    lines: list[KeyedLine] = []
    for one in batch:
        account = accounts.get(one.account)
        if account is None:
            preview.left_out["activity_without_account"] += 1
            continue
        line: Line = (
            *(account, people.get(one.contact, ""), ours.get(one.ours, ""), one.kind),
            *(one.direction, dt.date.fromisoformat(one.day), one.thread, one.connected),
            one.minutes,
        )
        lines.append((one.record, line))
    return lines


def own_keys(target: str, keys: Iterable[str], scope: Scope) -> dict[str, str]:
    """Our keys as the ledger writes them; a row that this import will make has a mark of its own."""
    wanted = dict.fromkeys(key for key in keys if key)
    found: dict[str, int | Pending] = dict(keys_of(TARGETS[target], wanted, scope))
    missing = wanted.keys() - found.keys()
    if missing:
        found |= dict.fromkeys(scope.staged(target, missing), PENDING)
    return {key: f"?{key}" if isinstance(pk, Pending) else str(pk) for key, pk in found.items()}
