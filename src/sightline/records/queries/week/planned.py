"""Whose accounts a week covers: planned ones, a person's own or of somebody below them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category, Role
from sightline.records.models import Account, AccountAccess, CrmUser, Opportunity, TierResult
from sightline.records.prepared import prepared
from sightline.records.scoping import Person, asked_as, visible_accounts

PLANNED = (1, 2)


@dataclass(frozen=True, slots=True)
class WeekAccount:
    """A planned account of a week. `family` are the accounts whose facts count, itself included.

    `planning` is where its tier and its people's facts are kept: another account where the
    person may see a child but not the head of the family. `sponsored` where the person sponsors
    it and does not own it: what a plan argues reaches them as docs/method/challenges.md says.
    """

    id: int
    name: str
    planning: int
    family: tuple[int, ...]
    tier: int
    decided: bool
    provisional: bool
    acv: Money | None
    acv_source: str
    next_renewal_on: date | None
    vulnerability: int | None
    sponsored: bool = False


@dataclass(frozen=True, slots=True)
class Whose:
    """Somebody whose week may be read: a CRM user, and the sign-in that answers for it."""

    user_id: int
    name: str
    sign_in_id: int | None


@dataclass(frozen=True, slots=True)
class PlannedAccounts:
    """The accounts of a week, by name, and how many others playbooks run (tier 3)."""

    accounts: tuple[WeekAccount, ...]
    by_playbook: int


def planned_stakes() -> dict[int, bool]:
    """Every planned account, and whether recurring revenue or an open play exists there."""
    rows = TierResult.objects.filter(_planned()).annotate(
        plays=Exists(
            Opportunity.objects.filter(
                account__planning_account_id=OuterRef("account_id"),
                is_closed=False,
                removed_at=None,
            )
        )
    )
    found = rows.values_list("account_id", "acv", "revenue", "plays")
    return {pk: bool((acv or 0) > 0 or (r12 or 0) > 0 or play) for pk, acv, r12, play in found}


def week_owners() -> list[int]:
    """Sign-ins of everybody who may have a week: active, with accounts of their own. One query."""
    own = AccountAccess.objects.filter(user_id=OuterRef("pk"), why__in=own_reasons(None))
    rows = CrmUser.objects.filter(
        Exists(own), is_active=True, removed_at=None, sign_in__is_active=True
    )
    return sorted(rows.values_list("sign_in_id", flat=True))


def planned_accounts(person: Person, *, user_id: int, mine: bool) -> PlannedAccounts:
    """The planned accounts of a CRM user, as far as `person` may see them. Two queries, one more
    for a sponsor."""
    asked = asked_as(person, Category.PLAN, Act.COMMENT)
    why = frozenset(own_reasons(person if mine else None))
    own = _own_list(user_id, why, *asked)
    heads = sorted({head for _, head in own})
    results = {row[0]: _Tier(*row) for row in (_tiers(heads) if heads else ())}
    visible = _families(sorted(results), *asked) if results else []
    mine_to_answer = {pk for pk, _ in own}
    if mine and Role.SPONSOR in person.roles:
        mine_to_answer = _to_answer(user_id)
    return PlannedAccounts(
        accounts=_grouped(visible, {pk for pk, _ in own}, results, mine_to_answer),
        by_playbook=len({pk for pk, head in own if pk == head and head not in results}),
    )


def _seen_as(
    roles: frozenset[Role],
    sign_in: int | None,
    user: int | None,
    role: int | None,
    now: datetime | None,
) -> QuerySet[Any, Any]:
    """The accounts on whose plans somebody may comment, each with where its planning happens."""
    person = Person(sign_in or 0, "", "", roles, crm_user_id=user, crm_role_id=role)
    seen = visible_accounts(person, Category.PLAN, Act.COMMENT, now=now)
    return seen.annotate(head=Coalesce("planning_account_id", "pk"))


@prepared
def _own_list(
    user_id: int,
    why: frozenset[str],
    roles: frozenset[Role],
    sign_in: int | None,
    user: int | None,
    role: int | None,
    now: datetime | None,
) -> QuerySet[Account, Any]:
    on_list = AccountAccess.objects.filter(user_id=user_id, why__in=sorted(why))
    seen = _seen_as(roles, sign_in, user, role, now)
    return seen.filter(pk__in=on_list.values("account_id")).values_list("pk", "head")


@prepared
def _tiers(heads: list[int]) -> QuerySet[TierResult, Any]:
    return TierResult.objects.filter(_planned(), account_id__in=heads).values_list(*_TIER)


@prepared
def _families(
    heads: list[int],
    roles: frozenset[Role],
    sign_in: int | None,
    user: int | None,
    role: int | None,
    now: datetime | None,
) -> QuerySet[Account, Any]:
    here = Q(pk__in=heads) | Q(planning_account_id__in=heads)
    seen = _seen_as(roles, sign_in, user, role, now).filter(here)
    return seen.values_list("pk", "head", "name", "sort_name")


def _to_answer(user_id: int) -> set[int]:
    """Accounts that a sponsor owns, or is on the team of without sponsoring them: a CRM's team
    names the sponsor as well, which makes nobody one of those who carry the plan."""
    why: dict[int, set[str]] = {}
    rows = AccountAccess.objects.filter(user_id=user_id)
    for account, reason in rows.values_list("account_id", "why"):
        why.setdefault(account, set()).add(reason)
    owner, team, sponsor = (
        AccountAccess.Why.OWNER.value,
        AccountAccess.Why.TEAM.value,
        AccountAccess.Why.SPONSOR.value,
    )
    return {
        account
        for account, reasons in why.items()
        if owner in reasons or (team in reasons and sponsor not in reasons)
    }


class _Tier(NamedTuple):
    """What a week says of a planning account's tier and money."""

    account_id: int
    decided_tier: int | None
    proposed_tier: int | None
    provisional: bool
    acv: int | None
    acv_source: str
    currency: str
    next_renewal_on: date | None
    vulnerability: int | None


_TIER = _Tier._fields


def _grouped(
    visible: list[tuple[int, int, str, str]],
    own: set[int],
    results: dict[int, _Tier],
    mine_to_answer: set[int],
) -> tuple[WeekAccount, ...]:
    """A family under its head, or each own child alone where the head is not to be seen."""
    family: dict[int, list[tuple[int, str, str]]] = {}
    for pk, head, name, sort_name in visible:
        family.setdefault(head, []).append((pk, name, sort_name))
    found = []
    for head, members in family.items():
        seen = {pk for pk, _, _ in members}
        for pk, name, sort_name in members:
            if pk == head or (head not in seen and pk in own):
                counted = tuple(sorted(seen)) if pk == head else (pk,)
                sponsored = mine_to_answer.isdisjoint(counted)
                account = _account(pk, name, counted, results[head], sponsored=sponsored)
                found.append((sort_name, account))
    return tuple(account for _, account in sorted(found, key=lambda one: (one[0], one[1].id)))


def _account(
    pk: int, name: str, family: tuple[int, ...], of: _Tier, *, sponsored: bool
) -> WeekAccount:
    whole = pk == of.account_id
    return WeekAccount(
        id=pk,
        name=name,
        planning=of.account_id,
        family=family,
        tier=of.decided_tier or of.proposed_tier or 0,
        decided=of.decided_tier is not None,
        provisional=of.provisional,
        # a child alone does not show what the whole family is worth
        acv=Money(of.acv, of.currency) if whole and of.acv is not None else None,
        acv_source=of.acv_source if whole else "",
        next_renewal_on=of.next_renewal_on if whole else None,
        vulnerability=of.vulnerability if whole else None,
        sponsored=sponsored,
    )


def own_user(person: Person) -> Whose | None:
    """The CRM user that a person is, if linked. No query."""
    if person.crm_user_id is None:
        return None
    return Whose(person.crm_user_id, person.name, person.id)


def has_own_accounts(person: Person) -> bool:
    """Whether any account is the person's own. One query."""
    if person.crm_user_id is None:
        return False
    return AccountAccess.objects.filter(
        user_id=person.crm_user_id, why__in=own_reasons(person)
    ).exists()


def own_reasons(person: Person | None) -> list[str]:
    """Why an account is somebody's own: owned, on its team, for a sponsor also sponsored."""
    why = AccountAccess.Why
    own = [why.OWNER.value, why.TEAM.value]
    if person is not None and Role.SPONSOR in person.roles:
        own.append(why.SPONSOR.value)
    return own


def _planned() -> Q:
    return Q(decided_tier__in=PLANNED) | Q(decided_tier=None, proposed_tier__in=PLANNED)
