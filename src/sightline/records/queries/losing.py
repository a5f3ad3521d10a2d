"""What planning accounts are losing, read for many at once from what is already kept.

Cells from the ledger's measures, people from the signals that stand (put aside or not), share from
the tier's own parts, health and renewals from what people recorded. Definition:
docs/method/losing-ground.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sightline.planning.challenges import LosingGround, LostGround, LostKind, losing_ground
from sightline.planning.challenges.ground import CellRevenue, revenue_lost
from sightline.planning.money import Money
from sightline.planning.portfolio import PortfolioParameters
from sightline.planning.signals import SignalKind
from sightline.records.models import (
    Account,
    AccountMeasures,
    CellMeasures,
    ChallengeAnswer,
    ChallengeSeen,
    HealthOverride,
    OpportunityLine,
    PlanRisk,
    PlayCell,
    RenewalOutcome,
    Signal,
    TierResult,
)
from sightline.records.prepared import prepared
from sightline.records.queries.account_head import tier_result
from sightline.records.queries.signals import Setting

SHARE = "vulnerable_share_loss"
ROSY = "health_rosier|health"  # rule and cause, as answers are kept
PEOPLE = {
    SignalKind.CONTACT_LEFT.value: LostKind.PERSON_GONE,
    SignalKind.CONTACT_QUIET.value: LostKind.PERSON_COOLED,
}
REVENUE = (LostKind.CELL_LOST, LostKind.CONTRACTION)


@dataclass(frozen=True, slots=True)
class AccountGround:
    """One account's whole list, largest first; `revenue` and `unnamed` of cells and lines alone.

    `as_of` is the day of the measures, None where nothing was measured.
    """

    found: LosingGround
    revenue: Money
    unnamed: Money
    as_of: date | None

    @property
    def others(self) -> int:
        """Entries that are not revenue lost."""
        return sum(item.kind not in REVENUE for item in self.found.items)


@dataclass(slots=True)
class _Read:
    """What was read of one account."""

    cells: list[CellRevenue] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    others: list[LostGround] = field(default_factory=list)
    as_of: date | None = None


def planning_accounts() -> list[int]:
    """Every planning account, by number. One query."""
    rows = TierResult.objects.filter(account__removed_at=None).order_by("account_id")
    return list(rows.values_list("account_id", flat=True))


def grounds_of(planning_ids: Sequence[int], *, setting: Setting) -> dict[int, AccountGround]:
    """What some planning accounts with their families lose. Ten queries, however many they are.

    An account that loses nothing is not in the answer.
    """
    heads = dict(
        Account.objects.filter(planning_account_id__in=planning_ids, removed_at=None).values_list(
            "pk", "planning_account_id"
        )
    )
    read: defaultdict[int, _Read] = defaultdict(_Read)
    _cells(read, heads, setting)
    _named(read, heads)
    _people(read, planning_ids, setting)
    results = TierResult.objects.filter(account_id__in=planning_ids)
    _shares(read, results.only("account_id", "parts", "as_of"))
    _health(read, planning_ids, setting)
    _renewals(read, heads, setting)
    return {
        pk: ground
        for pk, one in read.items()
        if (ground := _ground(one, setting.currency)).found.items
    }


def beside_revenue(
    planning_id: int, account_ids: Sequence[int], *, setting: Setting, wallet: bool
) -> tuple[LostGround, ...]:
    """One account's falling share (only with `wallet`), health raised by hand and renewals for
    less of the accounts that are seen. Three or four queries."""
    read: defaultdict[int, _Read] = defaultdict(_Read)
    if wallet:
        result = tier_result(planning_id)
        _shares(read, [result] if result is not None else [])
    _health(read, [planning_id], setting)
    _renewals(read, dict.fromkeys(account_ids, planning_id), setting)
    return tuple(read[planning_id].others)


def _ground(one: _Read, currency: str) -> AccountGround:
    lost = revenue_lost(one.cells, named=one.named, currency=currency)
    revenue, unnamed = Money.zero(currency), Money.zero(currency)
    for item in lost:
        revenue += item.money or Money.zero(currency)
        if not item.named:
            unnamed += item.money or Money.zero(currency)
    found = losing_ground((*lost, *one.others), currency=currency)
    return AccountGround(found, revenue, unnamed, one.as_of)


def _cells(read: Mapping[int, _Read], heads: Mapping[int, int], setting: Setting) -> None:
    """Cells that bring less than the year before; the others lose nothing."""
    codes: dict[int, str] = {}
    measured = AccountMeasures.objects.filter(account_id__in=list(heads))
    for account, code, day in measured.values_list("account_id", "currency", "as_of"):
        codes[account] = code
        one = read[heads[account]]
        one.as_of = day if one.as_of is None else max(one.as_of, day)
    falling = CellMeasures.objects.filter(account_id__in=list(heads), r12_before__gt=F("r12"))
    for account, unit, line, now, before, owned, last in falling.values_list(
        *("account_id", "unit_id", "product_line_id", "r12", "r12_before", "owned"),
        "last_purchase_on",
    ):
        code = codes.get(account, "")
        r12, r12_before = setting.money(now, code), setting.money(before, code)
        if r12 is not None and r12_before is not None:
            place = str(unit) if unit is not None else f"account-{account}"
            cell = CellRevenue(place, str(line), r12, r12_before, owned, last)
            read[heads[account]].cells.append(cell)


def _named(read: Mapping[int, _Read], heads: Mapping[int, int]) -> None:
    """Lines that open deals, plays without a deal, or risks of the running plan speak of."""
    ids = list(heads)
    deals = OpportunityLine.objects.filter(
        opportunity__account_id__in=ids,
        opportunity__is_closed=False,
        opportunity__removed_at=None,
        removed_at=None,
        product_line__isnull=False,
    ).values_list("opportunity__account_id", "product_line_id")
    plays = PlayCell.objects.filter(
        play__account_id__in=ids,
        play__removed_at=None,
        play__outcome="",
        play__opportunity=None,
    ).values_list("play__account_id", "product_line_id")
    for account, line in (*deals, *plays):
        read[heads[account]].named.add(str(line))
    risks = PlanRisk.objects.filter(
        plan__account_id__in=ids, removed_at=None, ended_on=None, about__startswith="line:"
    ).values_list("plan__account_id", "about")
    for account, about in risks:
        read[heads[account]].named.add(about.removeprefix("line:"))


def _people(read: Mapping[int, _Read], ids: Sequence[int], setting: Setting) -> None:
    """People gone or gone quiet, by signals that stand; putting one aside hides nobody here."""
    rows = Signal.objects.filter(
        account_id__in=ids, kind__in=PEOPLE, ended_on=None, contact__erased_at=None
    ).values_list("account_id", "kind", "key", "observed_on", "money", "currency", "facts__change")
    for account, kind, key, on, minor, code, change in rows:
        # told of at the moment it happened, the money is what a departure costs, not open plays
        carries = setting.money(minor, code) if change is None else None
        item = LostGround(key, PEOPLE[kind], carries, carries is not None, on)
        read[account].others.append(item)


def _shares(read: Mapping[int, _Read], results: Iterable[TierResult]) -> None:
    for row in results:
        if any(part.get("code") == SHARE for part in row.parts):
            item = LostGround("share", LostKind.SHARE_FALLING, None, False, row.as_of)
            read[row.account_id].others.append(item)


@prepared
def _raised(ids: list[int], on: date) -> QuerySet[HealthOverride, Any]:
    rosy = ChallengeSeen.objects.filter(key=ROSY, plan__account_id__in=ids)
    said = ChallengeAnswer.objects.filter(
        key=ROSY,
        plan__account_id__in=ids,
        plan__account=OuterRef("account"),
        answered_at__gte=OuterRef("set_at"),
    )
    raised = HealthOverride.objects.filter(
        Q(account_id__in=rosy.values("plan__account_id")) | Exists(said),
        account_id__in=ids,
        ended_at=None,
        until__gte=on,
    )
    return raised.values_list("account_id", "set_at")


def _health(read: Mapping[int, _Read], ids: Sequence[int], setting: Setting) -> None:
    """Health set by hand of which a challenge says, or said until it was answered, that it is
    rosier than the figures: an answer hides nothing here."""
    for account, at in _raised(list(ids), setting.on):
        day = at.astimezone(setting.zone).date()
        item = LostGround("health", LostKind.HEALTH_RAISED, None, False, day)
        read[account].others.append(item)


@prepared
def _softened(ids: list[int], since: date, on: date) -> QuerySet[RenewalOutcome, Any]:
    rows = RenewalOutcome.objects.filter(
        contract__account_id__in=ids,
        kind=RenewalOutcome.Kind.CONTRACTED,
        undone_at=None,
        decided_on__gt=since,
        decided_on__lte=on,
    )
    return rows.values_list(
        *("contract_id", "contract__account_id", "up", "renewed", "currency", "decided_on")
    )


def _renewals(read: Mapping[int, _Read], heads: Mapping[int, int], setting: Setting) -> None:
    """Contracts renewed for less within the window; what is lost whole is in the cells already."""
    numbers = setting.parameters.section(PortfolioParameters, "portfolio")
    since = setting.on - timedelta(days=numbers.softened_days)
    rows = _softened(list(heads), since, setting.on)
    for contract, account, up, renewed, code, on in rows:
        known = up is not None and renewed is not None
        money = setting.money(max(0, up - renewed), code) if known else None
        key = f"contract:{contract}"
        read[heads[account]].others.append(
            LostGround(key, LostKind.RENEWAL_SOFTENED, money, True, on)
        )


def as_kept(items: Iterable[LostGround]) -> list[dict[str, object]]:
    """Entries as JSON keeps them: keys, kinds and numbers, nobody's name."""
    return [
        {
            "key": item.key,
            "kind": item.kind.value,
            "minor": item.money.minor if item.money is not None else None,
            "named": item.named,
            "since": item.since.isoformat() if item.since else None,
        }
        for item in items
    ]
