"""What plans argue and what was observed, as a week asks it: plays that stand still, challenges,
signals, stale facts, priorities nobody answers. Definition: docs/method/monday.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from sightline.planning.money import Money
from sightline.planning.plays import PlayParameters
from sightline.planning.signals import SignalKind
from sightline.planning.weekly import (
    AskedFacts,
    OpenChallenge,
    OpenPriority,
    SeenSignal,
    StalledPlay,
    weekly_parameters,
)
from sightline.records.models import (
    ChallengeAnswer,
    ChallengeSeen,
    Priority,
    PriorityAnswer,
    Signal,
)
from sightline.records.prepared import prepared
from sightline.records.queries.history import stage_pasts
from sightline.records.queries.week.deals import Deal
from sightline.records.queries.week.reading import Evidence, Reading, marked
from sightline.records.queries.week.stale import stale_facts

# What is asked by an act of its own kind already: a renewal to prepare, a second relationship.
OWN_ACTS = ("renewal_without_strategy:", "single_thread:")
TO_DO = {
    SignalKind.CONTACT_LEFT.value: ("Find who follows {who}", True),
    SignalKind.REVENUE_SILENT.value: ("Ask why they stopped buying", True),
    SignalKind.OFF_TREND.value: ("Explain the revenue off its trend: {who}", False),
    SignalKind.USAGE_DOWN.value: ("Ask why usage fell", True),
    SignalKind.SERIOUS_CASES.value: ("Look into their serious cases", False),
    SignalKind.COMPETITOR_SEEN.value: ("Decide what to do about {who}", False),
}


def asked_facts(
    reading: Reading,
    deals: Mapping[int, Deal],
    *,
    served: set[int],
    stale: Mapping[int, Sequence[Mapping[str, Any]]],
) -> AskedFacts:
    """Everything of these accounts. `served` are deals with a next step, `stale` the kept facts.

    Six queries, one more for each kind of fact that is stale.
    """
    return AskedFacts(
        stalled=tuple(_stalled(reading, deals, served)),
        challenges=tuple(_challenges(reading)),
        signals=tuple(_signals(reading)),
        stale=tuple(stale_facts(reading, stale)),
        priorities=tuple(_priorities(reading)),
    )


def _stalled(
    reading: Reading, deals: Mapping[int, Deal], served: set[int]
) -> Iterator[StalledPlay]:
    """Own open deals longer in their stage than three of four, that no open action serves."""
    standard = reading.parameters.section(PlayParameters, "plays").usual_default_days
    pasts = stage_pasts()
    for deal in deals.values():
        if not deal.owned or deal.id in served or deal.stage_since is None:
            continue
        past = pasts.get(deal.stage_id or 0)
        usual = past.stuck_days if past is not None and past.stuck_days is not None else standard
        days = (reading.on - deal.stage_since).days
        if days <= usual:
            continue
        key = f"opportunity-{deal.id}"
        reading.known.evidence[f"step:{key}"] = Evidence(
            record=deal.name,
            source="crm",
            details=(("in_stage_since", deal.stage_since), *deal.details),
            missing="" if deal.amount is not None else "money",
            inferred=deal.stage_inferred,
        )
        yield StalledPlay(
            key=key,
            account=str(deal.account.id),
            play=f"opportunity:{deal.id}",
            name=deal.name,
            money=deal.amount if deal.amount is not None else reading.nothing,
            days=days,
            usual_days=usual,
            close_on=deal.closes,
        )


@prepared
def _unanswered(heads: list[int], on: date) -> QuerySet[ChallengeSeen, Any]:
    own = ~Q(key__startswith=OWN_ACTS[0]) & ~Q(key__startswith=OWN_ACTS[1])
    answered = ChallengeAnswer.objects.filter(
        Q(kind=ChallengeAnswer.Kind.DISMISS) | Q(until__gte=on),
        plan_id=OuterRef("plan_id"),
        key=OuterRef("key"),
        undone_at=None,
    )
    rows = ChallengeSeen.objects.filter(own, plan__account_id__in=heads).filter(~Exists(answered))
    return rows.order_by("pk").values_list(
        "pk", "plan__account_id", "title", "money", "plan__currency", "first_seen", "key"
    )


def _challenges(reading: Reading) -> Iterator[OpenChallenge]:
    """Open contradictions of these accounts' plans, without those answered since they were kept.
    Those of accounts that somebody only sponsors are not asked of them here."""
    heads = [one.id for one in reading.accounts if one.id == one.planning and not one.sponsored]
    for pk, account, title, minor, code, first_seen, key in _unanswered(heads, reading.on):
        money = reading.money(minor, code) if minor is not None else None
        reading.known.evidence[f"challenge:{pk}"] = Evidence(
            record="",
            source="plan",
            details=(("first_seen", first_seen),),
            missing="" if money is not None else "money",
            key=key,
        )
        yield OpenChallenge(
            key=str(pk),
            account=str(reading.shown[account].id),
            title=title,
            money=money if money is not None else reading.nothing,
            first_seen=first_seen,
        )


_SIGNAL = (
    "pk",
    "account_id",
    "kind",
    "contact_id",
    "contact__account_id",
    "subject",
    "observed_on",
    "source",
    "money",
    "currency",
    "facts",
)


@prepared
def _in_force(heads: list[int], since: date) -> QuerySet[Signal, Any]:
    rows = Signal.objects.filter(
        account_id__in=heads,
        kind__in=list(TO_DO),
        ended_on=None,
        dismissed_at=None,
        observed_on__gte=since,
    )
    here = rows.exclude(contact__erased_at__isnull=False).order_by("pk")
    told: QuerySet[Signal, Any] = here.values(*_SIGNAL)
    return told


def _signals(reading: Reading) -> Iterator[SeenSignal]:
    """The newest signals that ask for an act; those with an act of their own kind are left out."""
    since = reading.on - timedelta(days=weekly_parameters(reading.parameters).signal_days)
    here = set(reading.shown)
    for row in _in_force(reading.heads, since):
        at = row["contact__account_id"]
        if set(row["facts"].get("accounts", ())) | ({at} if at else set()) <= here:
            yield _signal(reading, row)


def _signal(reading: Reading, row: Mapping[str, Any]) -> SeenSignal:
    account, contact, pk = reading.shown[row["account_id"]], row["contact_id"], row["pk"]
    own = row["money"] is not None and bool(row["currency"])
    money = reading.money(row["money"], row["currency"]) if own else account.acv
    words, call = TO_DO[row["kind"]]
    reading.known.evidence[f"signal:{pk}"] = Evidence(
        record=account.name,
        source="signal",
        details=(("seen", row["observed_on"]), ("from", row["source"])),
        missing="" if money is not None else "money",
        contact_id=contact,
    )
    return SeenSignal(
        key=str(pk),
        account=str(account.id),
        title=words.format(who=marked(contact) if contact else row["subject"] or account.name),
        text=str(row["facts"].get("text", "")) or "observed",
        stake=f"signal:{pk}" if own else f"account:{account.id}",
        money=_not_negative(money) if money is not None else reading.nothing,
        call=call,
    )


def _priorities(reading: Reading) -> Iterator[OpenPriority]:
    """Goals of the customer that are not achieved and that no play answers."""
    # two questions: in one, a planner goes through every priority for each of these
    itself = PriorityAnswer.objects.filter(priority_id=OuterRef("pk"))
    beneath = PriorityAnswer.objects.filter(priority__under_id=OuterRef("pk"))
    rows = (
        Priority.objects.filter(
            account_id__in=reading.heads, link="goal", removed_at=None, under=None
        )
        .exclude(standing="achieved")
        .filter(~Exists(itself), ~Exists(beneath))
        .values_list("pk", "account_id", "words", "said_on", "said_by_id")
    )
    for pk, account, words, said_on, said_by in rows.order_by("pk"):
        place = reading.shown[account]
        reading.known.evidence[f"priority:{pk}"] = Evidence(
            record=place.name,
            source="customer",
            details=(("said", said_on),),
            missing="" if place.acv is not None else "money",
            contact_id=said_by,
        )
        yield OpenPriority(
            key=str(pk),
            account=str(place.id),
            words=words,
            money=_not_negative(place.acv) if place.acv is not None else reading.nothing,
            said_on=said_on,
        )


def _not_negative(money: Money) -> Money:
    return Money(max(0, money.minor), money.currency)
