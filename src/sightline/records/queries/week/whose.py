"""Whose week may be read besides one's own: people below with accounts, the first by name or by words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from sightline.agreement.naming import sort_key
from sightline.planning.permissions import Role
from sightline.records.models import AccountAccess, CrmUser
from sightline.records.queries.week.planned import Whose, own_reasons
from sightline.records.scoping import Person, people_below

MOST_PEOPLE = 200
CHUNK = 250


@dataclass(frozen=True, slots=True)
class Readable:
    """Some of the people whose week may be read, by name; `more` where others stand behind them."""

    people: tuple[Whose, ...]
    more: bool


def people_to_read(person: Person, *, words: str = "") -> Readable:
    """Whose weeks somebody may read besides their own, the first by name, of those whose name holds
    `words` in whatever case. Two queries, more where most people below have none."""
    if not _leads(person):
        return Readable((), more=False)
    below = _below(person).order_by("name", "pk")
    found: list[Whose] = []
    # asked of as many as are needed: a company's head has thousands of people below
    for ids in _in_chunks(below, sort_key(words)):
        some = CrmUser.objects.filter(pk__in=ids).order_by("name", "pk")
        found += [Whose(*row) for row in _with_accounts(some)]
        if len(found) > MOST_PEOPLE:
            break
    return Readable(tuple(found[:MOST_PEOPLE]), more=len(found) > MOST_PEOPLE)


def readable(person: Person, user_id: int) -> Whose | None:
    """One of them; None for anybody who is not below, or has no accounts. One query."""
    if not _leads(person):
        return None
    return next((Whose(*row) for row in _with_accounts(_below(person).filter(pk=user_id))), None)


def _leads(person: Person) -> bool:
    return Role.LEADER in person.roles and person.crm_role_id is not None


def _below(person: Person) -> QuerySet[CrmUser]:
    return people_below(person).filter(is_active=True, removed_at=None)


def _in_chunks(below: QuerySet[CrmUser], words: str) -> Iterator[list[int]]:
    """Their keys by name; where no words are asked for, the rest is read only if it is needed."""
    if words:
        ids = _named(below, words)
    else:
        keys = below.values_list("pk", flat=True)
        first = list(keys[:CHUNK])
        if first:
            yield first
        ids = list(keys[CHUNK:]) if len(first) == CHUNK else []
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _named(below: QuerySet[CrmUser], words: str) -> list[int]:
    return [pk for pk, name in below.values_list("pk", "name") if words in sort_key(name)]


def _with_accounts(some: QuerySet[CrmUser]) -> QuerySet[CrmUser, tuple[int, str, int | None]]:
    own = AccountAccess.objects.filter(user_id=OuterRef("pk"), why__in=own_reasons(None))
    return some.filter(Exists(own)).values_list("pk", "name", "sign_in_id")
