"""Who may do what to what: one table, deny by default.

A person's roles and their relations to an account meet in the table; whatever it does not list is
refused. The table in words: docs/method/permissions.md.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sightline.planning.errors import NotAllowed
from sightline.planning.reasons import Reason, because


class Role(enum.StrEnum):
    """What a person of ours does; one may have several."""

    ACCOUNT_MANAGER = "account_manager"
    CUSTOMER_SUCCESS = "customer_success"
    LEADER = "leader"
    SPONSOR = "sponsor"
    MARKETING = "marketing"
    OPERATIONS = "operations"
    READER = "reader"


class Relation(enum.StrEnum):
    """How a person stands to an account; one may have several."""

    OWN_TEAM = "own_team"
    BELOW = "below"
    SPONSORED = "sponsored"
    TIER12 = "tier12"
    GRANTED = "granted"
    EVERYTHING = "everything"


class Category(enum.StrEnum):
    """Kinds of content that are protected differently."""

    FACTS = "facts"
    PLAN = "plan"
    OPINIONS = "opinions"
    PRIVATE_NOTES = "private_notes"
    WALLET_TIERS = "wallet_tiers"
    SETTINGS = "settings"


class Act(enum.StrEnum):
    """What may be done. Writing includes reading and commenting; the others include reading."""

    READ = "read"
    COMMENT = "comment"
    WRITE = "write"
    SIGN_OFF = "sign_off"
    DECIDE_TIER = "decide_tier"


class Part(enum.StrEnum):
    """A part of a category, where a grant does not reach the whole of it."""

    WHITESPACE = "whitespace"
    PROBLEMS = "problems"
    BUYING_ROLE = "buying_role"
    INTERESTS = "interests"
    TIER = "tier"
    OWN_NOTES = "own_notes"
    SHARED_NOTES = "shared_notes"


@dataclass(frozen=True, slots=True)
class Grant:
    """One cell of the table; `only` lists the parts it reaches, empty for the whole category."""

    role: Role
    relation: Relation
    category: Category
    acts: frozenset[Act]
    only: frozenset[Part] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it is allowed, and why.

    `only` is None when the whole category is open; else the parts that are (empty when refused).
    """

    allowed: bool
    why: Reason
    only: frozenset[Part] | None

    def covers(self, part: Part) -> bool:
        """Whether this decision opens one part of the category."""
        return self.allowed and (self.only is None or part in self.only)


_READ = frozenset({Act.READ})
_WRITE = frozenset({Act.READ, Act.COMMENT, Act.WRITE})
_SPONSOR = frozenset({Act.READ, Act.COMMENT, Act.SIGN_OFF})
_DECIDE = _WRITE | {Act.DECIDE_TIER}


def _team(role: Role) -> tuple[Grant, ...]:
    own = Relation.OWN_TEAM
    both = frozenset({Part.OWN_NOTES, Part.SHARED_NOTES})
    return (
        Grant(role, own, Category.FACTS, _READ),
        Grant(role, own, Category.PLAN, _WRITE),
        Grant(role, own, Category.OPINIONS, _WRITE),
        Grant(role, own, Category.PRIVATE_NOTES, _READ, both),
        Grant(role, own, Category.PRIVATE_NOTES, _WRITE, frozenset({Part.OWN_NOTES})),
        Grant(role, own, Category.WALLET_TIERS, _WRITE),
    )


TABLE: tuple[Grant, ...] = (
    *_team(Role.ACCOUNT_MANAGER),
    *_team(Role.CUSTOMER_SUCCESS),
    Grant(Role.LEADER, Relation.BELOW, Category.FACTS, _READ),
    Grant(Role.LEADER, Relation.BELOW, Category.PLAN, _WRITE),
    Grant(Role.LEADER, Relation.BELOW, Category.OPINIONS, _READ),
    Grant(Role.LEADER, Relation.BELOW, Category.WALLET_TIERS, _DECIDE),
    Grant(Role.SPONSOR, Relation.SPONSORED, Category.FACTS, _READ),
    Grant(Role.SPONSOR, Relation.SPONSORED, Category.PLAN, _SPONSOR),
    Grant(Role.SPONSOR, Relation.SPONSORED, Category.OPINIONS, _READ),
    Grant(Role.SPONSOR, Relation.SPONSORED, Category.WALLET_TIERS, _READ),
    Grant(Role.MARKETING, Relation.TIER12, Category.FACTS, _READ),
    Grant(
        Role.MARKETING,
        Relation.TIER12,
        Category.PLAN,
        _READ,
        frozenset({Part.WHITESPACE, Part.PROBLEMS}),
    ),
    Grant(
        Role.MARKETING,
        Relation.TIER12,
        Category.OPINIONS,
        _READ,
        frozenset({Part.BUYING_ROLE, Part.INTERESTS}),
    ),
    Grant(Role.MARKETING, Relation.TIER12, Category.WALLET_TIERS, _READ, frozenset({Part.TIER})),
    Grant(Role.OPERATIONS, Relation.EVERYTHING, Category.FACTS, _READ),
    Grant(Role.OPERATIONS, Relation.EVERYTHING, Category.WALLET_TIERS, _READ),
    Grant(Role.OPERATIONS, Relation.EVERYTHING, Category.SETTINGS, _WRITE),
    Grant(Role.READER, Relation.GRANTED, Category.FACTS, _READ),
    Grant(Role.READER, Relation.GRANTED, Category.PLAN, _READ),
)


def may(
    roles: Collection[Role], *, relations: Collection[Relation], category: Category, act: Act
) -> Decision:
    """Whether somebody with these roles and relations may act on this category.

    Several matching grants add up. Nothing matching is a refusal that says what was missing.
    """
    matching = tuple(_matching(roles, relations, category, act))
    if not matching:
        return Decision(False, _refusal(roles, relations, category, act), frozenset())
    whole = any(not grant.only for grant in matching)
    parts = frozenset(part for grant in matching for part in grant.only)
    best = next((grant for grant in matching if not grant.only), matching[0])
    why = because(
        "allowed_by_role",
        f"{_words(best.role)} may {_words(act)} {_words(category)} of {_whose(best.relation)}",
        role=best.role.value,
        relation=best.relation.value,
        category=category.value,
        act=act.value,
    )
    return Decision(True, why, None if whole else parts)


def require(
    roles: Collection[Role], *, relations: Collection[Relation], category: Category, act: Act
) -> Decision:
    """As `may`, but a refusal raises NotAllowed with its reason."""
    decision = may(roles, relations=relations, category=category, act=act)
    if not decision.allowed:
        raise NotAllowed(decision.why.text + ".", field=category.value)
    return decision


def relations_that_may(
    roles: Collection[Role], *, category: Category, act: Act
) -> frozenset[Relation]:
    """Every relation under which these roles may act: what a queryset is narrowed to."""
    return frozenset(
        grant.relation
        for grant in TABLE
        if grant.role in roles and grant.category is category and act in grant.acts
    )


def _matching(
    roles: Collection[Role], relations: Collection[Relation], category: Category, act: Act
) -> Iterator[Grant]:
    for grant in TABLE:
        here = grant.role in roles and grant.relation in relations
        if here and grant.category is category and act in grant.acts:
            yield grant


def _refusal(
    roles: Collection[Role], relations: Collection[Relation], category: Category, act: Act
) -> Reason:
    inputs = {
        "roles": tuple(sorted(roles)),
        "relations": tuple(sorted(relations)),
        "category": category.value,
        "act": act.value,
    }
    if not roles:
        return because("refused_no_role", "No role has been given to this person", **inputs)
    elsewhere = relations_that_may(roles, category=category, act=act)
    if elsewhere:
        where = " or ".join(_whose(relation) for relation in sorted(elsewhere))
        text = f"You may {_words(act)} {_words(category)} only of {where}"
        return because("refused_relation", text, **inputs)
    text = f"Your role may not {_words(act)} {_words(category)}"
    return because("refused_role", text, **inputs)


_WORDS: dict[enum.StrEnum, str] = {
    Category.WALLET_TIERS: "wallet and tiers",
    Act.READ: "see",
    Act.WRITE: "change",
    Act.COMMENT: "comment on",
}
_WHOSE: dict[Relation, str] = {
    Relation.OWN_TEAM: "accounts whose team they are on",
    Relation.BELOW: "accounts below them",
    Relation.SPONSORED: "accounts they sponsor",
    Relation.TIER12: "tier 1 and tier 2 accounts",
    Relation.GRANTED: "accounts granted to them",
    Relation.EVERYTHING: "the whole company",
}


def _words(term: enum.StrEnum) -> str:
    return _WORDS.get(term, term.value.replace("_", " "))


def _whose(relation: Relation) -> str:
    return _WHOSE[relation]
