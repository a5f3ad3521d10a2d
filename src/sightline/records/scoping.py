"""Who sees which account: every read of account data starts here, and denies by default.

An account is seen for a relation (owner or team, below in the role hierarchy, sponsored,
tier 1 or 2 for marketing, granted, or all for Operations); what a relation allows stands in
`sightline.planning.permissions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, When
from django.utils import timezone

from sightline.planning.permissions import Act, Category, Part, Relation, Role, may
from sightline.records.models import (
    Account,
    AccountAccess,
    AccountGrant,
    CrmRolePath,
    CrmUser,
    SignIn,
    TierResult,
)
from sightline.records.prepared import prepared


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking: a sign-in with its roles and its mirrored CRM user, if linked."""

    id: int
    name: str
    email: str
    roles: frozenset[Role]
    crm_user_id: int | None
    crm_role_id: int | None
    time_zone: str = ""
    theme: str = "auto"
    shortcuts: bool = True
    weekly_minutes: int = 360


def person_of(sign_in: SignIn) -> Person:
    """The plain value of a sign-in; an inactive one has no roles. One query."""
    rows = _linked(sign_in.pk)
    linked = next(((user, role) for user, role, _ in rows if user is not None), None)
    roles = [role for _, _, role in rows if role is not None]
    return Person(
        id=sign_in.pk,
        name=sign_in.name,
        email=sign_in.email,
        roles=frozenset(Role(role) for role in roles) if sign_in.is_active else frozenset(),
        crm_user_id=linked[0] if linked else None,
        crm_role_id=linked[1] if linked else None,
        time_zone=sign_in.time_zone,
        theme=sign_in.theme,
        shortcuts=sign_in.shortcuts,
        weekly_minutes=sign_in.weekly_minutes,
    )


@prepared
def _linked(sign_in: int) -> QuerySet[SignIn, Any]:
    rows = SignIn.objects.filter(pk=sign_in)
    return rows.values_list("crm_user__id", "crm_user__role_id", "grants__role")


def visible_accounts(
    person: Person,
    category: Category = Category.FACTS,
    act: Act = Act.READ,
    *,
    part: Part | None = None,
    now: datetime | None = None,
) -> QuerySet[Account]:
    """The accounts on which a person may do `act` with `category`; none by default.

    Without `part` only those where the whole category is open; grants count that last beyond `now`.
    """
    allowed, now = Q(pk__in=[]), now or timezone.now()
    for relation in relations_that_open(person, category, act, part=part):
        allowed |= _related(person, relation, now=now)
    return Account.objects.filter(allowed, removed_at=None)


@dataclass(frozen=True, slots=True)
class SeenAccount:
    """A visible account: where its planning happens, and that account's name (empty: itself)."""

    id: int
    name: str
    planning_id: int | None
    planning_name: str | None


def seen_account(person: Person, account_id: int) -> SeenAccount | None:
    """One account if the person may see its facts. One query."""
    rows = _seen(account_id, *asked_as(person, Category.FACTS, Act.READ))
    return next((SeenAccount(*row) for row in rows), None)


@prepared
def _seen(
    account_id: int,
    roles: frozenset[Role],
    sign_in: int | None,
    user: int | None,
    role: int | None,
    now: datetime | None,
) -> QuerySet[Account, Any]:
    person = Person(sign_in or 0, "", "", roles, crm_user_id=user, crm_role_id=role)
    rows = visible_accounts(person, now=now).filter(pk=account_id)
    return rows.values_list("pk", "name", "planning_account_id", "planning_account__name")


def asked_as(
    person: Person, category: Category, act: Act
) -> tuple[frozenset[Role], int | None, int | None, int | None, datetime | None]:
    """What of a person a prepared read of the accounts open to them rests on: roles, sign-in, CRM
    user, CRM role, and now; None for what no relation of theirs asks."""
    opens = relations_that_open(person, category, act)
    granted = Relation.GRANTED in opens
    by_user = opens & {Relation.OWN_TEAM, Relation.SPONSORED}
    return (
        person.roles,
        person.id if granted else None,
        person.crm_user_id if by_user else None,
        person.crm_role_id if Relation.BELOW in opens else None,
        timezone.now() if granted else None,
    )


def relations_that_open(
    person: Person, category: Category, act: Act, *, part: Part | None = None
) -> frozenset[Relation]:
    """Every relation under which this person's roles allow `act` with `category` (or a part)."""
    return frozenset(r for r in Relation if _opens(person, r, category, act, part))


def relations_to(person: Person, account_id: int) -> frozenset[Relation]:
    """Every relation in which a person stands to one account. One query."""
    rows = _held(account_id, person.id, person.crm_user_id, person.crm_role_id, timezone.now())
    held = next(iter(rows), ())
    return frozenset(r for r, holds in zip(Relation, held, strict=False) if holds)


@prepared
def _held(
    account_id: int, sign_in: int, user: int | None, role: int | None, now: datetime
) -> QuerySet[Account, Any]:
    person = Person(sign_in, "", "", frozenset(), crm_user_id=user, crm_role_id=role)
    asked = {
        f"is_{relation.value}": Case(
            When(_related(person, relation, now=now), then=True),
            default=False,
            output_field=BooleanField(),
        )
        for relation in Relation
    }
    return Account.objects.filter(pk=account_id).annotate(**asked).values_list(*asked)


def may_on(
    person: Person,
    account_id: int,
    category: Category,
    act: Act,
    *,
    part: Part | None = None,
) -> bool:
    """Whether a person may do `act` with `category` (or a part of it) on one account."""
    return visible_accounts(person, category, act, part=part).filter(pk=account_id).exists()


def _opens(
    person: Person, relation: Relation, category: Category, act: Act, part: Part | None
) -> bool:
    decision = may(person.roles, relations={relation}, category=category, act=act)
    if not decision.allowed:
        return False
    return decision.only is None or (part is not None and part in decision.only)


def people_below(person: Person) -> QuerySet[CrmUser]:
    """CRM users whose role stands below the person's own (not the person)."""
    if person.crm_role_id is None:
        return CrmUser.objects.none()
    below = CrmRolePath.objects.filter(above_id=person.crm_role_id, depth__gt=0)
    return CrmUser.objects.filter(role_id__in=below.values("below_id"))


def _related(person: Person, relation: Relation, *, now: datetime) -> Q:
    if relation is Relation.EVERYTHING:
        return Q(pk__isnull=False)
    if relation is Relation.TIER12:
        return Q(Exists(_in_tiers((1, 2))))
    if relation is Relation.GRANTED:
        return Q(Exists(_grants(person, now=now)))
    if relation is Relation.BELOW:
        return Q(Exists(_held_below(person)))
    if person.crm_user_id is None:
        return Q(pk__in=[])
    own = _access().filter(user_id=person.crm_user_id)
    if relation is Relation.SPONSORED:
        return Q(Exists(own.filter(why=AccountAccess.Why.SPONSOR)))
    return Q(Exists(own.exclude(why=AccountAccess.Why.SPONSOR)))


def _held_below(person: Person) -> QuerySet[AccountAccess]:
    """Who below has access to one account: from the account's few people up to their roles, because
    below a company's head there are thousands."""
    if person.crm_role_id is None:
        return AccountAccess.objects.none()
    path = CrmRolePath.objects.filter(above_id=person.crm_role_id, depth__gt=0)
    return _access().filter(Exists(path.filter(below_id=OuterRef("user__role_id"))))


def _access() -> QuerySet[AccountAccess]:
    return AccountAccess.objects.filter(account_id=OuterRef("pk"))


def _grants(person: Person, *, now: datetime) -> QuerySet[AccountGrant]:
    return AccountGrant.objects.filter(account_id=OuterRef("pk"), sign_in_id=person.id).filter(
        Q(until=None) | Q(until__gt=now)
    )


def _in_tiers(tiers: tuple[int, ...]) -> QuerySet[TierResult]:
    """The decided tier of the planning account, or the proposed one until somebody decided."""
    of_plan = TierResult.objects.filter(
        Q(account_id=OuterRef("planning_account_id")) | Q(account_id=OuterRef("pk"))
    )
    return of_plan.filter(Q(decided_tier__in=tiers) | Q(decided_tier=None, proposed_tier__in=tiers))
