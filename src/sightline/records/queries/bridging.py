"""A plan's bridge facts from what exists: ACV, contracts coming up, open and won opportunities.

Amounts are converted to the plan's currency at the rates of the plan year's first day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from sightline.planning.accounts import AcvParameters
from sightline.planning.bridge import (
    BaseLine,
    Basis,
    BridgeFacts,
    Outcome,
    PlayFacts,
    RenewalRecord,
    SinceChange,
    Standing,
    TargetFacts,
    TargetKind,
    change_since,
    settled_of,
    worked_back,
)
from sightline.planning.money import Converter, Money, Rates
from sightline.planning.parameters import Parameters
from sightline.records.models import Opportunity, Plan, PlanAccount, ProductLine
from sightline.records.prepared import prepared
from sightline.records.queries import company, history
from sightline.records.queries.account_head import PlanHead
from sightline.records.queries.bridge_base import (
    base_lines,
    base_notes,
    base_rows,
    standings,
    value_now,
)
from sightline.records.queries.bridge_plays import plays_alone
from sightline.records.queries.bridge_renewals import renewals_of
from sightline.records.queries.company import CompanyFacts
from sightline.records.queries.deal_rows import deals_since, lines_of
from sightline.records.queries.history import CountedPast
from sightline.records.queries.stage_odds import StageTable, deal_odds, stage_table


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan as rules and pages need it."""

    id: int
    account_id: int
    year: int
    starts_on: date
    ends_on: date
    state: str
    currency: str
    target: int | None
    target_source: str
    version: int
    account_ids: tuple[int, ...]


def plan_rows(plan_ids: Iterable[int]) -> list[PlanRow]:
    """Some plans with the accounts that they span. Two queries."""
    ids = list(plan_ids)
    return [plan_row(plan) for plan in (_plans(ids) if ids else ())]


@prepared
def _plans(plan_ids: list[int]) -> QuerySet[Plan]:
    return Plan.objects.filter(pk__in=plan_ids).prefetch_related("members").order_by("pk")


def plan_row(plan: Plan) -> PlanRow:
    """One plan as it was read, its members with it."""
    return PlanRow(
        id=plan.pk,
        account_id=plan.account_id,
        year=plan.year,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        state=plan.state,
        currency=plan.currency,
        target=plan.target,
        target_source=plan.target_source,
        version=plan.version,
        account_ids=tuple(sorted(member.account_id for member in plan.members.all())),
    )


def row_of(head: PlanHead, account_id: int) -> PlanRow:
    """A plan that was read as the head of its page, with the accounts that it spans. One query."""
    return PlanRow(
        id=head.id,
        account_id=account_id,
        year=head.year,
        starts_on=head.starts_on,
        ends_on=head.ends_on,
        state=head.state,
        currency=head.currency,
        target=head.target,
        target_source=head.target_source,
        version=head.version,
        account_ids=tuple(_spanned(head.id)),
    )


@prepared
def _spanned(plan_id: int) -> QuerySet[PlanAccount, Any]:
    rows = PlanAccount.objects.filter(plan_id=plan_id).order_by("account_id")
    return rows.values_list("account_id", flat=True)


def renewal_record(past: CountedPast | None = None) -> RenewalRecord | None:
    """How many renewals of all that were settled renewed; None before any was. One query, none
    where the past is given."""
    past = past or history.counted_past()
    return RenewalRecord(renewed=past.renewed, settled=past.settled) if past.settled else None


@dataclass(frozen=True, slots=True)
class BridgeSetting:
    """What all bridges of one run share; `on` is the day they are read."""

    on: date
    company: CompanyFacts
    rates: Rates
    stages: StageTable
    record: RenewalRecord | None
    parameters: Parameters
    slip: float | None = None

    @property
    def reporting(self) -> Converter:
        """Into the company's currency at the rates of the day."""
        return Converter(self.company.currency, self.rates, self.on)


def bridge_setting(on: date, *, told: CompanyFacts | None = None) -> BridgeSetting:
    """Read once for any number of plans. Five queries, four where the company is told."""
    parameters = company.parameters_in_force(on)
    past = history.counted_past()
    told = told or company.company_facts()
    return BridgeSetting(
        on=on,
        company=told,
        rates=company.rates(told.currency),
        stages=stage_table(parameters, past=past),
        record=renewal_record(past),
        parameters=parameters,
        slip=past.slip,
    )


def bridge_facts(plan: PlanRow, *, setting: BridgeSetting) -> BridgeFacts:
    """The facts of one plan. Six queries, two more where the first day's ACV is not known, one where
    a contract ended, and those of its plays' cells where plays have no opportunity. Raises
    `MissingRate`."""
    convert = _Converter(plan.currency, setting.rates, plan.starts_on)
    target = (
        TargetFacts(((TargetKind.EXPAND, Money(plan.target, plan.currency)),))
        if plan.target is not None
        else None
    )
    rows = base_rows(plan.account_ids, first_day=plan.starts_on)
    overrun = timedelta(days=setting.parameters.section(AcvParameters, "acv").overrun_days)
    facts = BridgeFacts(
        currency=plan.currency,
        year=setting.company.calendar.year(plan.year),
        base=base_lines(rows, currency=plan.currency, convert=convert),
        renewals=renewals_of(
            plan.account_ids,
            start=plan.starts_on,
            end=plan.ends_on,
            on=rows.measured_on or setting.on,
            overrun=overrun,
            convert=convert,
            zone=setting.company.time_zone,
        ),
        plays=_plays(plan, convert=convert, setting=setting),
        target=target,
        renewal_record=setting.record,
        basis=(Basis.EXIT_ACV if setting.company.basis == "exit_acv" else Basis.REVENUE_IN_YEAR),
        base_on=rows.read_on,
        now=value_now(rows, currency=plan.currency, convert=convert),
        now_sources=tuple(sorted({one.now_source for one in rows.accounts if one.now_source})),
        notes=base_notes(rows, first_day=plan.starts_on),
    )
    told = standings(rows, first_day=plan.starts_on, convert=convert)
    return _once(facts, told, overrun=overrun)


def _once(facts: BridgeFacts, standing: Iterable[Standing], *, overrun: timedelta) -> BridgeFacts:
    """With what changed since the first day beyond what is settled, so that nothing counts twice."""
    since: list[SinceChange] = []
    back: list[BaseLine] = []
    for one in standing:
        settled = settled_of(
            one,
            plays=facts.plays,
            renewals=facts.renewals,
            window=facts.year.window,
            overrun=overrun,
        )
        since += [change for change in [change_since(one, settled)] if change is not None]
        back += [line for line in [worked_back(one, settled)] if line is not None]
    return replace(facts, base=(*facts.base, *back), since=tuple(since))


@dataclass(frozen=True, slots=True)
class _Converter:
    currency: str
    rates: Rates
    on: date

    def __call__(self, minor: int, code: str) -> Money:
        amount = Money(minor, code or self.currency)
        if amount.currency == self.currency:
            return amount
        return self.rates.convert(amount, self.currency, on=self.on)


def _plays(plan: PlanRow, *, convert: _Converter, setting: BridgeSetting) -> tuple[PlayFacts, ...]:
    """Open opportunities, and those that closed inside the plan year."""
    rows = deals_since(list(plan.account_ids), plan.starts_on, plan.ends_on)
    deals = sorted(rows, key=lambda deal: deal.pk)
    recurring = _recurring_of(deals)
    odds_by = deal_odds(deals, table=setting.stages, convert=setting.reporting)
    found = []
    for deal in deals:
        odds = odds_by.get(deal.pk)
        amount = convert(max(0, deal.amount), deal.currency) if deal.amount is not None else None
        yearly, once = _split(amount, recurring.get(deal.pk))
        found.append(
            PlayFacts(
                account=str(deal.account_id),
                key=f"opportunity:{deal.pk}",
                label=deal.name,
                recurring=yearly,
                one_off=once,
                probability=odds.probability if odds else None,
                closes=deal.close_date,
                outcome=_outcome(deal),
                renewal_type=deal.is_renewal,
                renewal=_renewal_key(deal),
                calibrated=odds.calibrated if odds else False,
                odds=odds.reasons if odds else (),
                past_date_factor=setting.slip,
            )
        )
    alone = plays_alone(
        plan.account_id,
        start=plan.starts_on,
        end=plan.ends_on,
        on=setting.on,
        convert=convert,
        odds=setting.stages.odds,
        parameters=setting.parameters,
    )
    return (*found, *(replace(one, past_date_factor=setting.slip) for one in alone))


def _outcome(deal: Opportunity) -> Outcome:
    if not deal.is_closed:
        return Outcome.OPEN
    return Outcome.WON if deal.is_won else Outcome.LOST


def _recurring_of(deals: Iterable[Opportunity]) -> dict[int, float]:
    """The share of each deal's lines that recurs each year; deals without lines are not named."""
    sums: dict[int, list[int]] = {}
    for deal, _line, _name, kind, total in lines_of(deals):
        pair = sums.setdefault(deal, [0, 0])
        pair[0] += total or 0
        if kind != ProductLine.RevenueKind.ONE_OFF:
            pair[1] += total or 0
    return {deal: part / whole for deal, (whole, part) in sums.items() if whole > 0}


def _renewal_key(deal: Opportunity) -> str | None:
    """The contract an opportunity renews: as the CRM says, else as its play was made for."""
    contract = deal.renews_id or getattr(deal, "play_renewal", None)
    return f"contract:{contract}" if contract else None


def _split(amount: Money | None, recurring: float | None) -> tuple[Money | None, Money | None]:
    if amount is None:
        return None, None
    if recurring is None or recurring >= 1:
        return amount, None
    yearly = amount.times(recurring)
    return yearly, amount - yearly
