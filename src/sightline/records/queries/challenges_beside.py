"""Open challenges of a plan as they were last found, to stand beside what they are about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sightline.planning.money import Money
from sightline.records.models import ChallengeSeen
from sightline.records.queries.account_scope import Rights
from sightline.records.queries.challenge_answers import names_of
from sightline.records.queries.plan_challenges import may_read


@dataclass(frozen=True, slots=True)
class OpenChallenge:
    """One that nobody has answered; `about` is empty where its cause has no name to show."""

    rule: str
    title: str
    about: str
    money: Money | None


@dataclass(frozen=True, slots=True)
class ArguedHere:
    """One that nobody has answered about a cell or a person, with its way out. `money` is None
    where it is not in money, or where it is that of more than what was asked for."""

    key: str
    title: str
    money: Money | None
    way_out: str


def challenges_about(
    plan_id: int, keys: Collection[str], *, currency: str, rights: Rights
) -> tuple[ArguedHere, ...]:
    """Open challenges whose cause, or one of what they are about, is one of some keys.

    Largest money first, those not in money last. One query.
    """
    found = []
    for key, title, minor, way_out, about in ChallengeSeen.objects.filter(
        plan_id=plan_id
    ).values_list("key", "title", "money", "way_out", "about"):
        rule, _sep, cause = key.partition("|")
        own = cause in keys
        if not (own or set(about) & set(keys)) or not may_read(rule, (cause,), rights):
            continue
        money = Money(minor, currency) if minor is not None and own else None
        found.append(ArguedHere(key, title, money, way_out))
    found.sort(key=lambda one: (one.money is None, -(one.money.minor if one.money else 0), one.key))
    return tuple(found)


def open_challenges(
    plan_id: int, *, currency: str, rights: Rights, hidden: Collection[str]
) -> tuple[OpenChallenge, ...]:
    """Largest money first, those not in money last. One query, and names where there are any."""
    rows = [
        (*key.partition("|")[::2], title, money)
        for key, title, money in ChallengeSeen.objects.filter(plan_id=plan_id).values_list(
            "key", "title", "money"
        )
    ]
    seen = [row for row in rows if may_read(row[0], (row[1],), rights)]
    causes = {cause for _rule, cause, _title, _money in seen} - set(hidden)
    names = names_of(causes) if causes else {}
    found = [
        OpenChallenge(
            rule,
            title,
            names.get(cause, ""),
            Money(money, currency) if money is not None else None,
        )
        for rule, cause, title, money in seen
    ]
    found.sort(key=lambda one: (one.money is None, -(one.money.minor if one.money else 0)))
    return tuple(found)
