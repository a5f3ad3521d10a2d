"""What is known of a week: renewals, dated next steps, people gone quiet, single threads.

Amounts in the reporting currency at the rate of the day. Definition: docs/method/monday.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from sightline.planning.bridge.facts import Risk
from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.renewals import RenewalFacts
from sightline.planning.weekly import (
    KnownFacts,
    NextStep,
    QuietContact,
    SingleThread,
    weekly_parameters,
)
from sightline.records.models import Action, Contract, Opportunity
from sightline.records.queries.week import people, promised
from sightline.records.queries.week.people import Prepared
from sightline.records.queries.week.planned import WeekAccount
from sightline.records.queries.week.reading import Evidence, Reading, WeekKnown


def week_known(
    accounts: Sequence[WeekAccount],
    *,
    user_id: int,
    currency: str,
    on: date,
    parameters: Parameters,
) -> WeekKnown:
    """Everything known of these accounts' week for one CRM user. Seven queries, rates one more."""
    reading = Reading(accounts, user_id, currency, on, parameters)
    if not accounts:
        return reading.known
    deals = _open_deals(reading)
    kept = people.prepared(accounts)
    reading.known.people_as_of, reading.known.unprepared = kept.as_of, kept.unprepared
    reading.known.facts = KnownFacts(
        renewals=tuple(_renewals(reading)),
        next_steps=tuple(_next_steps(reading, deals)),
        quiet=tuple(_quiet(reading, deals, kept)),
        threads=tuple(_threads(reading, deals, kept)),
    )
    return reading.known


@dataclass(frozen=True, slots=True)
class _Deal:
    """An open opportunity; `amount` None where it has none or no rate."""

    id: int
    account: WeekAccount
    name: str
    stage: str
    amount: Money | None
    closes: date | None
    next_step: str
    owned: bool


def _open_deals(reading: Reading) -> dict[int, _Deal]:
    rows = Opportunity.objects.filter(
        account_id__in=reading.shown, is_closed=False, removed_at=None
    ).values_list(
        "pk",
        "account_id",
        "name",
        "stage__name",
        "amount",
        "currency",
        "close_date",
        "next_step",
        "owner_id",
        "owner__is_active",
    )
    found = {}
    for pk, account, name, stage, amount, code, closes, step, owner, active in rows:
        found[pk] = _Deal(
            id=pk,
            account=reading.shown[account],
            name=name,
            stage=stage or "",
            amount=reading.money(amount, code) if amount is not None else None,
            closes=closes,
            next_step=step,
            # nobody's deal, or that of somebody who is gone, is anybody's on the account
            owned=owner in {reading.user_id, None} or not active,
        )
    return found


def _renewals(reading: Reading) -> Iterator[RenewalFacts]:
    for one in promised.renewals(reading):
        key = one.key
        if one.value is None and not one.unknown:
            continue
        reading.known.evidence[f"renewal:{key}"] = Evidence(
            record=one.name,
            source=one.source,
            details=(
                ("ends", one.ends_on),
                *((("notice", str(one.notice_days)),) if one.notice_days else ()),
                ("value_from", one.way),
            ),
            missing="value" if one.unknown else "",
            inferred=one.way not in {"contract", "assets"},
        )
        yield RenewalFacts(
            contract=key,
            account=str(one.account.id),
            ends_on=one.ends_on,
            acv=one.value if one.value is not None else reading.nothing,
            goal=one.goal or None,
            owner=one.owner or None,
            decider=one.decider or None,
            risk=Risk(one.risk) if one.risk in set(Risk) else None,
        )


def _next_steps(reading: Reading, deals: dict[int, _Deal]) -> Iterator[NextStep]:
    """Open actions due before next Monday, and deals closing by then that have none."""
    until = reading.on + timedelta(days=weekly_parameters(reading.parameters).wait_days)
    rows = (
        Action.objects.filter(
            account_id__in=reading.shown,
            state=Action.State.OPEN,
            removed_at=None,
            due_on__lt=until,
        )
        .filter(Q(owner_id=reading.user_id) | Q(owner=None) | Q(owner__is_active=False))
        .select_related("contract")
        .only("subject", "due_on", "account_id", "opportunity_id", "source_id", "contract")
    )
    served: set[int] = set()
    for action in rows.order_by("due_on", "pk"):
        deal = deals.get(action.opportunity_id or 0)
        if action.due_on is None or action.account_id is None:
            continue
        stake, money = _stake_of_action(reading, deal, action.contract)
        if deal is not None:
            served.add(deal.id)
        reading.known.evidence[f"step:action-{action.pk}"] = Evidence(
            record=deal.name if deal else "",
            source="crm" if action.source_id else "sightline",
            details=(("due", action.due_on), *_deal_details(deal)),
            missing="" if money is not None else "money",
        )
        yield NextStep(
            key=f"action-{action.pk}",
            account=str(reading.shown[action.account_id].id),
            play=stake or f"action:{action.pk}",
            text=action.subject,
            due=action.due_on,
            money=money if money is not None else reading.nothing,
            close_on=deal.closes if deal else None,
        )
    yield from _closing_deals(reading, deals, served, until=until)


def _closing_deals(
    reading: Reading, deals: dict[int, _Deal], served: set[int], *, until: date
) -> Iterator[NextStep]:
    """Deals that close by a day and that no open action serves."""
    for deal in deals.values():
        if not deal.owned or deal.id in served or deal.closes is None or deal.closes >= until:
            continue
        reading.known.evidence[f"step:opportunity-{deal.id}"] = Evidence(
            record=deal.name,
            source="crm",
            details=_deal_details(deal),
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


def _stake_of_action(
    reading: Reading, deal: _Deal | None, contract: Contract | None
) -> tuple[str, Money | None]:
    if deal is not None:
        return f"opportunity:{deal.id}", deal.amount
    if contract is not None and contract.annual_value is not None:
        value = reading.money(contract.annual_value, contract.currency)
        return f"contract:{contract.pk}", value
    return "", None


def _deal_details(deal: _Deal | None) -> tuple[tuple[str, str | date], ...]:
    if deal is None:
        return ()
    closes = (("closes", deal.closes),) if deal.closes else ()
    return (*((("stage", deal.stage),) if deal.stage else ()), *closes)


def _quiet(reading: Reading, deals: dict[int, _Deal], kept: Prepared) -> Iterator[QuietContact]:
    for one in people.quiet_people(kept, reading.shown):
        named = [deals[pk] for pk in one.deals if pk in deals]
        best = max(
            (deal for deal in named if deal.amount is not None),
            key=lambda deal: (deal.amount.minor if deal.amount else 0, -deal.id),
            default=None,
        )
        if best is not None and best.amount is not None:
            stake, money = f"opportunity:{best.id}", best.amount
        elif (one.decides or one.executive) and one.account.acv is not None:
            stake, money = f"account:{one.account.id}", one.account.acv
        else:
            continue
        reading.known.evidence[f"contact:{one.contact_id}"] = Evidence(
            record=best.name if best else one.account.name,
            source="activity",
            details=(("last_two_way", one.since), *_deal_details(best)),
            contact_id=one.contact_id,
        )
        yield QuietContact(
            person=str(one.contact_id),
            label=one.name,
            account=str(one.account.id),
            silent_days=max(0, (reading.on - one.since).days),
            usual_days=one.usual,
            executive=one.executive,
            stake=stake,
            money=Money(max(0, money.minor), money.currency),
        )


def _threads(reading: Reading, deals: dict[int, _Deal], kept: Prepared) -> Iterator[SingleThread]:
    for one in people.single_threads(kept, reading.accounts):
        value = one.account.acv
        if value is None:
            value = _open_money(one.account, deals)
        if value is None:
            continue
        reading.known.evidence[f"thread:account:{one.account.id}"] = Evidence(
            record=one.account.name, source="activity", contact_id=one.contact_id
        )
        yield SingleThread(
            scope=f"account:{one.account.id}",
            scope_label=one.account.name,
            account=str(one.account.id),
            person_label=one.name or "one person",
            stake=f"account:{one.account.id}",
            money=Money(max(0, value.minor), value.currency),
            deadline=one.account.next_renewal_on,
        )


def _open_money(account: WeekAccount, deals: dict[int, _Deal]) -> Money | None:
    amounts = [deal.amount for deal in deals.values() if deal.account is account and deal.amount]
    return sum(amounts[1:], start=amounts[0]) if amounts else None
