"""Open opportunities of an account as plays, with their stage, people, products and next step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum

from sightline.planning.money import Money
from sightline.planning.plays import Action, Done, Play, Serves, Stage
from sightline.records import models
from sightline.records.prepared import prepared
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.deal_rows import deals_since, lines_of


@dataclass(frozen=True, slots=True)
class Deal:
    """One opportunity. `play` is what the rules of plays take; people are contact keys."""

    id: int
    play: Play
    unit: str
    owner: str
    stage_id: int | None
    stage: str
    since_inferred: bool
    next_step: str
    renewal: bool
    closed: bool
    won: bool
    lines: tuple[str, ...]
    competitors: tuple[str, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Deals:
    """Open and this year's closed deals of the visible accounts; hidden ones only as a sum.

    `hidden_money` is None where there are hidden deals in more than one currency or without
    an amount.
    """

    deals: tuple[Deal, ...]
    stages: dict[str, Stage]
    hidden: int
    hidden_money: Money | None


def account_deals(
    scope: AccountScope,
    *,
    since: date,
    on: date,
    until: date | None = None,
    stages: Mapping[str, Stage] | None = None,
) -> Deals:
    """Deals that are open, or closed from `since` to `on`. Seven queries, whatever their number; six
    where the stages are told. `until` is how far the bridge beside it reads them."""
    read = deals_since(list(scope.seen_ids), since, until or on)
    rows = [row for row in read if not row.is_closed or (row.close_date and row.close_date <= on)]
    ids = [row.pk for row in rows]
    lines = _grouped(row[:3] for row in lines_of(read) if row[1] is not None)
    people, rivals = _grouped(_people(ids)), _grouped(_rivals(ids))
    steps = _actions(ids)
    deals = tuple(
        _deal(
            row,
            lines=lines.get(row.pk, []),
            people=[str(contact) for contact, _ in people.get(row.pk, [])],
            rivals=[str(name) for name, _ in rivals.get(row.pk, [])],
            actions=steps.get(row.pk, ()),
        )
        for row in rows
    )
    hidden, money = _hidden(scope)
    return Deals(deals, dict(stages) if stages else stages_by_key(), hidden, money)


@prepared
def _people(deal_ids: list[int]) -> QuerySet[models.OpportunityContactRole, Any]:
    rows = models.OpportunityContactRole.objects.filter(
        opportunity_id__in=deal_ids, removed_at=None, contact__erased_at=None
    )
    return rows.values_list("opportunity_id", "contact_id", "buying_role")


@prepared
def _rivals(deal_ids: list[int]) -> QuerySet[models.OpportunityCompetitor, Any]:
    rows = models.OpportunityCompetitor.objects.filter(opportunity_id__in=deal_ids, removed_at=None)
    return rows.values_list("opportunity_id", "competitor__name", "pk")


@prepared
def _steps(deal_ids: list[int]) -> QuerySet[models.Action]:
    rows = models.Action.objects.filter(opportunity_id__in=deal_ids, removed_at=None)
    return rows.select_related("owner").order_by("due_on", "pk")


def stages_by_key() -> dict[str, Stage]:
    """The organisation's own stages by id as text. One query."""
    return {
        str(row.pk): Stage(row.name, row.position, closed=row.is_closed, won=row.is_won)
        for row in models.Stage.objects.order_by("position", "pk")
    }


def _deal(
    row: models.Opportunity,
    *,
    lines: list[tuple[object, object]],
    people: list[str],
    rivals: list[str],
    actions: tuple[Action, ...],
) -> Deal:
    unit = str(row.unit_id) if row.unit_id else "account"
    amount = Money(row.amount, row.currency) if row.amount is not None and row.currency else None
    play = Play(
        key=f"opportunity:{row.pk}",
        name=row.name,
        created=row.created_on or row.stage_since or date.min,
        cells=tuple((unit, str(line)) for line, _ in lines),
        renewal=f"contract:{row.renews_id}" if row.renews_id else None,
        owner=str(row.owner_id) if row.owner_id else None,
        value=amount,
        target_close=row.close_date,
        people=tuple(dict.fromkeys(people)),
        next_action=_next_action(row, actions),
        opportunity=str(row.pk),
        stage=str(row.stage_id) if row.stage_id else None,
        stage_since=row.stage_since,
    )
    return Deal(
        id=row.pk,
        play=play,
        unit=row.unit.name if row.unit else "",
        owner=row.owner.name if row.owner else "",
        stage_id=row.stage_id,
        stage=row.stage.name if row.stage else "",
        since_inferred=row.stage_since_inferred,
        next_step=row.next_step,
        renewal=row.is_renewal,
        closed=row.is_closed,
        won=row.is_won,
        lines=tuple(dict.fromkeys(str(name) for _, name in lines)),
        competitors=tuple(dict.fromkeys(rivals)),
        actions=actions,
    )


def _next_action(row: models.Opportunity, actions: tuple[Action, ...]) -> str | None:
    waiting = [one for one in actions if one.state is Done.OPEN]
    return waiting[0].name if waiting else (row.next_step or None)


_DONE = {
    models.Action.State.OPEN.value: Done.OPEN,
    models.Action.State.DONE.value: Done.DONE,
    models.Action.State.DROPPED.value: Done.DROPPED,
}


def _actions(ids: list[int]) -> dict[int, tuple[Action, ...]]:
    found: dict[int, list[Action]] = {}
    for row in _steps(ids):
        state = _DONE[row.state]
        found.setdefault(row.opportunity_id or 0, []).append(
            Action(
                key=str(row.pk),
                name=row.subject,
                owner=row.owner.name if row.owner else None,
                due=row.due_on,
                serves=Serves.PLAY,
                target=f"opportunity:{row.opportunity_id}",
                state=state,
                done_on=row.done_on,
                reason=row.state_reason or ("dropped" if state is Done.DROPPED else ""),
            )
        )
    return {deal: tuple(actions) for deal, actions in found.items()}


def _grouped(rows: Iterable[tuple[int, object, object]]) -> dict[int, list[tuple[object, object]]]:
    found: dict[int, list[tuple[object, object]]] = {}
    for deal, one, other in rows:
        found.setdefault(deal, []).append((one, other))
    return found


def _hidden(scope: AccountScope) -> tuple[int, Money | None]:
    """How many open deals the family has where the person may not look, and their sum."""
    if not scope.hidden_ids:
        return 0, None
    rows = models.Opportunity.objects.filter(
        account_id__in=scope.hidden_ids, removed_at=None, is_closed=False
    )
    sums = list(rows.values("currency").annotate(count=Count("pk"), money=Sum("amount")))
    count = sum(row["count"] for row in sums)
    if len(sums) != 1 or not sums[0]["currency"] or sums[0]["money"] is None:
        return count, None
    return count, Money(sums[0]["money"], sums[0]["currency"])
