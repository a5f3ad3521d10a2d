"""Renewals of a plan year as the bridge takes them: coming up, settled, or ended without a word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from sightline.planning.bridge import Outcome, RenewalFacts, Risk
from sightline.planning.money import Money
from sightline.records.models import Contract, RenewalOutcome
from sightline.records.prepared import prepared
from sightline.records.queries.contract_names import contract_names

Convert = Callable[[int, str], Money]


def renewals_of(
    account_ids: Sequence[int],
    *,
    start: date,
    end: date,
    on: date,
    overrun: timedelta,
    convert: Convert,
    zone: ZoneInfo,
) -> tuple[RenewalFacts, ...]:
    """Renewals due from `start` to `end`, as of `on`, a day in `zone`. Two queries and those of
    names; one more where a contract ended."""
    ids = list(account_ids)
    settled = _settled(ids, start, end, convert=convert, zone=zone)
    decided = {(contract, facts.due) for contract, facts in settled}
    coming_up = [one for one in _coming_up(ids, start, end) if (one.pk, one.ends_on) not in decided]
    names = contract_names(coming_up)
    gone = _gone_on(ids, coming_up, on=on, overrun=overrun)
    found = []
    for contract in coming_up:
        if contract.ends_on is None or contract.annual_value is None:
            continue
        risk = getattr(getattr(contract, "strategy", None), "risk", "")
        found.append(
            RenewalFacts(
                key=f"contract:{contract.pk}",
                label=names[contract.pk] or "Contract",
                due=contract.ends_on,
                acv_up=convert(max(0, contract.annual_value), contract.currency),
                risk=Risk(risk) if risk in set(Risk) else None,
                uplift_rate=_uplift(contract),
                account=str(contract.account_id),
                passed=contract.pk in gone,
            )
        )
    return (*(facts for _, facts in settled), *found)


def _uplift(contract: Contract) -> float | None:
    """The clause by which the price rises, as a share; None where none is known."""
    return float(contract.uplift_percent) / 100 if contract.uplift_percent is not None else None


def _settled(
    ids: list[int], start: date, end: date, *, convert: Convert, zone: ZoneInfo
) -> list[tuple[int, RenewalFacts]]:
    """Renewals of the year that were decided, by contract; without a value before they add nothing."""
    found = []
    decided = list(_decided(ids, start, end))
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
            account=str(row.contract.account_id),
            settled_on=row.recorded_at.astimezone(zone).date(),
        )
        found.append((row.contract_id, facts))
    return found


def _gone_on(
    ids: list[int], contracts: Sequence[Contract], *, on: date, overrun: timedelta
) -> frozenset[int]:
    """Contracts that ended without a word and that ACV counts no longer (docs/method/acv.md): past
    their overrun, or followed by another of the same unit and line."""
    ended = [one for one in contracts if one.ends_on is not None and one.ends_on < on]
    if not ended:
        return frozenset()
    begun = list(_begun(ids, min(one.ends_on for one in ended if one.ends_on) - overrun, on))
    return frozenset(
        one.pk
        for one in ended
        if one.ends_on is not None
        and (
            one.ends_on + overrun < on
            or any(
                (account, unit, line) == (one.account_id, one.unit_id, one.product_line_id)
                and pk != one.pk
                and starts >= one.ends_on - overrun
                and (one.starts_on is None or starts > one.starts_on)
                for pk, account, unit, line, starts in begun
            )
        )
    )


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
def _begun(ids: list[int], since: date, on: date) -> QuerySet[Contract, Any]:
    rows = Contract.objects.filter(
        account_id__in=ids,
        removed_at=None,
        is_active=True,
        starts_on__gte=since,
        starts_on__lte=on,
        annual_value__isnull=False,
    )
    return rows.values_list("pk", "account_id", "unit_id", "product_line_id", "starts_on")


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
