"""Strengths, weaknesses, opportunities and threats of a plan, and what each leads to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from sightline.records.models import Objective, Opportunity, Play, SwotItem
from sightline.records.prepared import prepared
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.plan_parts import grounds, moves, priorities


@dataclass(frozen=True, slots=True)
class SwotRow:
    """One item: strength, weakness, opportunity or threat; `leads_to` is a key."""

    id: int
    kind: str
    words: str
    leads_to: str
    version: int


@dataclass(frozen=True, slots=True)
class Lead:
    """Something that an item may lead to, by key and name."""

    key: str
    name: str

    @property
    def kind(self) -> str:
        """What it is: play, opportunity, contract, priority, risk, assumption or objective."""
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Led:
    """Where a key leads that is not offered any more: `reached`, or not for the reader to see."""

    name: str
    reached: bool = False
    hidden: bool = False


def swot_of(plan_id: int) -> tuple[SwotRow, ...]:
    """The items as they were written, by kind. One query."""
    order = list(SwotItem.Kind.values)
    rows = [SwotRow(*row) for row in _items(plan_id)]
    return tuple(sorted(rows, key=lambda row: (order.index(row.kind), row.id)))


@prepared
def _items(plan_id: int) -> QuerySet[SwotItem, Any]:
    rows = SwotItem.objects.filter(plan_id=plan_id, removed_at=None).order_by("pk")
    return rows.values_list("pk", "kind", "words", "leads_to", "version")


def leads_of(scope: AccountScope, plan_id: int) -> tuple[Lead, ...]:
    """Everything open of a plan that an item may lead to, as far as it is seen. Ten queries."""
    aside = {f"play:{pk}" for pk in _set_aside(scope.seen_ids)}
    found = [
        Lead(one.key, one.name)
        for one in moves.moves_of(scope.seen_ids, with_contracts=True)
        if one.key not in aside
    ]
    kept: tuple[tuple[str, Iterable[Any]], ...] = (
        ("priority", priorities.priorities_of(scope.planning_id)),
        ("objective", (one for one in grounds.objectives_of(plan_id) if one.state == "open")),
        ("assumption", grounds.assumptions_of(plan_id)),
        ("risk", grounds.risks_of(plan_id)),
    )
    found += [Lead(f"{kind}:{row.id}", row.words) for kind, rows in kept for row in rows]
    return tuple(found)


def _set_aside(seen: Collection[int]) -> QuerySet[Play, Any]:
    rows = Play.objects.filter(account_id__in=seen, parked=True, removed_at=None)
    return rows.values_list("pk", flat=True)


def led_to(keys: Iterable[str], *, seen: Collection[int]) -> Mapping[str, Led]:
    """What has become of plays, deals and objectives that are offered no more: those that go on or
    were reached. What is not in the answer leads nowhere now. Three queries at most."""
    wanted: dict[str, list[int]] = {}
    for key in keys:
        kind, _sep, number = key.partition(":")
        wanted.setdefault(kind, []).append(int(number))
    found: dict[str, Led] = {}
    if "play" in wanted:
        rows = Play.objects.filter(pk__in=wanted["play"], removed_at=None, parked=False)
        for pk, name, account, outcome in rows.exclude(outcome="lost").values_list(
            "pk", "name", "account_id", "outcome"
        ):
            found[f"play:{pk}"] = _led(name, account, seen, reached=bool(outcome))
    if "opportunity" in wanted:
        deals = Opportunity.objects.filter(pk__in=wanted["opportunity"], removed_at=None)
        for pk, name, account, closed, won in deals.values_list(
            "pk", "name", "account_id", "is_closed", "is_won"
        ):
            if won or not closed:
                found[f"opportunity:{pk}"] = _led(name, account, seen, reached=closed)
    if "objective" in wanted:
        met = Objective.objects.filter(pk__in=wanted["objective"], removed_at=None, state="met")
        found |= {
            f"objective:{pk}": Led(words, reached=True)
            for pk, words in met.values_list("pk", "words")
        }
    return found


def _led(name: str, account: int, seen: Collection[int], *, reached: bool) -> Led:
    if account not in seen:
        return Led("", hidden=True)
    return Led(name, reached=reached)
