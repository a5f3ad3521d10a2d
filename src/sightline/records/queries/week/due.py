"""What is due by next Monday: open actions, promises of reviews among them, and plays that close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from sightline.planning.money import Money
from sightline.planning.weekly import NextStep, weekly_parameters
from sightline.records.models import Action, Play
from sightline.records.prepared import prepared
from sightline.records.queries.week.deals import Deal
from sightline.records.queries.week.reading import Evidence, Reading

_FIELDS = (
    "pk",
    "subject",
    "due_on",
    "account_id",
    "source_id",
    "contact_id",
    "opportunity_id",
    "play_id",
    "play__opportunity_id",
    "play__value",
    "play__currency",
    "play__target_close",
    "contract_id",
    "contract__annual_value",
    "contract__currency",
    "commitment__review__held_on",
)


def due_steps(reading: Reading, deals: Mapping[int, Deal]) -> tuple[tuple[NextStep, ...], set[int]]:
    """The steps, and which deals an open action serves, whenever it is due. Three queries."""
    until = reading.on + timedelta(days=weekly_parameters(reading.parameters).wait_days)
    steps = [*_actions(reading, deals, until=until)]
    served = _served(reading)
    steps += _closing_deals(reading, deals, served, until=until)
    steps += _closing_plays(reading, until=until)
    return tuple(steps), served


@prepared
def _open_actions(account_ids: list[int], user_id: int, until: date) -> QuerySet[Action, Any]:
    # the state as an expression: by its index a planner reads everything that is due anywhere
    rows = Action.objects.filter(
        Q(owner_id=user_id) | Q(owner=None) | Q(owner__is_active=False),
        Exact(Coalesce("state", Value("")), Value(Action.State.OPEN.value)),
        account_id__in=account_ids,
        removed_at=None,
        due_on__lt=until,
    )
    return rows.order_by("due_on", "pk").values_list(*_FIELDS)


def _actions(reading: Reading, deals: Mapping[int, Deal], *, until: date) -> Iterator[NextStep]:
    """A person's own open actions due before a day, and those of nobody."""
    for row in _open_actions(sorted(reading.shown), reading.user_id, until):
        pk, subject, due_on, account, source, contact, *linked, promised = row
        serves = _serves(reading, deals, linked)
        reading.known.evidence[f"step:action-{pk}"] = Evidence(
            record=serves.name,
            source="crm" if source else "sightline",
            details=(("due", due_on), *serves.details),
            missing="" if serves.money is not None else "money",
            contact_id=contact,
        )
        yield NextStep(
            key=f"action-{pk}",
            account=str(reading.shown[account].id),
            play=serves.stake or f"action:{pk}",
            text=subject,
            due=due_on,
            money=serves.money if serves.money is not None else reading.nothing,
            close_on=serves.closes,
            promised_on=promised,
        )


@dataclass(frozen=True, slots=True)
class _Serves:
    """What an action serves: the money's key, the amount where it is known, name and date."""

    stake: str = ""
    money: Money | None = None
    name: str = ""
    closes: date | None = None
    details: tuple[tuple[str, str | date], ...] = ()


def _serves(reading: Reading, deals: Mapping[int, Deal], linked: list[object]) -> _Serves:
    """The deal, the play's deal, the play, or the contract, whichever is first."""
    deal_id, play, play_deal, value, code, closes, contract, yearly, contract_code = linked
    deal = deals.get(int(str(deal_id or play_deal or 0)))
    if deal is not None:
        return _Serves(f"opportunity:{deal.id}", deal.amount, deal.name, deal.closes, deal.details)
    if play is not None and isinstance(value, int):
        day = closes if isinstance(closes, date) else None
        return _Serves(f"play:{play}", reading.money(value, str(code or "")), closes=day)
    if contract is not None and isinstance(yearly, int):
        money = reading.money(yearly, str(contract_code or ""))
        return _Serves(f"contract:{contract}", money)
    return _Serves()


def _served(reading: Reading) -> set[int]:
    """Deals that any open action with a day serves, itself or through their play."""
    rows = _serving(sorted(reading.shown))
    return {deal for pair in rows for deal in pair if deal is not None}


@prepared
def _serving(account_ids: list[int]) -> QuerySet[Action, Any]:
    rows = Action.objects.filter(
        Q(opportunity__is_closed=False) | Q(play__opportunity__is_closed=False),
        account_id__in=account_ids,
        state=Action.State.OPEN,
        removed_at=None,
        due_on__isnull=False,
    )
    return rows.values_list("opportunity_id", "play__opportunity_id")


def _closing_deals(
    reading: Reading, deals: Mapping[int, Deal], served: set[int], *, until: date
) -> Iterator[NextStep]:
    """Deals that close by a day and that no open action serves."""
    for deal in deals.values():
        if not deal.owned or deal.id in served or deal.closes is None or deal.closes >= until:
            continue
        reading.known.evidence[f"step:opportunity-{deal.id}"] = Evidence(
            record=deal.name,
            source="crm",
            details=deal.details,
            missing="" if deal.amount is not None else "money",
        )
        yield NextStep(
            key=f"opportunity-{deal.id}",
            account=str(deal.account.id),
            play=f"opportunity:{deal.id}",
            text=deal.next_step or f"Move or close {deal.name}",
            due=deal.closes,
            money=deal.amount if deal.amount is not None else reading.nothing,
        )


@prepared
def _open_plays(account_ids: list[int], user_id: int, until: date) -> QuerySet[Play, Any]:
    # plays without an opportunity: as an expression, because most plays have none
    rows = Play.objects.filter(
        Q(owner_id=user_id) | Q(owner=None) | Q(owner__is_active=False),
        Exact(Coalesce("opportunity_id", Value(0)), Value(0)),
        account_id__in=account_ids,
        outcome="",
        parked=False,
        removed_at=None,
        target_close__lt=until,
    ).order_by("pk")
    return rows.values_list("pk", "account_id", "name", "value", "currency", "target_close")


def _closing_plays(reading: Reading, *, until: date) -> Iterator[NextStep]:
    """Plays of the plan alone whose target date comes or has passed."""
    rows = _open_plays(sorted(reading.shown), reading.user_id, until)
    for pk, account, name, value, code, closes in rows:
        money = reading.money(value, code) if value is not None else None
        reading.known.evidence[f"step:play-{pk}"] = Evidence(
            record=name,
            source="sightline",
            details=(("closes", closes),) if closes else (),
            missing="" if money is not None else "money",
        )
        if closes is not None:
            yield NextStep(
                key=f"play-{pk}",
                account=str(reading.shown[account].id),
                play=f"play:{pk}",
                text=f"Move or close {name}",
                due=closes,
                money=money if money is not None else reading.nothing,
            )
