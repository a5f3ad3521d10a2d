"""One account as one person may see it: its family, which of it is visible, and what is open.

Family plans: child accounts that the person may not see are named nowhere and counted only in
sums ("other units").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from sightline.planning.permissions import Act, Category, Decision, Part, Relation, Role, may
from sightline.planning.stakeholders import Reader
from sightline.records.models import Account
from sightline.records.prepared import prepared
from sightline.records.scoping import (
    Person,
    asked_as,
    relations_to,
    seen_account,
    visible_accounts,
)


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may see and do on one account; all False by default.

    `reader` says how much of a named person is shown (planning.stakeholders.visibility); `gaps`
    whether what nobody entered yet is: to all who read the plan, but never to its sponsor,
    whatever else they lead, unless the account is their own too.
    """

    facts: bool = False
    plan: bool = False
    plan_write: bool = False
    gaps: bool = False
    whitespace: bool = False
    opinions: bool = False
    roles: bool = False
    wallet: bool = False
    tier: bool = False
    reader: Reader = Reader.READER


@dataclass(frozen=True, slots=True)
class AccountScope:
    """An account, the accounts that are planned with it, and which of these are visible.

    `member_ids` holds the account and, where it is a planning account, its whole family;
    `seen_ids` those of them the person may see. `planning_id` is where its planning happens;
    its name is empty where the person may not see it.
    """

    account_id: int
    name: str
    planning_id: int
    planning_name: str
    member_ids: tuple[int, ...]
    seen_ids: tuple[int, ...]
    rights: Rights

    @property
    def hidden_ids(self) -> tuple[int, ...]:
        """Accounts of the family that only sums may contain."""
        return tuple(sorted(set(self.member_ids) - set(self.seen_ids)))

    @property
    def plans_itself(self) -> bool:
        """Whether planning happens here and not at a parent."""
        return self.planning_id == self.account_id


def account_scope(person: Person, account_id: int) -> AccountScope | None:
    """The scope of a visible account; None where it is unknown or not visible.

    Nine queries or fewer, whatever the size of the family.
    """
    row = seen_account(person, account_id)
    if row is None:
        return None
    pk, planning = row.id, row.planning_id
    members = tuple(_family(pk))
    seen = members
    if len(members) > 1:
        seen = tuple(_visible(list(members), *asked_as(person, Category.FACTS, Act.READ)))
    return AccountScope(
        account_id=pk,
        name=row.name,
        planning_id=planning or pk,
        planning_name=_planning_name(person, pk, planning or pk, row.planning_name or row.name),
        member_ids=members,
        seen_ids=seen,
        rights=rights_on(person, pk),
    )


def family_scope(account_id: int) -> AccountScope | None:
    """A planning account with its whole family visible, as a job computes it for those who see all.

    Nobody's rights are in it. None where the account is unknown or planned elsewhere. Two queries.
    """
    row = Account.objects.filter(pk=account_id, removed_at=None).values_list(
        "name", "planning_account_id"
    )
    found = row.first()
    if found is None or found[1] not in (None, account_id):
        return None
    members = tuple(_family(account_id))
    return AccountScope(account_id, found[0], account_id, found[0], members, members, Rights())


@prepared
def _family(planning_id: int) -> QuerySet[Account, Any]:
    here = Q(pk=planning_id) | Q(planning_account_id=planning_id)
    return Account.objects.filter(here, removed_at=None).order_by("pk").values_list("pk", flat=True)


@prepared
def _visible(
    members: list[int],
    roles: frozenset[Role],
    sign_in: int | None,
    user: int | None,
    role: int | None,
    now: datetime | None,
) -> QuerySet[Account, int]:
    """Which of a family somebody may see."""
    person = Person(sign_in or 0, "", "", roles, crm_user_id=user, crm_role_id=role)
    rows = visible_accounts(person, now=now).filter(pk__in=members)
    return rows.order_by("pk").values_list("pk", flat=True)


def _planning_name(person: Person, account_id: int, planning_id: int, name: str) -> str:
    if planning_id == account_id or visible_accounts(person).filter(pk=planning_id).exists():
        return name
    return ""


def rights_on(person: Person, account_id: int) -> Rights:
    """What the person's roles and relations to this account open. Six queries."""
    relations = relations_to(person, account_id)

    def asked(category: Category, act: Act = Act.READ) -> Decision:
        return may(person.roles, relations=relations, category=category, act=act)

    plan, opinions, wallet = (
        asked(category) for category in (Category.PLAN, Category.OPINIONS, Category.WALLET_TIERS)
    )
    sees_opinions = _whole(opinions)
    return Rights(
        facts=_whole(asked(Category.FACTS)),
        plan=_whole(plan),
        plan_write=_whole(asked(Category.PLAN, Act.WRITE)),
        gaps=_whole(plan) and not _only_sponsors(relations),
        whitespace=plan.covers(Part.WHITESPACE),
        opinions=sees_opinions,
        roles=opinions.covers(Part.BUYING_ROLE),
        wallet=_whole(wallet),
        tier=wallet.covers(Part.TIER),
        reader=_reader(person, sees_opinions=sees_opinions, sees_roles=opinions.allowed),
    )


def _whole(decision: Decision) -> bool:
    return decision.allowed and decision.only is None


def _only_sponsors(relations: frozenset[Relation]) -> bool:
    """Whether the account is sponsored by this person and not also theirs to plan."""
    return Relation.SPONSORED in relations and Relation.OWN_TEAM not in relations


def _reader(person: Person, *, sees_opinions: bool, sees_roles: bool) -> Reader:
    if sees_opinions:
        return Reader.TEAM
    if sees_roles:
        return Reader.MARKETING
    return Reader.OPERATIONS if Role.OPERATIONS in person.roles else Reader.READER
