"""A plan as the challenge rules take it: path, plays, threads, renewals, people by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sightline.planning.bridge import Bridge, Chance
from sightline.planning.challenges.facts import (
    CellFacts,
    HealthStanding,
    PathFacts,
    PathToCell,
    PersonFacts,
    Pipeline,
    PlanFacts,
    PlayFacts,
    RenewalFacts,
    SizeFacts,
    ThreadFacts,
)
from sightline.planning.money import Money, total
from sightline.planning.stakeholders import (
    BuyingRole,
    CellPath,
    ContactLog,
    PlanPaths,
    Relationship,
    StakeholderParameters,
    Stance,
    ThreadScope,
    Verdict,
    check_threads,
    fresh_ratings,
    people_map,
    relationship,
    ways_in,
)
from sightline.records.models import (
    TierResult,
)
from sightline.records.queries import (
    challenge_grounds,
    challenge_reads,
    metrics,
    people,
    plan_plays,
    strategies,
)
from sightline.records.queries.bridging import BridgeSetting, PlanRow
from sightline.records.queries.people import AccountPeople
from sightline.records.queries.renewal_outcomes import settled_ends
from sightline.records.queries.review_facts import review_facts


@dataclass(frozen=True, slots=True)
class Challenged:
    """What the rules look at, computed before."""

    plan: PlanRow
    setting: BridgeSetting
    bridge: Bridge
    chance: Chance
    now: datetime

    @property
    def today(self) -> date:
        """The company's own day."""
        return self.now.astimezone(self.setting.company.time_zone).date()


def challenge_facts(given: Challenged) -> PlanFacts:
    """The facts of one plan at a moment. About eight queries."""
    plan = given.plan
    known = people.people_of([plan.account_id], with_opinions=True).get(
        plan.account_id, AccountPeople()
    )
    tier = next(iter(challenge_reads.tier_of(plan.account_id)), None)
    convert = partial(_money, given=given)
    plays = (*_plays(given), *plan_plays.plan_only_plays(plan.account_id, convert=convert))
    held = _relationships(known, given)
    renewals = _renewals(given)
    threads = _threads(given, known, held, tier)
    counts = challenge_grounds.counted(plan.id, plan.account_id)
    days = sum(len(log.two_way) for log in _recent(known, given).values())
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
        ),
        cells=_cells(given, known, held),
        plays=plays,
        threads=threads,
        renewals=renewals,
        people=_people(known, held, given),
        health=_health(given, known, threads[0], renewals, days),
        size=SizeFacts(open_plays=len(plays), objectives=counts.objectives),
        metrics=metrics.metric_standings(plan.id),
        reviews=review_facts(plan.id, on=given.today),
        assumptions=challenge_grounds.assumption_facts(plan.id, plan.account_ids, convert=convert),
        losing=challenge_grounds.revenue_losing(
            plan.id, plan.account_ids, currency=plan.currency, convert=convert
        ),
        usable=challenge_grounds.usable(
            plan.account_id,
            plan.account_ids,
            target=plan.target is not None,
            people=sum(person.here for person in known.people),
            renewals_owned=bool(renewals) and all(renewal.owner for renewal in renewals),
            counts=counts,
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


def _plays(given: Challenged) -> tuple[PlayFacts, ...]:
    deals = challenge_reads.open_deals(list(given.plan.account_ids))
    ids = [deal.pk for deal in deals]
    roles: dict[int, list[str]] = {}
    for deal_id, contact in challenge_reads.roles_on(ids) if ids else ():
        roles.setdefault(deal_id, []).append(str(contact))
    steps = _steps(ids)
    found = []
    for deal in deals:
        past = given.setting.stages.pasts.get(deal.stage_id or 0)
        odds = given.setting.stages.odds.get(deal.stage_id or 0)
        amount = _money(deal.amount, deal.currency, given)
        expected = (
            amount.times(odds.probability)
            if amount is not None and odds is not None and odds.probability is not None
            else None
        )
        open_steps, done_steps = steps.get(deal.pk, (0, 0))
        found.append(
            PlayFacts(
                key=f"opportunity:{deal.pk}",
                created=deal.created_on or given.plan.starts_on,
                amount=amount,
                expected=expected,
                owner=str(deal.owner_id) if deal.owner_id else None,
                closes=deal.close_date,
                people=tuple(sorted(roles.get(deal.pk, ()))),
                next_action=deal.next_step or ("open action" if open_steps else None),
                stage_entered=deal.stage_since,
                earliest_days=past.earliest_days if past else None,
                stuck_days=past.stuck_days if past else None,
                actions_done=done_steps,
                # the play is the opportunity itself: it cannot disagree with itself
                pipeline=Pipeline(amount, amount, deal.close_date, deal.close_date),
            )
        )
    return tuple(found)


def _cells(
    given: Challenged, known: AccountPeople, held: dict[str, Relationship]
) -> tuple[CellFacts, ...]:
    """The cells that open opportunities and plays of the plan count on, each with whether a way to
    its buyer is known; where somebody set access and budget, these count."""
    numbers = given.setting.parameters.section(StakeholderParameters, "stakeholders")
    values: dict[tuple[int, int], list[Money]] = {}
    for unit, line, total_, code in challenge_reads.cells_of_deals(list(given.plan.account_ids)):
        money = _money(total_, code, given)
        if unit is not None and line is not None:
            values.setdefault((unit, line), []).extend([money] if money is not None else [])
    counted = plan_plays.counted_cells(given.plan.account_id, convert=partial(_money, given=given))
    for cell, worth in counted.items():
        # an open opportunity in the cell already says what is counted on
        if cell not in values:
            values[cell] = [worth] if worth is not None else []
    if not values:
        return ()
    units = challenge_reads.units_of(given.plan.account_id)
    parents = {str(unit): str(parent) if parent else None for unit, parent in units}
    parents |= {str(unit): None for unit, _ in values if str(unit) not in parents}
    paths = PlanPaths(
        ways_in(people_map(known.people, relationships=held)),
        parents=parents,
        on=given.today,
        parameters=numbers,
    )
    own = plan_plays.overridden_paths(given.plan.account_id)
    return tuple(
        CellFacts(
            key=f"cell:{unit}:{line}",
            path=_path(paths.path(str(unit), str(line)), own.get((unit, line))),
            value=total(amounts, currency=given.plan.currency) if amounts else None,
        )
        for (unit, line), amounts in sorted(values.items())
    )


def _path(found: CellPath, own: int | None) -> PathToCell:
    if own is not None:
        return PathToCell.OPEN if own else PathToCell.FANTASY
    if not found.mapped:
        return PathToCell.UNKNOWN
    return PathToCell.OPEN if found.level else PathToCell.FANTASY


def _steps(deal_ids: list[int]) -> dict[int, tuple[int, int]]:
    """(open, done since the stage changed) actions by opportunity."""
    rows = challenge_reads.counted_steps(deal_ids) if deal_ids else ()
    return {deal: (still, done) for deal, still, done in rows}


def _renewals(given: Challenged) -> tuple[RenewalFacts, ...]:
    rows = challenge_reads.running_contracts(list(given.plan.account_ids), given.today)
    held = strategies.strategies_of(rows)
    settled = settled_ends([contract.pk for contract in rows])
    return tuple(
        RenewalFacts(
            key=f"contract:{contract.pk}",
            due=contract.ends_on,
            acv_up=_money(contract.annual_value, contract.currency, given),
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
    return {
        person.key: relationship(
            person.key,
            log=known.logs.get(person.key, ContactLog()),
            ratings=rated.get(person.key, ()),
            on=given.today,
            parameters=numbers,
        )
        for person in known.people
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
) -> tuple[ThreadFacts, ...]:
    """The account as one scope, and each of its open plays with the people linked to it."""
    numbers = given.setting.parameters.section(StakeholderParameters, "stakeholders")
    today = given.today
    acv = _money(tier.acv, tier.currency, given) if tier and tier.acv else None
    check = check_threads(
        ThreadScope(f"account:{given.plan.account_id}", tuple(known.people), acv is not None),
        relationships=held,
        logs=known.logs,
        on=today,
        parameters=numbers,
    )
    single = {Verdict.SINGLE: True, Verdict.HELD: False}.get(check.verdict)
    largest = check.theirs.largest
    carried = largest[0] if largest and largest[1] > numbers.carried_share else None
    only = carried or (check.threads[0] if len(check.threads) == 1 else None)
    buyer = next(
        (one for one in known.people if one.here and one.holds(BuyingRole.ECONOMIC_BUYER)), None
    )
    return (
        ThreadFacts(
            key=f"account:{given.plan.account_id}",
            money=acv,
            money_key=f"acv:{given.plan.account_id}",
            single_threaded=single,
            only_person=only if single else None,
            buyer=buyer.key if buyer else None,
            buyer_last_two_way=held[buyer.key].last_two_way if buyer else None,
        ),
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
    for contact, deal, amount, code in (
        challenge_reads.plays_of_people(contact_ids) if contact_ids else ()
    ):
        money = _money(amount, code, given)
        if money is not None:
            found.setdefault(str(contact), []).append((f"opportunity:{deal}", money))
    return {
        key: tuple(sorted(set(plays), key=lambda play: play[0])) for key, plays in found.items()
    }


def _money(minor: int | None, code: str, given: Challenged) -> Money | None:
    if minor is None:
        return None
    amount = Money(minor, code or given.plan.currency)
    if amount.currency == given.plan.currency:
        return amount
    return given.setting.rates.convert(amount, given.plan.currency, on=given.plan.starts_on)
