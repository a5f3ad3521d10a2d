"""What is known of a week: every candidate of its accounts, with the evidence of each.

Amounts in the reporting currency at the rate of the day. Definition: docs/method/monday.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sightline.planning.bridge.facts import Risk
from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.renewals import RenewalFacts
from sightline.planning.weekly import KnownFacts, QuietContact, SingleThread, candidates_from
from sightline.records.queries.week import people, promised
from sightline.records.queries.week.argued import asked_facts
from sightline.records.queries.week.deals import Deal, open_deals
from sightline.records.queries.week.due import due_steps
from sightline.records.queries.week.people import Prepared
from sightline.records.queries.week.planned import WeekAccount
from sightline.records.queries.week.reading import Evidence, Reading, WeekKnown, marked


def week_known(
    accounts: Sequence[WeekAccount],
    *,
    user_id: int,
    currency: str,
    on: date,
    parameters: Parameters,
) -> WeekKnown:
    """Everything known of these accounts' week for one CRM user. About twenty queries."""
    reading = Reading(accounts, user_id, currency, on, parameters)
    if not accounts:
        return reading.known
    deals = open_deals(reading)
    kept = people.prepared(accounts)
    reading.known.people_as_of, reading.known.unprepared = kept.as_of, kept.unprepared
    steps, served = due_steps(reading, deals)
    facts = KnownFacts(
        renewals=tuple(_renewals(reading)),
        next_steps=steps,
        quiet=tuple(_quiet(reading, deals, kept)),
        threads=tuple(_threads(reading, deals, kept)),
        asked=asked_facts(reading, deals, served=served, stale=kept.stale),
    )
    reading.known.candidates = candidates_from(facts, on=on, parameters=parameters)
    return reading.known


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


def _quiet(reading: Reading, deals: Mapping[int, Deal], kept: Prepared) -> Iterator[QuietContact]:
    """People silent for longer than usual whom money hangs on."""
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
            details=(("last_two_way", one.since), *(best.details if best is not None else ())),
            contact_id=one.contact_id,
        )
        yield QuietContact(
            person=str(one.contact_id),
            label=marked(one.contact_id),
            account=str(one.account.id),
            silent_days=max(0, (reading.on - one.since).days),
            usual_days=one.usual,
            executive=one.executive,
            stake=stake,
            money=Money(max(0, money.minor), money.currency),
        )


def _threads(reading: Reading, deals: Mapping[int, Deal], kept: Prepared) -> Iterator[SingleThread]:
    """Accounts and their open deals that hang on one person, each with its money."""
    for one in people.single_threads(kept, reading.accounts):
        deal = deals.get(one.deal) if one.deal is not None else None
        if one.deal is not None and (deal is None or not deal.owned):
            continue
        money = one.account.acv if deal is None else deal.amount
        if money is None and deal is None:
            money = _open_money(one.account, deals)
        if money is None:
            continue
        scope = f"account:{one.account.id}" if deal is None else f"opportunity:{deal.id}"
        label = one.account.name if deal is None else deal.name
        reading.known.evidence[f"thread:{scope}"] = Evidence(
            record=label,
            source="activity",
            details=deal.details if deal is not None else (),
            contact_id=one.contact_id,
        )
        yield SingleThread(
            scope=scope,
            scope_label=label,
            account=str(one.account.id),
            person_label=one.who or "one person",
            stake=scope,
            money=Money(max(0, money.minor), money.currency),
            deadline=one.account.next_renewal_on if deal is None else deal.closes,
        )


def _open_money(account: WeekAccount, deals: Mapping[int, Deal]) -> Money | None:
    amounts = [deal.amount for deal in deals.values() if deal.account is account and deal.amount]
    return sum(amounts[1:], start=amounts[0]) if amounts else None
