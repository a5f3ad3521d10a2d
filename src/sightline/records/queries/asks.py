"""Questions, blocked actions passed on, and mentions: what somebody has to answer, and what they
asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from sightline.planning.notices import Kind
from sightline.planning.permissions import Act, Category
from sightline.records.models import (
    Account,
    AccountAccess,
    Action,
    Contact,
    CrmUser,
    Mention,
    Play,
    ProductLine,
    Question,
    Review,
    Unit,
)
from sightline.records.prepared import prepared
from sightline.records.reach import open_here
from sightline.records.scoping import Person, may_on, person_of, visible_accounts

MOST = 100
Subject = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its answer, if any.

    `about` names the action, person, play or cell; empty for figures, the account, and what has
    gone.
    """

    id: int
    version: int
    account_id: int
    account: str
    kind: str
    key: str
    about: str
    words: str
    by: str
    of: str
    of_id: int | None
    asked_at: datetime
    due_on: date
    answer: str
    answered_at: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody named the reader in a note."""

    id: int
    account_id: int
    account: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything of one person: to answer (the most urgent first), named in, own questions."""

    to_answer: tuple[Asked, ...]
    named: tuple[Named, ...]
    own_open: tuple[Asked, ...]
    own_answered: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Turned:
    """How many rows of each list come before those that are shown."""

    to_answer: int = 0
    named: int = 0
    own: int = 0


def desk(person: Person, *, on: date, turned: Turned, most: int = MOST) -> Desk:
    """What a person has to answer and what they asked, `most` of each. Seven queries at most."""
    own = _seen(person).filter(asked_by_id=person.id, withdrawn_at=None)
    newest = own.exclude(answered_at=None).order_by("-answered_at")
    still = own.filter(answered_at=None).order_by("due_on", "pk")
    return Desk(
        to_answer=to_answer(person, on=on, skip=turned.to_answer, most=most),
        named=_named(person, skip=turned.named, most=most),
        own_open=_rows(person, still[turned.own : turned.own + most], on),
        own_answered=_rows(person, newest[:20], on),
    )


def to_answer(person: Person, *, on: date, skip: int = 0, most: int = MOST) -> tuple[Asked, ...]:
    """Open questions asked of a person, the earliest date first. One query where there is none."""
    if person.crm_user_id is None:
        return ()
    if not _any_open(person.crm_user_id):
        return ()
    rows = _seen(person).filter(_open_of(person.crm_user_id))
    return _rows(person, rows.order_by("due_on", "pk")[skip : skip + most], on)


def _open_of(user_id: int) -> Q:
    return Q(asked_of_id=user_id, answered_at=None, withdrawn_at=None)


@prepared
def _any_open(user_id: int) -> QuerySet[Question, Any]:
    return Question.objects.filter(_open_of(user_id)).order_by("pk").values_list("pk")[:1]


def questions_on(
    person: Person, account_id: int, *, kind: str = "", key: str = "", on: date
) -> tuple[Asked, ...]:
    """What was asked on an account, or on one thing of it, answers included. Two queries."""
    rows = _seen(person).filter(account_id=account_id, withdrawn_at=None)
    if kind:
        rows = rows.filter(subject_kind=kind, subject_key=key)
    return _rows(person, rows.order_by("-asked_at")[:MOST], on)


def account_name(person: Person, account_id: int) -> str | None:
    """The name of an account whose plan a person reads; None where they do not. One query."""
    seen = visible_accounts(person, Category.PLAN, Act.READ).filter(pk=account_id)
    return seen.values_list("name", flat=True).first()


def question_seen(person: Person, question_id: int) -> Asked | None:
    """One question that a person may read; None where they may not. Two queries."""
    return next(
        iter(_rows(person, _seen(person).filter(pk=question_id, withdrawn_at=None), date.max)),
        None,
    )


def askable(account_id: int) -> dict[int, str]:
    """Who of ours may be asked about an account: those who see it by name, and their managers.

    Only people who can come in. Two queries.
    """
    return askable_on([account_id])[account_id]


def askable_on(account_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """The same of several accounts, by account. Two queries, whatever their number."""
    found: dict[int, set[int]] = {one: set() for one in account_ids}
    seen_by = AccountAccess.objects.filter(account_id__in=found).order_by("account_id")
    for account, *people in seen_by.values_list("account_id", "user_id", "user__manager_id"):
        found[account].update(one for one in people if one is not None)
    rows = CrmUser.objects.filter(
        pk__in=set().union(*found.values()),
        is_active=True,
        removed_at=None,
        sign_in__is_active=True,
    )
    names = dict(rows.order_by("name", "pk").values_list("pk", "name"))
    return {
        account: {pk: name for pk, name in names.items() if pk in people}
        for account, people in found.items()
    }


def person_of_user(user_id: int) -> Person | None:
    """The person who comes in as a CRM user; None where nobody does. Two queries."""
    row = CrmUser.objects.filter(
        pk=user_id, is_active=True, removed_at=None, sign_in__is_active=True
    ).select_related("sign_in")
    user = row.first()
    return person_of(user.sign_in) if user is not None and user.sign_in is not None else None


@dataclass(frozen=True, slots=True)
class AskedHere:
    """A question of an account as a review shows it; `answer` empty while it is open."""

    id: int
    words: str
    by: str
    of: str
    due_on: date
    answer: str


def asked_here(
    account_ids: Iterable[int], *, opinions: bool, ids: Iterable[int] | None = None
) -> tuple[AskedHere, ...]:
    """Open questions on some accounts, the earliest date first; or those of some ids, open or not.

    Blocked actions are no questions here: they stand among what is owed. One query.
    """
    accounts, wanted = list(account_ids), list(ids) if ids is not None else None
    if not accounts or wanted == []:
        return ()
    return tuple(
        AskedHere(pk, words, by or "", of or "", due_on, answer)
        for pk, words, by, of, due_on, answer in _asked_here(accounts, wanted, opinions)
    )


@prepared
def _asked_here(
    account_ids: list[int], ids: list[int] | None, opinions: bool
) -> QuerySet[Question, Any]:
    rows = Question.objects.filter(account_id__in=account_ids, withdrawn_at=None)
    rows = rows.exclude(subject_kind=Question.Subject.ACTION)
    if not opinions:
        rows = rows.exclude(subject_kind=Question.Subject.PERSON)
    rows = rows.filter(answered_at=None) if ids is None else rows.filter(pk__in=ids)
    return rows.order_by("due_on", "pk").values_list(
        "pk", "words", "asked_by__name", "asked_of__name", "due_on", "answer"
    )[:MOST]


def told_of(person: Person, kind: str, facts: Mapping[str, Any]) -> str | None:
    """The account a notice is about, while it still stands and its reader still sees it."""
    account = facts.get("account")
    if not isinstance(account, int) or not may_on(person, account, Category.PLAN, Act.READ):
        return None
    if kind in (Kind.QUESTION, Kind.BLOCKED):
        waits = Question.objects.filter(
            pk=int(facts.get("question") or 0),
            asked_of_id=person.crm_user_id,
            answered_at=None,
            withdrawn_at=None,
        )
        if not waits.exists():
            return None
    if kind in _STANDS and not _STANDS[kind](person, facts):
        return None
    return Account.objects.filter(pk=account).values_list("name", flat=True).first()


def _still_owed(person: Person, facts: Mapping[str, Any]) -> bool:
    """Whether what was passed on is still open and still theirs."""
    owed = Action.objects.filter(
        pk=int(facts.get("action") or 0),
        owner_id=person.crm_user_id,
        state=Action.State.OPEN,
        removed_at=None,
    )
    return person.crm_user_id is not None and owed.exists()


def _still_near(person: Person, facts: Mapping[str, Any]) -> bool:
    """Whether the review is still to come on the day that was told."""
    near = Review.objects.filter(
        pk=int(facts.get("review") or 0), state=Review.State.PLANNED, held_on=facts.get("day")
    )
    return near.exists()


_STANDS: Mapping[str, Callable[[Person, Mapping[str, Any]], bool]] = {
    Kind.PASSED_ON: _still_owed,
    Kind.REVIEW: _still_near,
}


def _seen(person: Person) -> QuerySet[Question]:
    """Questions a person may read: of the plan, and on a person only where opinions are open."""
    return Question.objects.filter(
        open_here(person, Category.PLAN),
        ~Q(subject_kind=Question.Subject.PERSON) | open_here(person, Category.OPINIONS),
    )


def _mentions(person: Person) -> QuerySet[Mention]:
    here = open_here(person, Category.PLAN)
    return Mention.objects.filter(here, named_id=person.crm_user_id, seen_at=None)


def _named(person: Person, *, skip: int, most: int) -> tuple[Named, ...]:
    if person.crm_user_id is None:
        return ()
    rows = _mentions(person).select_related("account", "by").order_by("-at", "-pk")
    return tuple(
        Named(r.pk, r.account_id, r.account.name, r.by.name if r.by else "", r.at)
        for r in rows[skip : skip + most]
    )


def subject_name(person: Person, kind: str, key: str) -> str | None:
    """What a thing is called; None where it is gone or the person may not see it.

    Figures and the account itself are named by the page: "". At most two queries.
    """
    if kind in {"account", "figure"}:
        return ""
    return _subjects(person, [(kind, key)]).get((kind, key))


def _rows(person: Person, rows: QuerySet[Question], on: date) -> tuple[Asked, ...]:
    listed = list(rows.select_related("account", "asked_by", "asked_of"))
    names = _subjects(person, [(row.subject_kind, row.subject_key) for row in listed])
    return tuple(_row(row, names, on) for row in listed)


def _subjects(person: Person, wanted: Iterable[Subject]) -> dict[Subject, str]:
    """Names of what was asked about. One query for each kind there is, two for cells."""
    kinds: dict[str, set[str]] = {}
    for kind, key in wanted:
        kinds.setdefault(kind, set()).add(key)
    seen = open_here(person, Category.FACTS)
    named: dict[str, tuple[str, QuerySet[Any]]] = {
        "action": ("subject", Action.objects.all()),
        "play": ("name", Play.objects.filter(removed_at=None)),
        "person": ("name", Contact.objects.filter(erased_at=None)),
    }
    found: dict[Subject, str] = {}
    for kind, (field, rows) in named.items():
        if keys := _numbers(kinds.get(kind, ())):
            here = rows.filter(seen, pk__in=keys).values_list("pk", field)
            found |= {(kind, str(pk)): name for pk, name in here}
    return found | _cells(kinds.get("cell", set()), person)


def _cells(asked: set[str], person: Person) -> dict[Subject, str]:
    """Cells by "unit-line"; the unit "account" is the account as a whole."""
    pairs = {key: key.partition("-")[::2] for key in asked}
    if not pairs:
        return {}
    lines = dict(
        ProductLine.objects.filter(pk__in=_numbers(line for _, line in pairs.values())).values_list(
            "pk", "name"
        )
    )
    linked = open_here(person, Category.FACTS, at="linked_account_id")
    units = dict(
        Unit.objects.filter(
            open_here(person, Category.FACTS),
            Q(linked_account=None) | linked,
            pk__in=_numbers(unit for unit, _ in pairs.values()),
        ).values_list("pk", "name")
    )
    found = {}
    for key, (unit, line) in pairs.items():
        of_line = lines.get(int(line)) if line.isdecimal() else None
        of_unit = units.get(int(unit)) if unit.isdecimal() else None
        if of_line is not None and unit == "account":
            found["cell", key] = of_line
        elif of_line is not None and of_unit is not None:
            found["cell", key] = f"{of_line}, {of_unit}"
    return found


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]


def _row(row: Question, names: Mapping[Subject, str], on: date) -> Asked:
    about = names.get((row.subject_kind, row.subject_key), "")
    return Asked(
        id=row.pk,
        version=row.version,
        account_id=row.account_id,
        account=row.account.name,
        kind=row.subject_kind,
        key=row.subject_key,
        about=about,
        words=row.words,
        by=row.asked_by.name if row.asked_by else "",
        of=row.asked_of.name if row.asked_of else "",
        of_id=row.asked_of_id,
        asked_at=row.asked_at,
        due_on=row.due_on,
        answer=row.answer,
        answered_at=row.answered_at,
        late=row.answered_at is None and row.due_on < on,
    )
