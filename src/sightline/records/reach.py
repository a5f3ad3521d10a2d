"""How far a person sees into the tiers, as one condition on `TierResult` rows.

The same rule as `scoping.visible_accounts`, put so that lists of a hundred thousand rows stay
quick: somebody with few accounts is read from those accounts, somebody with very many along the
list's own index.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone

from sightline.planning.permissions import Act, Category, Part, Relation
from sightline.records.models import (
    Account,
    AccountAccess,
    AccountGrant,
    CrmRolePath,
    TierResult,
)
from sightline.records.models.tiers import RANKS
from sightline.records.scoping import (
    Person,
    people_below,
    relations_that_open,
)

WIDE = 2000  # from here on sums are kept by a job, and rows are read along an index
PART = 20_000  # up to here a set of accounts is soon made, and no list passes over others' rows
SPONSOR = AccountAccess.Why.SPONSOR


@dataclass(frozen=True, slots=True)
class Reach:
    """What is open to a person. `wide` where it may be more than WIDE accounts.

    `seen`: the tier at least. `full`: potential, vulnerability and wallet too. `plans`: landing
    and target. `decided`: where the person may decide. `part` where it is wide, but no more than
    PART accounts.
    """

    person: Person
    wide: bool
    seen: frozenset[Relation]
    full: frozenset[Relation]
    plans: frozenset[Relation]
    decided: frozenset[Relation]
    part: bool = False

    def rows(self, relations: frozenset[Relation] | None = None) -> QuerySet[TierResult]:
        """Results open under `relations` (default: `seen`) of accounts that are there."""
        chosen = self.seen if relations is None else relations
        there = self._there()
        if Relation.EVERYTHING in chosen:
            return there
        found = Q(pk__in=[])
        for relation in sorted(chosen):
            found |= _condition(self.person, relation, wide=self.wide)
        return there.filter(found)

    def _there(self) -> QuerySet[TierResult]:
        """Results of accounts that are there; a join would have a planner start from accounts and
        sort, where a wide reach is to be read along the list's own index."""
        if not self.wide:
            return TierResult.objects.filter(account__removed_at=None)
        account = Account.objects.filter(pk=OuterRef("account_id"), removed_at=None)
        return TierResult.objects.filter(Exists(account))

    def accounts(self, category: Category, act: Act = Act.READ) -> QuerySet[Account]:
        """Accounts, planned at or not, on which the person may do `act` with `category`.

        The rule of `scoping.visible_accounts`. For a page of a wide reach it is asked account by
        account, otherwise as a set worked out once: adding up asks about all of them.
        """
        relations = relations_that_open(self.person, category, act)
        return _open_under(self.person, relations, one_by_one=self.wide)

    def on(self, category: Category, *, at: str = "account_id") -> Q:
        """The same as a condition on rows that name their account at `at`."""
        return self._among(self.accounts(category), "pk", at)

    def along(self, category: Category, *, at: str = "account_id") -> Q:
        """The same for a page read along an index in which a person's rows may all stand last: as a
        set too for whoever sees a part of a large company."""
        return self.for_all_rows().on(category, at=at) if self.part else self.on(category, at=at)

    def within(self, rows: QuerySet[TierResult], *, at: str = "account_id") -> Q:
        """A condition on rows whose account is among some results."""
        return self._among(rows, "account_id", at)

    def _among(self, rows: QuerySet[Any], key: str, at: str) -> Q:
        """Row by row where few of very many are read, so that the list's own index leads."""
        if self.wide:
            return Q(Exists(rows.filter(**{key: OuterRef(at)})))
        return Q(**{f"{at}__in": rows.values(key)})

    @property
    def scope(self) -> str:
        """A name for what is seen: people with the same scope read the same sums."""
        parts = [
            "+".join(sorted(relation.value for relation in chosen))
            for chosen in (self.seen, self.full, self.plans, self.decided)
        ]
        return self._scope(parts, self.seen)

    def scope_of(self, category: Category) -> str:
        """A name for where a category is open: people with the same one read the same kept lists."""
        relations = relations_that_open(self.person, category, Act.READ)
        return self._scope(["+".join(sorted(one.value for one in relations))], relations)

    def _scope(self, parts: list[str], relations: frozenset[Relation]) -> str:
        if relations & {Relation.BELOW}:
            parts.append(f"r{self.person.crm_role_id}")
        if relations - {Relation.BELOW, Relation.EVERYTHING, Relation.TIER12}:
            parts.append(f"p{self.person.id}")
        return blake2b("/".join(parts).encode(), digest_size=16).hexdigest()

    def for_all_rows(self) -> Reach:
        """The same reach for reading every row of it, rather than a page along an index."""
        return replace(self, wide=False)

    def among(self, account_ids: list[int], relations: frozenset[Relation]) -> set[int]:
        """Which of some accounts that are seen are open under `relations`."""
        if relations >= self.seen:
            return set(account_ids)
        if not relations or not account_ids:
            return set()
        few = replace(self, wide=True).rows(relations).filter(account_id__in=account_ids)
        return set(few.values_list("account_id", flat=True))


def open_accounts(
    person: Person, category: Category = Category.FACTS, act: Act = Act.READ
) -> QuerySet[Account]:
    """The accounts on which a person may do `act` with `category`, as a set worked out once.

    The rule of `scoping.visible_accounts`, for a list of rows of all of them: that one is asked
    account by account, and for somebody with thousands goes through every account of the company.
    """
    relations = relations_that_open(person, category, act)
    return _open_under(person, relations, one_by_one=False)


def open_here(
    person: Person, category: Category, act: Act = Act.READ, *, at: str = "account_id"
) -> Q:
    """The same rule as a condition on rows that name their account at `at`, asked row by row: for
    few rows that something else finds, whoever looks and however many accounts they see."""
    relations = relations_that_open(person, category, act)
    return Q(Exists(_open_under(person, relations, one_by_one=True).filter(pk=OuterRef(at))))


def _open_under(
    person: Person, relations: frozenset[Relation], *, one_by_one: bool
) -> QuerySet[Account]:
    there = Account.objects.filter(removed_at=None)
    if Relation.EVERYTHING in relations:
        return there
    found = Q(pk__in=[])
    for relation in sorted(relations):
        if relation is Relation.BELOW and one_by_one:
            found |= Q(Exists(_one_below(person, "pk")))
        else:
            found |= Q(pk__in=_accounts_of(person, relation))
    return there.filter(found)


def reach_of(person: Person) -> Reach:
    """The person's reach. One query, none where it can be told from the roles."""
    tiers = Category.WALLET_TIERS
    seen = relations_that_open(person, tiers, Act.READ, part=Part.TIER)
    size = _size(person, seen)
    return Reach(
        person=person,
        wide=size > WIDE,
        part=WIDE < size <= PART,
        seen=seen,
        full=relations_that_open(person, tiers, Act.READ),
        plans=relations_that_open(person, Category.PLAN, Act.READ),
        decided=relations_that_open(person, tiers, Act.DECIDE_TIER),
    )


def _size(person: Person, relations: frozenset[Relation]) -> int:
    """How many accounts it may be at most, counted up to more than PART; 0 where it is few."""
    if relations & {Relation.EVERYTHING, Relation.TIER12}:
        return PART + WIDE + 1
    if Relation.BELOW not in relations:
        return 0
    below = AccountAccess.objects.filter(user_id__in=people_below(person).values("id"))
    return below.values("pk")[: max(PART, WIDE) + 1].count()


def _condition(person: Person, relation: Relation, *, wide: bool) -> Q:
    if relation is Relation.TIER12:
        # as a sum, because a planner would rather collect and sort all of them by an index
        return Q(LessThan(F("tier_order") + Value(0), Value(3 * RANKS)))
    if relation is Relation.BELOW and wide:
        return Q(Exists(_one_below(person, "account_id")))
    return Q(account_id__in=_accounts_of(person, relation))


def _accounts_of(person: Person, relation: Relation) -> QuerySet[Any, Any]:
    """The keys of accounts in a relation, as a set."""
    if relation is Relation.TIER12:
        few = TierResult.objects.filter(tier_order__lt=3 * RANKS).values("account_id")
        family = Q(planning_account_id__in=few) | Q(pk__in=few)
        return Account.objects.filter(family).values("pk")
    if relation is Relation.GRANTED:
        open_now = Q(until=None) | Q(until__gt=timezone.now())
        return AccountGrant.objects.filter(open_now, sign_in_id=person.id).values("account_id")
    if relation is Relation.BELOW:
        return _below(person).values("account_id")
    if person.crm_user_id is None:
        return AccountAccess.objects.none().values("account_id")
    own = AccountAccess.objects.filter(user_id=person.crm_user_id)
    chosen = own.filter(why=SPONSOR) if relation is Relation.SPONSORED else own.exclude(why=SPONSOR)
    return chosen.values("account_id")


def _one_below(person: Person, outer: str) -> QuerySet[AccountAccess]:
    """Who below has access to one account: from the account's few people up to their role.

    From the other end a planner tries every person below on every account.
    """
    path = CrmRolePath.objects.filter(above_id=person.crm_role_id, depth__gt=0)
    held = AccountAccess.objects.filter(account_id=OuterRef(outer))
    return held.filter(Exists(path.filter(below_id=OuterRef("user__role_id"))))


def of_tier(tier: int) -> Q:
    """Results of a tier in force: for SQLite a sum, because no index of tiers is to lead a person's list.

    PostgreSQL knows how many rows a tier has, but of a sum only guesses, and then reads all of them.
    """
    order: Any = F("tier_order")
    if connection.vendor != "postgresql":
        order += Value(0)
    return Q(
        GreaterThanOrEqual(order, Value(tier * RANKS)), LessThan(order, Value((tier + 1) * RANKS))
    )


def _below(person: Person) -> QuerySet[AccountAccess]:
    return AccountAccess.objects.filter(user_id__in=people_below(person).values("id"))
