"""Accounts, people and opportunities by what somebody typed, among those the person may see.

Words are matched anywhere in a name, all of them; names that begin with what was typed come
first. Under three letters only beginnings are looked at (an index of trigrams knows no less).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from sightline.agreement.naming import sort_key
from sightline.records.by_name import begins
from sightline.records.models import Account, Contact, Opportunity
from sightline.records.scoping import Person, visible_accounts
from sightline.records.search_index import matches_parts

TRIGRAM = 3
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """An account by name."""

    id: int
    planning_account_id: int
    name: str
    city: str
    industry: str


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """One of their people."""

    id: int
    account_id: int
    planning_account_id: int
    name: str
    title: str
    account: str


@dataclass(frozen=True, slots=True)
class FoundOpportunity:
    """A deal by name."""

    id: int
    account_id: int
    planning_account_id: int
    name: str
    account: str
    stage: str
    is_closed: bool


def searches_parts() -> bool:
    """Whether names are found by any part, or by their beginning only. At most one query."""
    return matches_parts(connection)


def find_accounts(person: Person, words: str, *, limit: int = 6) -> tuple[FoundAccount, ...]:
    """Accounts the person may see. Two queries, three on PostgreSQL."""
    rows = visible_accounts(person)
    columns = ("pk", "planning_account_id", "name", "city", "industry")
    found: dict[int, FoundAccount] = {}
    for matching in _matches("sort_name", "search_account", words):
        wanted = rows.filter(matching).exclude(pk__in=list(found)).order_by()
        for pk, planning, name, city, industry in wanted.values_list(*columns)[:limit]:
            found[pk] = FoundAccount(pk, planning or pk, name, city, industry)
        if len(found) >= limit:
            break
    return tuple(list(found.values())[:limit])


def find_people(person: Person, words: str, *, limit: int = 5) -> tuple[FoundPerson, ...]:
    """Contacts of accounts the person may see, erased ones never."""
    seen = Exists(visible_accounts(person).filter(pk=OuterRef("account_id")))
    rows = Contact.objects.filter(removed_at=None, erased_at=None).filter(seen)
    columns = ("pk", "account_id", "account__planning_account_id", "name", "title", "account__name")
    found: dict[int, FoundPerson] = {}
    for matching in _matches("sort_name", "search_contact", words):
        wanted = rows.filter(matching).exclude(pk__in=list(found)).order_by()
        for pk, account, planning, name, title, of in wanted.values_list(*columns)[:limit]:
            found[pk] = FoundPerson(pk, account, planning or account, name, title, of)
        if len(found) >= limit:
            break
    return tuple(list(found.values())[:limit])


def find_opportunities(
    person: Person, words: str, *, limit: int = 4
) -> tuple[FoundOpportunity, ...]:
    """Opportunities of accounts the person may see; from three letters on, open ones first."""
    matching = _anywhere("name", "search_opportunity", words)
    if matching is None and not matches_parts(connection):
        matching = Q(name__istartswith=words.strip())
    if matching is None or not words.strip():
        return ()
    seen = Exists(visible_accounts(person).filter(pk=OuterRef("account_id")))
    rows = Opportunity.objects.filter(matching, removed_at=None).filter(seen).order_by()
    columns = (
        *("pk", "account_id", "account__planning_account_id", "name", "account__name"),
        *("stage__name", "is_closed"),
    )
    found = [
        FoundOpportunity(pk, account, planning or account, name, of, stage or "", closed)
        for pk, account, planning, name, of, stage, closed in rows.values_list(*columns)[
            : 4 * limit
        ]
    ]
    return tuple(sorted(found, key=lambda one: one.is_closed)[:limit])


def results_called(words: str) -> Q:
    """The condition on tier results that the account's name holds all the words.

    For a list that narrows to what its reader may see by itself.
    """
    typed = sort_key(words)
    parts = matches_parts(connection) and any(len(word) >= TRIGRAM for word in typed.split())
    if not parts:
        return begins("sort_name", typed)
    named = Account.objects.filter(_anywhere("sort_name", "search_account", typed) or Q())
    return Q(account_id__in=named.order_by().values("pk"))


def _matches(column: str, index: str, words: str) -> Iterable[Q]:
    """Conditions in the order in which their finds are wanted: beginnings, then anywhere."""
    typed = sort_key(words)
    if not typed:
        return
    yield begins(column, typed)
    anywhere = _anywhere(column, index, typed)
    if anywhere is not None:
        yield anywhere


def _anywhere(column: str, index: str, words: str) -> Q | None:
    """All the words, each anywhere; None where no word is long enough or parts cannot be had."""
    parts = sort_key(words).split()[:MOST_WORDS]
    long, short = _by_length(parts)
    if not long or not matches_parts(connection):
        return None
    rest = Q(**{f"{column}__icontains": short[0]}) if short else Q()
    for word in short[1:]:
        rest &= Q(**{f"{column}__icontains": word})
    if connection.vendor == "sqlite":
        asked = " ".join('"' + word.replace('"', '""') + '"' for word in long)
        sql = f"SELECT rowid FROM {index} WHERE {index} MATCH %s"
        return Q(pk__in=RawSQL(sql, [asked])) & rest  # noqa: S611
    lookup = "contains" if column == "sort_name" else "icontains"
    for word in long:
        rest &= Q(**{f"{column}__{lookup}": word})
    return rest


def _by_length(words: Sequence[str]) -> tuple[list[str], list[str]]:
    long = [word for word in words if len(word) >= TRIGRAM]
    return long, [word for word in words if len(word) < TRIGRAM]
