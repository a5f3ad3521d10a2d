"""What marketing sees: tier 1 and 2 accounts, whitespace that is open, buying roles, interests.

Never stance, strength, notes, money of the wallet or vulnerability: none of them is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from sightline.agreement.naming import sort_key
from sightline.planning.permissions import Act, Category, Part
from sightline.planning.whitespace.state import State
from sightline.records.by_name import Place, begins, page_by_name
from sightline.records.models import (
    Account,
    Contact,
    Opinion,
    OpportunityContactRole,
    Priority,
    TierResult,
)
from sightline.records.queries.account_scope import account_scope
from sightline.records.queries.company import company_facts, parameters_in_force, rates
from sightline.records.queries.whitespace.grid import GridSetting, scored_grid
from sightline.records.reach import of_tier, reach_of
from sightline.records.scoping import Person, may_on, relations_that_open, visible_accounts

PAGE = 50
SHOWN = (State.OPEN, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class MarketingAccount:
    """One planned account: facts and its tier."""

    id: int
    name: str
    industry: str
    country: str
    tier: int
    decided: bool


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A unit and a product line that nobody of ours serves; `known` whether it is known open."""

    unit: str
    family: str
    line: str
    known: bool


@dataclass(frozen=True, slots=True)
class BuyingPerson:
    """Somebody who takes part in buying: role codes and interests only."""

    name: str
    title: str
    roles: tuple[str, ...]
    interests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What the customer said they want or what stands in their way: words, link, day, standing.

    Who said it is not read.
    """

    words: str
    link: str
    said_on: date
    standing: str


@dataclass(frozen=True, slots=True)
class MarketingPage:
    """A page of accounts by name, with the places of the pages around it (records.by_name)."""

    rows: tuple[MarketingAccount, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MarketingDetail:
    """One account's open whitespace, what it wants and who takes part in buying."""

    account: MarketingAccount
    cells: tuple[OpenCell, ...]
    people: tuple[BuyingPerson, ...]
    measured: bool
    problems: tuple[Problem, ...] = ()


def marketing_accounts(person: Person, *, words: str, at: Place) -> MarketingPage:
    """Planned accounts by name, those beginning with `words`. One query, two below a role."""
    rows = _planned(person)
    if words.strip():
        rows = rows.filter(begins("sort_name", sort_key(words)))
    found = page_by_name(rows.select_related("account"), "account_id", at=at, most=PAGE)
    return MarketingPage(tuple(_account(row) for row in found.rows), found.before, found.after)


def marketing_detail(person: Person, account_id: int, *, now: datetime) -> MarketingDetail | None:
    """None where the account is not planned, not visible or not known."""
    row = _planned_one(person, account_id)
    scope = account_scope(person, account_id) if row is not None else None
    if row is None or scope is None:
        return None
    told = company_facts()
    on = told.today(now)
    setting = GridSetting(on, told.currency, parameters_in_force(on))
    grid = scored_grid(scope, setting=setting, rates=rates())
    units = {unit.key: unit.name for unit in grid.units}
    lines = {line.key: line for line in grid.lines}
    cells = [
        OpenCell(
            units[unit],
            lines[line].family,
            lines[line].name,
            known=score.state.state is State.OPEN,
        )
        for (unit, line), score in grid.scores.items()
        if score.state.state in SHOWN
    ]
    return MarketingDetail(
        account=_account(row),
        cells=tuple(sorted(cells, key=lambda one: (one.unit, one.family, one.line))),
        people=_people(person, account_id, scope.seen_ids),
        measured=grid.measured,
        problems=_problems(person, account_id),
    )


def marketing_export(person: Person, *, now: datetime) -> Iterator[MarketingDetail]:
    """Every planned account with its detail, by name, one at a time."""
    rows = _planned(person).order_by("sort_name", "account_id")
    ids = list(rows.values_list("account_id", flat=True))
    for account_id in ids:
        found = marketing_detail(person, account_id, now=now)
        if found is not None:
            yield found


def _planned(person: Person) -> QuerySet[TierResult]:
    """Results of planned accounts whose whitespace is open, along the list's index for somebody
    who sees very many."""
    open_to = relations_that_open(person, Category.PLAN, Act.READ, part=Part.WHITESPACE)
    return reach_of(person).rows(open_to).filter(_of_tier_1_or_2())


def _of_tier_1_or_2() -> Q:
    return of_tier(1) | of_tier(2)


def _planned_one(person: Person, account_id: int) -> TierResult | None:
    row = TierResult.objects.filter(_of_tier_1_or_2(), account_id=account_id)
    found = row.select_related("account").first()
    if found is None:
        return None
    seen = may_on(person, account_id, Category.PLAN, Act.READ, part=Part.WHITESPACE)
    return found if seen else None


def _account(row: TierResult) -> MarketingAccount:
    of: Account = row.account
    return MarketingAccount(
        id=of.pk,
        name=of.name,
        industry=of.industry,
        country=of.country,
        tier=row.decided_tier or row.proposed_tier or 0,
        decided=row.decided_tier is not None,
    )


def _problems(person: Person, account_id: int) -> tuple[Problem, ...]:
    """Goals and what hangs under them, the newest first; none where they may not be seen."""
    visible = visible_accounts(person, Category.PLAN, Act.READ, part=Part.PROBLEMS)
    said = Priority.objects.filter(
        account__in=visible.filter(pk=account_id), removed_at=None
    ).order_by("-said_on", "pk")
    listed = said.values_list("words", "link", "said_on", "standing")
    return tuple(Problem(*row) for row in listed)


def _people(person: Person, account_id: int, seen: tuple[int, ...]) -> tuple[BuyingPerson, ...]:
    """Those with a buying role or an interest; none where the person may not see either."""
    roles_open = _open(person, account_id, Part.BUYING_ROLE)
    interests_open = _open(person, account_id, Part.INTERESTS)
    there = Contact.objects.filter(
        account_id__in=seen, removed_at=None, erased_at=None, status=Contact.Status.ACTIVE
    )
    roles: dict[int, set[str]] = {}
    if roles_open:
        held = OpportunityContactRole.objects.filter(
            opportunity__account__planning_account=F("contact__account__planning_account"),
            contact__in=there,
            removed_at=None,
        )
        for contact, role in held.exclude(buying_role="").values_list("contact_id", "buying_role"):
            roles.setdefault(contact, set()).add(role)
    interests: dict[int, set[str]] = {}
    if interests_open:
        said = Opinion.here.filter(
            contact__in=there, kind=Opinion.Kind.INTEREST, superseded_at=None
        )
        for contact, value in said.values_list("contact_id", "value"):
            interests.setdefault(contact, set()).add(value)
    listed = there.filter(pk__in=roles.keys() | interests.keys()).order_by("sort_name", "pk")
    return tuple(
        BuyingPerson(
            name, title, tuple(sorted(roles.get(pk, ()))), tuple(sorted(interests.get(pk, ())))
        )
        for pk, name, title in listed.values_list("pk", "name", "title")
    )


def _open(person: Person, account_id: int, part: Part) -> bool:
    visible = visible_accounts(person, Category.OPINIONS, Act.READ, part=part)
    return visible.filter(pk=account_id).exists()
