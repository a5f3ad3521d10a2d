"""A plan as the challenge rules take it: path, plays, threads, renewals, people by key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet

from sightline.planning.challenges.facts import (
    HealthStanding,
    LostGround,
    MetricStanding,
    PathFacts,
    PersonFacts,
    PlanFacts,
    PlayFacts,
    RenewalFacts,
    SizeFacts,
    ThreadFacts,
)
from sightline.planning.money import Money
from sightline.planning.stakeholders import (
    BuyingRole,
    ContactLog,
    Person,
    Relationship,
    StakeholderParameters,
    Stance,
    ThreadScope,
    Verdict,
    check_threads,
    fresh_ratings,
    relationship,
)
from sightline.records.models import (
    Contract,
    OpportunityContactRole,
    TierResult,
)
from sightline.records.prepared import prepared
from sightline.records.queries import (
    challenge_grounds,
    challenge_lost,
    metrics,
    people,
    plan_plays,
    strategies,
)
from sightline.records.queries.account_head import tier_result
from sightline.records.queries.challenge_cells import counted_cells
from sightline.records.queries.challenge_given import Challenged
from sightline.records.queries.challenge_plays import deal_plays
from sightline.records.queries.challenge_thesis import thesis_facts
from sightline.records.queries.people import AccountPeople
from sightline.records.queries.renewal_outcomes import settled_ends
from sightline.records.queries.review_facts import review_facts

__all__ = ["Challenged", "challenge_facts"]


def challenge_facts(given: Challenged) -> PlanFacts:
    """The facts of one plan at a moment. About eight queries."""
    plan = given.plan
    known = given.known or people.everybody(plan.account_id)
    tier = tier_result(plan.account_id)
    convert = given.money
    metrics_wanted = metrics.metric_standings(plan.id)
    plays = _with_metrics(
        (*deal_plays(given), *plan_plays.plan_only_plays(plan.account_id, convert=convert)),
        metrics_wanted,
    )
    held = _relationships(known, given)
    renewals = _renewals(given)
    threads = _threads(given, known, held, tier, plays)
    counts = challenge_grounds.counted(plan.id, plan.account_id)
    days = sum(len(log.two_way) for log in _recent(known, given).values())
    thesis = thesis_facts(given)
    return PlanFacts(
        key=f"plan:{plan.id}",
        as_of=given.now.astimezone(given.setting.company.time_zone),
        currency=plan.currency,
        tier=_settled_tier(tier),
        two_way_days=days,
        path=PathFacts(
            target=given.bridge.target,
            landing=given.bridge.landing,
            chance=given.chance.probability,
            thesis_growth=thesis.growth,
            thesis_open_value=thesis.open_value,
        ),
        cells=counted_cells(given, known, held),
        plays=plays,
        threads=threads,
        renewals=renewals,
        people=_people(known, held, given),
        health=_health(given, known, threads[0], renewals, days),
        size=SizeFacts(open_plays=len(plays), objectives=counts.objectives),
        metrics=metrics_wanted,
        reviews=review_facts(plan.id, on=given.today),
        assumptions=challenge_grounds.assumption_facts(plan.id, plan.account_ids, convert=convert),
        losing=_losing(given, known, tier, plays),
        usable=challenge_grounds.usable(
            plan.account_id,
            plan.account_ids,
            target=plan.target is not None,
            people=sum(person.here for person in known.people),
            renewals_owned=bool(renewals) and all(renewal.owner for renewal in renewals),
            counts=counts,
        ),
    )


def _with_metrics(
    plays: Iterable[PlayFacts], standings: Iterable[MetricStanding]
) -> tuple[PlayFacts, ...]:
    """Plays with the metrics that each is to move."""
    moved: dict[str, list[str]] = {}
    for one in standings:
        for play in one.plays:
            moved.setdefault(play, []).append(one.key)
    return tuple(
        replace(play, metrics=tuple(moved[play.key])) if play.key in moved else play
        for play in plays
    )


def _losing(
    given: Challenged,
    known: AccountPeople,
    tier: TierResult | None,
    plays: Iterable[PlayFacts],
) -> tuple[LostGround, ...]:
    """Revenue, share and people who decide; each named or not by a play or a risk."""
    plan = given.plan
    abouts = challenge_grounds.risks_speak_of(plan.id)
    carried: dict[str, list[Money | None]] = {}
    for play in plays:
        for person in play.people:
            carried.setdefault(person, []).append(play.amount)
    return (
        *challenge_grounds.revenue_losing(
            plan.account_ids, abouts=abouts, currency=plan.currency, convert=given.money
        ),
        *challenge_lost.share_losing(tier, abouts=abouts),
        *challenge_lost.deciders_losing(
            known,
            carried=carried,
            currency=plan.currency,
            today=given.today,
            parameters=given.setting.parameters,
        ),
    )


def _health(
    given: Challenged,
    known: AccountPeople,
    thread: ThreadFacts,
    renewals: tuple[RenewalFacts, ...],
    two_way_days: int,
) -> HealthStanding | None:
    first = next(iter(renewals), None)
    return challenge_grounds.health_standing(
        given.plan.account_id,
        given.plan.account_ids,
        asked=challenge_grounds.HealthAsked(
            known=known,
            single_threaded=thread.single_threaded,
            two_way_days=two_way_days,
            next_renewal=first.due if first else None,
            renewal_ready=first.goal and first.owner and first.decider if first else None,
        ),
        acv=thread.money,
        today=given.today,
        parameters=given.setting.parameters,
    )


def _settled_tier(row: TierResult | None) -> int | None:
    """The decided tier, else a proposal that no answer can still change."""
    if row is None:
        return None
    return row.decided_tier or (None if row.provisional else row.proposed_tier)


def _renewals(given: Challenged) -> tuple[RenewalFacts, ...]:
    rows = _running_contracts(list(given.plan.account_ids), given.today)
    held = strategies.strategies_of(rows)
    settled = settled_ends([contract.pk for contract in rows])
    return tuple(
        RenewalFacts(
            key=f"contract:{contract.pk}",
            due=contract.ends_on,
            acv_up=given.money(contract.annual_value, contract.currency),
            goal=bool(held[contract.pk].goal),
            owner=held[contract.pk].owner_id is not None,
            decider=held[contract.pk].decider_id is not None,
        )
        for contract in rows
        if contract.ends_on is not None and (contract.pk, contract.ends_on) not in settled
    )


def _relationships(known: AccountPeople, given: Challenged) -> dict[str, Relationship]:
    numbers = given.setting.parameters.section(StakeholderParameters, "stakeholders")
    rated = fresh_ratings(known.ratings, on=given.today, parameters=numbers)
    held = partial(relationship, on=given.today, parameters=numbers)
    alike = held("", log=ContactLog(), ratings=())  # nothing logged, nothing said: worked out once
    return {
        key: held(key, log=known.logs.get(key, ContactLog()), ratings=rated.get(key, ()))
        if key in known.logs or key in rated
        else replace(alike, person=key)
        for key in (person.key for person in known.people)
    }


def _recent(known: AccountPeople, given: Challenged) -> dict[str, ContactLog]:
    numbers = given.setting.parameters.section(StakeholderParameters, "stakeholders")
    return {
        key: log.within(on=given.today, days=numbers.window_days) for key, log in known.logs.items()
    }


def _threads(
    given: Challenged,
    known: AccountPeople,
    held: dict[str, Relationship],
    tier: TierResult | None,
    plays: Iterable[PlayFacts],
) -> tuple[ThreadFacts, ...]:
    """The account as one scope, first, and each of its open plays with the people linked to it."""
    acv = given.money(tier.acv, tier.currency) if tier and tier.acv else None
    account = given.plan.account_id
    whole = ThreadFacts(f"account:{account}", acv, money_key=f"acv:{account}")
    by_key = {person.key: person for person in known.people}
    linked = ((play, [by_key[one] for one in play.people if one in by_key]) for play in plays)
    return (
        _thread(whole, known.people, given, known, held),
        *(
            _thread(ThreadFacts(play.key, play.amount, money_key=play.key), own, given, known, held)
            for play, own in linked
            if own and play.amount is not None
        ),
    )


def _thread(
    scope: ThreadFacts,
    own: Sequence[Person],
    given: Challenged,
    known: AccountPeople,
    held: dict[str, Relationship],
) -> ThreadFacts:
    """A scope with what its own people say: on whom it rests, and when its buyer was last met."""
    numbers = given.setting.parameters.section(StakeholderParameters, "stakeholders")
    check = check_threads(
        ThreadScope(scope.key, tuple(own), scope.money is not None),
        relationships=held,
        logs=known.logs,
        on=given.today,
        parameters=numbers,
    )
    single = {Verdict.SINGLE: True, Verdict.HELD: False}.get(check.verdict)
    largest = check.theirs.largest
    carried = largest[0] if largest and largest[1] > numbers.carried_share else None
    only = carried or (check.threads[0] if len(check.threads) == 1 else None)
    buyer = next((one for one in own if one.here and one.holds(BuyingRole.ECONOMIC_BUYER)), None)
    return replace(
        scope,
        single_threaded=single,
        only_person=only if single else None,
        buyer=buyer.key if buyer else None,
        buyer_last_two_way=held[buyer.key].last_two_way if buyer else None,
    )


def _people(
    known: AccountPeople, held: dict[str, Relationship], given: Challenged
) -> tuple[PersonFacts, ...]:
    carried = _carried([int(one.key) for one in known.people], given)
    return tuple(
        PersonFacts(
            key=person.key,
            supports=person.stance is Stance.SUPPORTS,
            computed_level=held[person.key].computed.level,
            last_two_way=held[person.key].last_two_way,
            carries=carried.get(person.key, ()),
        )
        for person in known.people
        if person.here
    )


def _carried(contact_ids: list[int], given: Challenged) -> dict[str, tuple[tuple[str, Money], ...]]:
    """Open plays by the people linked to them."""
    found: dict[str, list[tuple[str, Money]]] = {}
    for contact, deal, amount, code in _plays_of_people(contact_ids) if contact_ids else ():
        money = given.money(amount, code)
        if money is not None:
            found.setdefault(str(contact), []).append((f"opportunity:{deal}", money))
    return {
        key: tuple(sorted(set(plays), key=lambda play: play[0])) for key, plays in found.items()
    }


@prepared
def _running_contracts(ids: list[int], on: date) -> QuerySet[Contract]:
    """Contracts that end on a day or later, with what a person wrote of them."""
    rows = Contract.objects.filter(
        account_id__in=ids, removed_at=None, is_active=True, ends_on__gte=on
    )
    return rows.select_related("strategy").order_by("ends_on", "pk")


@prepared
def _plays_of_people(contact_ids: list[int]) -> QuerySet[OpportunityContactRole, Any]:
    """Open deals with an amount by the people named on them."""
    rows = OpportunityContactRole.objects.filter(
        contact_id__in=contact_ids,
        removed_at=None,
        opportunity__is_closed=False,
        opportunity__removed_at=None,
        opportunity__amount__isnull=False,
    )
    return rows.values_list(
        "contact_id", "opportunity_id", "opportunity__amount", "opportunity__currency"
    )
