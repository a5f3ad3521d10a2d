"""What of a person each kind of reader may see: opinions for the account team only, and for a set
time only. Who belongs to which kind is decided by `planning.permissions`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.stakeholders.facts import (
    BuyingRole,
    Person,
    Stance,
)
from sightline.planning.stakeholders.strength import Relationship


class Reader(StrEnum):
    """How somebody stands to the account."""

    TEAM = "team"
    LEADER = "leader"
    SPONSOR = "our_sponsor"
    MARKETING = "marketing"
    READER = "reader"
    OPERATIONS = "operations"
    CUSTOMER = "customer"


_OPINIONS = frozenset({Reader.TEAM, Reader.LEADER, Reader.SPONSOR})
_ROLES = _OPINIONS | {Reader.MARKETING}


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person as a reader may see them; what is hidden is None and named in `hidden`, so that
    a screen never shows "none" for what it may not say."""

    key: str
    name: str
    title: str
    roles: tuple[BuyingRole, ...] | None
    stance: Stance | None
    level: int | None
    rated: int | None
    raters: tuple[str, ...] | None
    hidden: tuple[str, ...]


def person_view(person: Person, *, known: Relationship | None, reader: Reader) -> PersonView:
    """The team, leaders and our sponsor see opinions; marketing buying roles but never a blocker;
    everybody else the facts alone."""
    opinions, roles = reader in _OPINIONS, reader in _ROLES
    held = tuple(dict.fromkeys(one.role for one in person.roles))
    if not opinions:
        held = tuple(one for one in held if one is not BuyingRole.BLOCKER)
    hidden = () if opinions else ("stance", "strength", "ratings")
    return PersonView(
        key=person.key,
        name=person.name,
        title=person.title,
        roles=held if roles else None,
        stance=person.stance if opinions else None,
        level=known.level if opinions and known else None,
        rated=known.rated if opinions and known else None,
        raters=known.raters if opinions and known else None,
        hidden=hidden if roles else ("roles", *hidden),
    )


def how_telling(view: PersonView, *, two_way_days: int) -> tuple[bool, int, int]:
    """The place of a person in a list or on a map, to sort by: with a role first, then the better
    known, then the oftener met. Only by what the reader may see: an order gives nothing away."""
    return (not view.roles, -(view.level or 0), -two_way_days)
