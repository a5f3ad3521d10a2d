"""Signals: the facts they are raised from, for many accounts at once, and those that are kept.

Facts are those of a planning account and its whole family; what a person may not see of it is left
out when kept signals are read. Definition: docs/method/signals.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from sightline.planning.explanations import TrendFacts
from sightline.planning.money import Converter, Money, Rates
from sightline.planning.parameters import Parameters
from sightline.planning.renewals import RenewalFacts, renewal_parameters, what_it_lacks
from sightline.planning.signals import (
    PersonSeen,
    RenewalSeen,
    RivalSeen,
    SignalFacts,
    SignalParameters,
)
from sightline.planning.stakeholders import (
    ContactLog,
    StakeholderParameters,
    Status,
    is_executive,
    person_status,
)
from sightline.planning.stakeholders.rhythm import decides
from sightline.records.models import (
    Account,
    AccountMeasures,
    Case,
    CellMeasures,
    Contact,
    Contract,
    Opportunity,
    OpportunityCompetitor,
    OpportunityContactRole,
    ProductLine,
)
from sightline.records.queries import people, strategies
from sightline.records.queries.contract_names import contract_names

WHOLE = "account"


@dataclass(slots=True)
class Observed:
    """What is known of one planning account: the facts, where each cause lies (account ids by the
    key of the signal), names of product lines by key, and who is quiet now (contact keys)."""

    facts: SignalFacts = field(default_factory=SignalFacts)
    places: dict[str, tuple[int, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    quiet: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Setting:
    """What every account of one run is read with; money in `currency` at the rates of the day,
    moments as days in `zone`."""

    on: date
    zone: ZoneInfo
    currency: str
    rates: Rates
    parameters: Parameters

    def money(self, minor: int | None, code: str) -> Money | None:
        """In the one currency; None where the amount or its rate is not known."""
        return Converter(self.currency, self.rates, self.on)(minor, code)


@dataclass(frozen=True, slots=True)
class _Deal:
    id: int
    account: int
    name: str
    money: Money | None
    seen_on: date | None
    is_open: bool


def observed(planning_ids: Sequence[int], *, setting: Setting) -> dict[int, Observed]:
    """The facts of some planning accounts. About twenty queries, however many they are."""
    head = dict(
        Account.objects.filter(planning_account_id__in=planning_ids, removed_at=None).values_list(
            "pk", "planning_account_id"
        )
    )
    heads = {pk: of for pk, of in head.items() if of is not None}
    batch = _Batch(heads, setting)
    batch.read_deals()
    found = {pk: Observed(names=batch.names) for pk in planning_ids}
    known = people.people_of(planning_ids, with_opinions=False)
    measured = batch.measures()
    renewals, cases, rivals = batch.renewals(), batch.cases(), batch.rivals()
    days = _days_of([int(one.key) for own in known.values() for one in own.people])
    for pk, one in found.items():
        own = known.get(pk, people.AccountPeople())
        seen = [batch.person(person, own, days) for person in own.people]
        held = measured.get(pk)
        count, oldest, where = cases.get(pk, (0, None, ()))
        one.facts = SignalFacts(
            as_of=held.as_of if held else None,
            whole=held.whole(setting.currency) if held else None,
            trends=held.trends(setting.currency) if held else (),
            usage_change=held.usage_change if held else None,
            from_bookings=bool(held and held.from_bookings),
            people=tuple(seen),
            renewals=tuple(row for row, _ in renewals.get(pk, ())),
            rivals=tuple(row for row, _ in rivals.get(pk, ())),
            serious_cases=count or None,
            oldest_serious=oldest,
        )
        one.places = {
            **{
                row.key: (account,) for row, account in (*renewals.get(pk, ()), *rivals.get(pk, ()))
            },
            "cases": where,
        }
        one.quiet = frozenset(row.key for row in seen if row.status.status is Status.QUIET)
    return found


def _days_of(contact_ids: list[int]) -> dict[str, tuple[date | None, date | None]]:
    rows = Contact.objects.filter(pk__in=contact_ids).values_list("pk", "left_on", "created_on")
    return {str(pk): (left, created) for pk, left, created in rows}


@dataclass(slots=True)
class _Measured:
    """The measures of a family, added up."""

    as_of: date
    r12: int = 0
    before: int = 0
    alarm: bool = False
    from_bookings: bool = False
    usage_now: Decimal | None = None
    usage_before: Decimal | None = None
    lines: dict[str, list[int]] = field(default_factory=dict)

    @property
    def usage_change(self) -> float | None:
        if self.usage_now is None or not self.usage_before:
            return None
        return float(self.usage_now / self.usage_before) - 1

    def whole(self, currency: str) -> TrendFacts:
        return self._trend(WHOLE, self.r12, self.before, currency)

    def trends(self, currency: str) -> tuple[TrendFacts, ...]:
        return tuple(
            self._trend(line, now, before, currency) for line, (now, before) in self.lines.items()
        )

    def _trend(self, line: str, now: int, before: int, currency: str) -> TrendFacts:
        return TrendFacts(
            line=line,
            quarter="",
            planned=True,
            r12=Money(now, currency),
            r12_before=Money(before, currency),
            baseline=Money(max(self.r12, self.before), currency),
            gap_alarm=self.alarm and line == WHOLE,
        )


class _Batch:
    """One batch of planning accounts: everything is read once for all of them."""

    def __init__(self, heads: Mapping[int, int], setting: Setting) -> None:
        self.heads, self.setting = heads, setting
        self.ids = list(heads)
        self.names = {str(pk): name for pk, name in ProductLine.objects.values_list("pk", "name")}
        self.deals: dict[int, _Deal] = {}
        self.carried: dict[str, Money] = {}
        self._numbers = setting.parameters.section(StakeholderParameters, "stakeholders")

    def read_deals(self) -> None:
        """Open deals, those lost lately, and what each person is named in."""
        recent = self.setting.parameters.section(SignalParameters, "signals").recent_days
        since = self.setting.on - timedelta(days=recent)
        rows = Opportunity.objects.filter(account_id__in=self.ids, removed_at=None).filter(
            Q(is_closed=False) | Q(is_closed=True, is_won=False, close_date__gt=since)
        )
        for pk, account, name, minor, code, closed, close, created, stage in rows.values_list(
            *("pk", "account_id", "name", "amount", "currency", "is_closed", "close_date"),
            *("created_on", "stage_since"),
        ):
            money = self.setting.money(minor, code)
            seen = close if closed else created or stage
            self.deals[pk] = _Deal(pk, account, name, money, seen, not closed)
        named = OpportunityContactRole.objects.filter(
            opportunity__account_id__in=self.ids,
            opportunity__is_closed=False,
            opportunity__removed_at=None,
            removed_at=None,
        ).values_list("contact_id", "opportunity_id")
        for contact, deal in set(named):
            money = self.deals[deal].money if deal in self.deals else None
            if money is not None:
                held = self.carried.get(str(contact))
                self.carried[str(contact)] = held + money if held is not None else money

    def person(
        self,
        person: Any,
        own: people.AccountPeople,
        days: Mapping[str, tuple[date | None, date | None]],
    ) -> PersonSeen:
        """One of theirs with their status; the title is read only where something changed."""
        log = own.logs.get(person.key, ContactLog())
        status = person_status(person, log=log, on=self.setting.on, parameters=self._numbers)
        left, created = days.get(person.key, (None, None))
        leads = decides(person)
        if not leads and status.status is not Status.ACTIVE:
            leads = is_executive(person, parameters=self._numbers)
        return PersonSeen(
            key=person.key,
            name="",
            status=status,
            left_on=left,
            added_on=created,
            last_two_way=log.last_two_way,
            decides=leads,
            carries=self.carried.get(person.key),
        )

    def measures(self) -> dict[int, _Measured]:
        """Measures added over each family."""
        found: dict[int, _Measured] = {}
        for row in AccountMeasures.objects.filter(account_id__in=self.ids).defer("monthly"):
            one = found.setdefault(self.heads[row.account_id], _Measured(row.as_of))
            one.as_of = max(one.as_of, row.as_of)
            one.r12 += row.r12
            one.before += row.r12_before
            one.alarm = one.alarm or row.gap_alarm
            one.from_bookings = one.from_bookings or row.from_bookings
            one.usage_now = _added(one.usage_now, row.usage_now)
            one.usage_before = _added(one.usage_before, row.usage_before)
        cells = CellMeasures.objects.filter(account_id__in=self.ids)
        for account, line, now, before in cells.values_list(
            "account_id", "product_line_id", "r12", "r12_before"
        ):
            one_of = found.get(self.heads[account])
            if one_of is not None:
                pair = one_of.lines.setdefault(str(line), [0, 0])
                pair[0] += now
                pair[1] += before
        return found

    def renewals(self) -> dict[int, list[tuple[RenewalSeen, int]]]:
        """Active contracts in sight with what their strategies lack, and the account of each."""
        until = self.setting.on + timedelta(
            days=renewal_parameters(self.setting.parameters).sight_days
        )
        rows = list(
            Contract.objects.filter(
                account_id__in=self.ids,
                is_active=True,
                removed_at=None,
                ends_on__gte=self.setting.on,
                ends_on__lte=until,
            ).order_by("ends_on", "pk")
        )
        held = strategies.strategies([row.pk for row in rows])
        names = contract_names(rows)
        found: dict[int, list[tuple[RenewalSeen, int]]] = {}
        for row in rows:
            if row.ends_on is None:
                continue
            value, plan = self.setting.money(row.annual_value, row.currency), held[row.pk]
            facts = RenewalFacts(
                contract=str(row.pk),
                account=str(row.account_id),
                ends_on=row.ends_on,
                acv=value,
                goal=plan.goal or None,
                owner=str(plan.owner_id or "") or None,
                decider=str(plan.decider_id or "") or None,
            )
            seen = RenewalSeen(
                f"contract:{row.pk}",
                names[row.pk],
                row.ends_on,
                value,
                len(what_it_lacks(facts)),
            )
            found.setdefault(self.heads[row.account_id], []).append((seen, row.account_id))
        return found

    def cases(self) -> dict[int, tuple[int, date | None, tuple[int, ...]]]:
        """Open cases that are critical or late: how many, since when, and where."""
        rows = Case.objects.filter(
            Q(is_critical=True) | Q(sla_breached=True),
            account_id__in=self.ids,
            removed_at=None,
            is_closed=False,
        ).values_list("account_id", "opened_at")
        found: dict[int, tuple[int, date | None, tuple[int, ...]]] = {}
        for account, opened in rows:
            head = self.heads[account]
            count, oldest, where = found.get(head, (0, None, ()))
            began = opened.astimezone(self.setting.zone).date() if opened else None
            days = [day for day in (oldest, began) if day is not None]
            places = tuple(sorted({*where, account}))
            found[head] = (count + 1, min(days, default=None), places)
        return found

    def rivals(self) -> dict[int, list[tuple[RivalSeen, int]]]:
        """Competitors named in the deals that were read, and the account of each."""
        rows = OpportunityCompetitor.objects.filter(
            opportunity_id__in=list(self.deals), removed_at=None
        ).values_list("opportunity_id", "competitor__name")
        found: dict[int, list[tuple[RivalSeen, int]]] = {}
        for deal_id, name in sorted(set(rows)):
            deal = self.deals[deal_id]
            if deal.seen_on is None:
                continue
            key = f"opportunity:{deal_id}:{name}"[:120]
            seen = RivalSeen(key, name, deal.name, deal.seen_on, deal.money)
            found.setdefault(self.heads[deal.account], []).append((seen, deal.account))
        return found


def _added(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    known: Iterable[Decimal] = [value for value in (one, other) if value is not None]
    return sum(known, Decimal(0)) if known else None
