"""A plan's bridge facts from what exists: ACV, contracts coming up, open and won opportunities.

Amounts are converted to the plan's currency at the rates of the plan year's first day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from sightline.planning.bridge import (
    BaseLine,
    Basis,
    BridgeFacts,
    Outcome,
    PlayFacts,
    RenewalFacts,
    RenewalRecord,
    Risk,
    TargetFacts,
    TargetKind,
)
from sightline.planning.money import Converter, Money, Rates
from sightline.planning.parameters import Parameters
from sightline.records.models import (
    AccountMeasures,
    CellMeasures,
    Contract,
    Opportunity,
    OpportunityLine,
    Plan,
    Play,
    ProductLine,
    RenewalOutcome,
)
from sightline.records.prepared import prepared
from sightline.records.queries import company, history
from sightline.records.queries.bridge_plays import plays_alone
from sightline.records.queries.company import CompanyFacts
from sightline.records.queries.contract_names import contract_names
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
    plans = Plan.objects.filter(pk__in=list(plan_ids)).prefetch_related("members").order_by("pk")
    return [plan_row(plan) for plan in plans]


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
    """The facts of one plan. Six queries, and those of its plays' cells where plays have no
    opportunity. Raises `MissingRate`."""
    convert = _Converter(plan.currency, setting.rates, plan.starts_on)
    target = (
        TargetFacts(((TargetKind.EXPAND, Money(plan.target, plan.currency)),))
        if plan.target is not None
        else None
    )
    return BridgeFacts(
        currency=plan.currency,
        year=setting.company.calendar.year(plan.year),
        base=_base(plan, convert=convert),
        renewals=_renewals(plan, convert=convert),
        plays=_plays(plan, convert=convert, setting=setting),
        target=target,
        renewal_record=setting.record,
        basis=(Basis.EXIT_ACV if setting.company.basis == "exit_acv" else Basis.REVENUE_IN_YEAR),
    )


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


def _base(plan: PlanRow, *, convert: _Converter) -> tuple[BaseLine, ...]:
    """ACV by line; what is known only of an account as a whole is one line of its own."""
    totals: dict[int, tuple[int, str, str]] = {
        account: (acv, source, code)
        for account, acv, source, code in _totals(list(plan.account_ids))
        if acv is not None
    }
    by_line: dict[tuple[str, str], int] = {}
    itemised: dict[int, int] = {}
    for account, line, acv, source in _cells(list(plan.account_ids)):
        if account not in totals or acv is None:
            continue
        by_line[line, source] = by_line.get((line, source), 0) + acv
        itemised[account] = itemised.get(account, 0) + acv
    found = []
    codes = {code for _, _, code in totals.values()}
    code = next(iter(codes), plan.currency)
    if any(itemised.get(account, 0) != acv for account, (acv, _, _) in totals.items()):
        # a contract without lines covers them: the account's own ACV is the base
        for account, (acv, source, own) in sorted(totals.items()):
            found.append(BaseLine(f"account:{account}", "Contracted", convert(acv, own), source))
        return tuple(found)
    for (line, source), acv in sorted(by_line.items()):
        found.append(BaseLine(f"line:{line}:{source}", line, convert(acv, code), source))
    return tuple(found)


def _renewals(plan: PlanRow, *, convert: _Converter) -> tuple[RenewalFacts, ...]:
    settled = _settled(plan, convert=convert)
    decided = {(contract, facts.due) for contract, facts in settled}
    found = []
    coming_up = list(_coming_up(list(plan.account_ids), plan.starts_on, plan.ends_on))
    names = contract_names(coming_up)
    for contract in coming_up:
        risk = getattr(getattr(contract, "strategy", None), "risk", "")
        if contract.ends_on is None or contract.annual_value is None:
            continue
        if (contract.pk, contract.ends_on) in decided:
            continue
        found.append(
            RenewalFacts(
                key=f"contract:{contract.pk}",
                label=names[contract.pk] or "Contract",
                due=contract.ends_on,
                acv_up=convert(max(0, contract.annual_value), contract.currency),
                risk=Risk(risk) if risk in set(Risk) else None,
                uplift_rate=_uplift(contract),
            )
        )
    return (*(facts for _, facts in settled), *found)


def _uplift(contract: Contract) -> float | None:
    """The clause by which the price rises, as a share; None where none is known."""
    return float(contract.uplift_percent) / 100 if contract.uplift_percent is not None else None


def _settled(plan: PlanRow, *, convert: _Converter) -> list[tuple[int, RenewalFacts]]:
    """Renewals of the year that were decided, by contract; without a value before they add nothing."""
    found = []
    decided = list(_decided(list(plan.account_ids), plan.starts_on, plan.ends_on))
    names = contract_names(row.contract for row in decided)
    for row in decided:
        lost = row.kind == RenewalOutcome.Kind.LOST
        renewed = convert(row.renewed, row.currency) if row.renewed is not None else None
        facts = RenewalFacts(
            key=f"contract:{row.contract_id}",
            label=names[row.contract_id] or "Contract",
            due=row.ended_on,
            acv_up=convert(max(0, row.up or 0), row.currency),
            outcome=Outcome.LOST if lost else Outcome.WON,
            renewed=renewed,
        )
        found.append((row.contract_id, facts))
    return found


def _plays(plan: PlanRow, *, convert: _Converter, setting: BridgeSetting) -> tuple[PlayFacts, ...]:
    """Open opportunities, and those that closed inside the plan year."""
    deals = _deals(list(plan.account_ids), plan.starts_on, plan.ends_on)
    recurring = _recurring_of([deal.pk for deal in deals])
    odds_by = deal_odds(deals, table=setting.stages, convert=setting.reporting)
    found = []
    for deal in deals:
        odds = odds_by.get(deal.pk)
        amount = convert(max(0, deal.amount), deal.currency) if deal.amount is not None else None
        yearly, once = _split(amount, recurring.get(deal.pk))
        found.append(
            PlayFacts(
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


@prepared
def _totals(ids: list[int]) -> QuerySet[AccountMeasures, Any]:
    rows = AccountMeasures.objects.filter(account_id__in=ids, acv__isnull=False)
    return rows.values_list("account_id", "acv", "acv_source", "currency")


@prepared
def _cells(ids: list[int]) -> QuerySet[CellMeasures, Any]:
    rows = CellMeasures.objects.filter(account_id__in=ids, acv__isnull=False)
    return rows.values_list("account_id", "product_line__name", "acv", "acv_source")


@prepared
def _coming_up(ids: list[int], start: date, end: date) -> QuerySet[Contract]:
    rows = Contract.objects.filter(
        account_id__in=ids,
        removed_at=None,
        is_active=True,
        ends_on__gte=start,
        ends_on__lte=end,
        annual_value__isnull=False,
    )
    return rows.select_related("strategy").order_by("ends_on", "pk")


@prepared
def _decided(ids: list[int], start: date, end: date) -> QuerySet[RenewalOutcome]:
    rows = RenewalOutcome.objects.filter(
        contract__account_id__in=ids,
        contract__removed_at=None,
        undone_at=None,
        ended_on__gte=start,
        ended_on__lte=end,
        up__isnull=False,
    )
    return rows.select_related("contract").order_by("ended_on", "pk")


@prepared
def _deals(ids: list[int], start: date, end: date) -> QuerySet[Opportunity]:
    this_year = Q(is_closed=True, close_date__gte=start, close_date__lte=end)
    rows = Opportunity.objects.filter(account_id__in=ids, removed_at=None)
    made = Play.objects.filter(opportunity=OuterRef("pk"), removed_at=None).order_by("pk")
    with_play = rows.annotate(play_renewal=Subquery(made.values("renewal_id")[:1]))
    return with_play.filter(Q(is_closed=False) | this_year).order_by("pk")


@prepared
def _lines(deal_ids: list[int]) -> QuerySet[OpportunityLine, Any]:
    rows = OpportunityLine.objects.filter(
        opportunity_id__in=deal_ids, removed_at=None, total__isnull=False
    )
    return rows.values_list("opportunity_id", "total", "product_line__revenue_kind")


def _outcome(deal: Opportunity) -> Outcome:
    if not deal.is_closed:
        return Outcome.OPEN
    return Outcome.WON if deal.is_won else Outcome.LOST


def _recurring_of(deal_ids: list[int]) -> dict[int, float]:
    """The share of each deal's lines that recurs each year; deals without lines are not named."""
    sums: dict[int, list[int]] = {}
    for deal, total, kind in _lines(deal_ids):
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
