"""Renewals of a plan year as the bridge takes them: coming up, settled, or ended without a word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from sightline.planning.bridge import Outcome, RenewalFacts, Risk
from sightline.planning.money import Money
from sightline.records.models import Contract, RenewalOutcome
from sightline.records.prepared import prepared
from sightline.records.queries.contract_names import contract_names
from sightline.records.queries.contract_rows import active_contracts

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
    names."""
    ids = list(account_ids)
    settled = _settled(ids, start, end, convert=convert, zone=zone)
    decided = {(contract, facts.due) for contract, facts in settled}
    valued = [one for one in active_contracts(ids) if one.annual_value is not None]
    coming_up = [one for one in _ending(valued, start, end) if (one.pk, one.ends_on) not in decided]
    names = contract_names(coming_up)
    gone = _gone_on(coming_up, valued, on=on, overrun=overrun)
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
    contracts: Sequence[Contract], valued: Sequence[Contract], *, on: date, overrun: timedelta
) -> frozenset[int]:
    """Contracts that ended without a word and that ACV counts no longer (docs/method/acv.md): past
    their overrun, or followed by another of the same unit and line."""
    ended = [one for one in contracts if one.ends_on is not None and one.ends_on < on]
    if not ended:
        return frozenset()
    begun = [one for one in valued if one.starts_on is not None and one.starts_on <= on]
    return frozenset(
        one.pk
        for one in ended
        if one.ends_on is not None
        and (
            one.ends_on + overrun < on
            or any(
                _place(other) == _place(one)
                and other.pk != one.pk
                and other.starts_on is not None
                and other.starts_on >= one.ends_on - overrun
                and (one.starts_on is None or other.starts_on > one.starts_on)
                for other in begun
            )
        )
    )


def _ending(contracts: Sequence[Contract], start: date, end: date) -> list[Contract]:
    return [one for one in contracts if one.ends_on is not None and start <= one.ends_on <= end]


def _place(contract: Contract) -> tuple[int, int | None, int | None]:
    return contract.account_id, contract.unit_id, contract.product_line_id


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
