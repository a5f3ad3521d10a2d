"""The current value of each metric of a plan, with what it was counted from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db.models import Sum

from sightline.planning.bridge import BridgeFacts, Outcome
from sightline.planning.fiscal import quarter_of
from sightline.planning.metrics.leading import MetricsParameters, completion, progression
from sightline.planning.metrics.retention import RenewalOutcome as Renewed
from sightline.planning.metrics.retention import renewal_rate
from sightline.planning.money import Money, total
from sightline.planning.parameters import Parameters
from sightline.planning.periods import Window
from sightline.records.models import AccountMeasures, Contract, RenewalOutcome, TierResult
from sightline.records.queries.bridging import PlanRow
from sightline.records.queries.company import CompanyFacts
from sightline.records.queries.metrics import moving, people, revenue
from sightline.records.queries.metrics.values import ORDER, Computed, Values


def computed_metrics(
    plan: PlanRow,
    *,
    bridge: BridgeFacts,
    today: date,
    company: CompanyFacts,
    parameters: Parameters,
) -> Values:
    """All ten. About thirty queries."""
    numbers = parameters.section(MetricsParameters, "metrics")
    quarter = quarter_of(company.calendar, today).window
    done = completion(
        moving.actions_of(plan.account_ids, window=quarter),
        window=quarter,
        today=today,
        parameters=numbers,
    )
    first = datetime.combine(quarter.start, time(), tzinfo=company.time_zone)
    advanced = progression(moving.plays_of(plan.account_ids, start=first))
    found = [
        *_retained(plan),
        _expansion(plan, bridge),
        _renewals(plan, today=today),
        _acv(bridge),
        *people.people_metrics(plan, on=today, parameters=parameters),
        Computed("progression", advanced.value, _counts(advanced.part, advanced.whole, quarter)),
        Computed(
            "completion",
            done.value,
            _counts(done.part, done.whole, quarter),
            " ".join(reason.text for reason in done.reasons),
        ),
        _wallet(plan),
    ]
    by_key = {one.key: one for one in found}
    return Values({key: by_key[key] for key in ORDER})


def _counts(part: int, whole: int, window: Window) -> tuple[tuple[str, str | Money], ...]:
    return (("part", str(part)), ("whole", str(whole)), ("since", window.start.isoformat()))


def _retained(plan: PlanRow) -> tuple[Computed, Computed]:
    code = revenue.measured_currency(plan.account_ids)
    found = revenue.plan_retention(plan.account_ids, currency=code) if code else None
    if found is None:
        return Computed("nrr", None), Computed("grr", None)
    kind, kept = found
    inputs: tuple[tuple[str, str | Money], ...] = (
        ("opening", kept.opening),
        ("expansion", kept.expansion),
        ("contraction", kept.contraction),
        ("churn", kept.churn),
        ("kind", kind),
    )
    return Computed("nrr", kept.nrr, inputs, kept.label), Computed(
        "grr", kept.grr, inputs, kept.label
    )


def _expansion(plan: PlanRow, bridge: BridgeFacts) -> Computed:
    won = [
        play.recurring
        for play in bridge.plays
        if play.outcome is Outcome.WON
        and not play.renewal_type
        and play.renewal is None
        and play.recurring is not None
    ]
    money = total(won, currency=plan.currency)
    return Computed("expansion", float(money.amount), (("won", str(len(won))), ("money", money)))


def _acv(bridge: BridgeFacts) -> Computed:
    """As it stands now; the bridge's base is that of the year's first day."""
    money = bridge.now
    if money is None:
        return Computed("acv", None)
    sources = ", ".join(bridge.now_sources)
    return Computed("acv", float(money.amount), (("money", money), ("source", sources)))


def _renewals(plan: PlanRow, *, today: date) -> Computed:
    """Decided renewals of the plan year in the plan's currency; those due and undecided apart."""
    rows = RenewalOutcome.objects.filter(
        contract__account_id__in=plan.account_ids,
        undone_at=None,
        up__isnull=False,
        currency=plan.currency,
        ended_on__gte=plan.starts_on,
        ended_on__lte=plan.ends_on,
    ).values_list("contract_id", "ended_on", "up", "renewed")
    decided = list(rows)
    settled = {(contract, end) for contract, end, _up, _renewed in decided}
    due = Contract.objects.filter(
        account_id__in=plan.account_ids,
        removed_at=None,
        is_active=True,
        currency=plan.currency,
        annual_value__isnull=False,
        ends_on__gte=plan.starts_on,
        ends_on__lte=min(today, plan.ends_on),
    ).values_list("pk", "ends_on", "annual_value")
    facts = [
        Renewed(str(contract), Money(up or 0, plan.currency), Money(renewed or 0, plan.currency))
        for contract, _end, up, renewed in decided
    ] + [
        Renewed(str(pk), Money(value or 0, plan.currency), None)
        for pk, end, value in due
        if (pk, end) not in settled
    ]
    rate = renewal_rate(facts, currency=plan.currency)
    inputs: tuple[tuple[str, str | Money], ...] = (
        ("up", rate.up),
        ("renewed", rate.renewed),
        ("unsettled", rate.unsettled),
    )
    return Computed("renewals", rate.rate, inputs, " ".join(one.text for one in rate.reasons))


def _wallet(plan: PlanRow) -> Computed:
    row = TierResult.objects.filter(account_id=plan.account_id).first()
    own = _own(plan.account_ids)
    if row is None or not row.wallet or own is None:
        return Computed("wallet", None)
    inputs: tuple[tuple[str, str | Money], ...] = (
        ("ours", Money(own, row.currency)),
        ("wallet", Money(row.wallet, row.currency)),
        ("method", row.wallet_method),
    )
    return Computed("wallet", own / row.wallet, inputs)


def _own(account_ids: Sequence[int]) -> int | None:
    found: int | None = AccountMeasures.objects.filter(account_id__in=account_ids).aggregate(
        own=Sum("r12")
    )["own"]
    return found
