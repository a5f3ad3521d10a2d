"""The bridge's base is ACV on the year's first day; what was settled since counts once, imported or
not, through the whole way from records over the measures to the landing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sightline.actions.measuring import measure
from sightline.actions.progress import Silent
from sightline.actions.renewal_outcomes import Decided, record_outcome
from sightline.planning.bridge import BarCode, Bridge, BridgeParameters, build_bridge
from sightline.records.models import (
    Account,
    AccountMeasures,
    AccountOpening,
    Contract,
    CrmUser,
    ExchangeRate,
    OpportunityLine,
    Plan,
)
from sightline.records.queries import bridging
from sightline.records.queries.metrics.computed import computed_metrics
from sightline.records.scoping import Person
from tests import makers
from tests.actions.test_measuring import load, sold

pytestmark = pytest.mark.django_db
FIRST = date(2026, 1, 1)
DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class World:
    """One account with 500,000 contracted since before the year, and its plan."""

    def __init__(self) -> None:
        makers.company()
        self.dana: Person = makers.person("account_manager", user=makers.crm_user())
        self.account = makers.account(owner=CrmUser.objects.get(pk=self.dana.crm_user_id or 0))
        self.contract = self.agreed(500_000_00, date(2025, 4, 1), date(2027, 3, 31))
        self.plan = Plan.objects.create(
            account=self.account,
            year=2026,
            starts_on=FIRST,
            ends_on=date(2026, 12, 31),
            currency="GBP",
        )
        self.plan.members.create(account=self.account, year=2026)

    def agreed(
        self, value: int, starts: date, ends: date, *, of: Account | None = None, code: str = "GBP"
    ) -> Contract:
        return Contract.objects.create(
            account=of or self.account,
            name=f"Contract {value}",
            annual_value=value,
            currency=code,
            starts_on=starts,
            ends_on=ends,
        )

    def won(self, amount: int, on: date) -> None:
        makers.opportunity(
            self.account, amount=amount, close_date=on, is_closed=True, is_won=True, stage=None
        )

    def bridge(self, *, measured: date | None = DAY, on: date = DAY) -> Bridge:
        if measured is not None:
            measure(measured, job=Silent())
        setting = bridging.bridge_setting(on)
        (row,) = bridging.plan_rows([self.plan.pk])
        facts = bridging.bridge_facts(row, setting=setting)
        numbers = setting.parameters.section(BridgeParameters, "bridge")
        return build_bridge(facts, today=on, parameters=numbers)


@pytest.fixture
def world() -> World:
    return World()


def bars(bridge: Bridge) -> dict[str, int]:
    told = {bar.code.value: bar.amount.minor // 100 for bar in bridge.bars if bar.amount.minor}
    return told | {"landing": bridge.landing.minor // 100}


def test_a_won_deal_counts_once_before_and_after_its_contract_is_imported(world: World) -> None:
    world.won(90_000_00, date(2026, 3, 10))
    once = {"baseline": 500_000, "plays": 90_000, "landing": 590_000}
    assert bars(world.bridge()) == once
    world.agreed(90_000_00, date(2026, 4, 1), date(2028, 3, 31))
    assert bars(world.bridge()) == once
    assert AccountMeasures.objects.get().acv == 590_000_00
    bridge = world.bridge(measured=None)
    assert bridge.base_on == FIRST
    assert sum(step.plays.minor for step in bridge.quarters) == 90_000_00
    assert bridge.quarters[-1].landing == bridge.landing


def test_a_contract_dated_before_its_deal_closed_is_no_part_of_the_base(world: World) -> None:
    world.won(90_000_00, date(2026, 1, 12))
    world.agreed(90_000_00, FIRST, date(2027, 12, 31))
    once = {"baseline": 500_000, "plays": 90_000, "landing": 590_000}
    assert bars(world.bridge()) == once
    Contract.objects.filter(annual_value=90_000_00).update(starts_on=date(2025, 12, 1))
    assert bars(world.bridge()) == once | {"baseline": 590_000, "landing": 680_000}


def test_a_won_line_of_the_year_is_no_part_of_the_base(world: World) -> None:
    Contract.objects.all().delete()
    line = makers.line()
    for closed, total in ((date(2025, 6, 1), 40_000_00), (date(2026, 2, 1), 90_000_00)):
        deal = makers.opportunity(
            world.account, amount=total, close_date=closed, is_closed=True, is_won=True
        )
        OpportunityLine.objects.create(
            opportunity=deal,
            product_line=line,
            total=total,
            service_start=date(2025, 12, 1),
            service_end=date(2026, 11, 30),
        )
    bridge = world.bridge()
    assert bars(bridge) == {"baseline": 40_000, "plays": 90_000, "landing": 130_000}
    assert AccountMeasures.objects.get().acv == 130_000_00


@pytest.mark.parametrize(
    ("renewed", "bar", "landing"),
    [(500, {}, 500), (560, {"uplift": 60}, 560), (430, {"contraction": -70}, 430)],
)
@pytest.mark.parametrize("owned_by_crm", [False, True])
def test_a_settled_renewal_counts_once_whoever_owns_the_contract(
    world: World, renewed: int, bar: dict[str, int], landing: int, owned_by_crm: bool
) -> None:
    ends = date(2026, 3, 31)
    outside = {"outside_id": "800x"} if owned_by_crm else {}
    Contract.objects.update(starts_on=date(2024, 4, 1), ends_on=ends, **outside)
    decided = Decided(False, renewed * 1000_00, date(2027, 3, 31), date(2026, 3, 1), "price")
    record_outcome(world.dana, world.contract.pk, decided, today=DAY, now=NOW)
    once = {"baseline": 500, **bar, "landing": landing}
    found = [world.bridge()]
    if owned_by_crm:  # and then the CRM writes it, too
        Contract.objects.update(ends_on=decided.until, annual_value=decided.renewed)
        found.append(world.bridge())
    for bridge in found:
        assert bars(bridge) == {name: value * 1000 for name, value in once.items()}
    assert AccountMeasures.objects.get().acv == renewed * 1000_00


def test_a_lost_renewal_counts_once_while_it_overruns_and_after(world: World) -> None:
    Contract.objects.update(starts_on=date(2024, 4, 1), ends_on=date(2026, 6, 30))
    lost = Decided(True, None, None, date(2026, 6, 1), "price")
    record_outcome(world.dana, world.contract.pk, lost, today=DAY, now=NOW)
    gone = {"baseline": 500_000, "churn": -500_000, "landing": 0}
    assert bars(world.bridge(measured=date(2026, 9, 1))) == gone
    assert AccountMeasures.objects.get().acv == 500_000_00
    assert bars(world.bridge()) == gone
    assert AccountMeasures.objects.get().acv is None


def test_a_contract_replaced_or_gone_without_a_word_counts_as_acv_has_it(world: World) -> None:
    Contract.objects.update(starts_on=date(2024, 4, 1), ends_on=date(2026, 3, 31))
    gone = {"baseline": 500_000, "since": -500_000, "landing": 0}
    assert bars(world.bridge()) == gone
    world.agreed(530_000_00, date(2026, 4, 1), date(2027, 3, 31))
    bridge = world.bridge()
    assert bars(bridge) == {"baseline": 500_000, "since": 30_000, "landing": 530_000}
    assert bridge.quarters[-1].since.minor == 30_000_00
    Contract.objects.filter(annual_value=500_000_00).update(is_active=False)  # expired in the CRM
    assert bars(world.bridge()) == bars(bridge)


def test_in_the_first_week_and_before_the_year_the_base_is_acv_as_it_stands(world: World) -> None:
    early = world.bridge(measured=date(2026, 1, 6), on=date(2026, 1, 6))
    assert bars(early) == {"baseline": 500_000, "landing": 500_000}
    assert early.base_on == FIRST
    Plan.objects.update(year=2027, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    later = world.bridge()
    assert bars(later)["baseline"] == 500_000
    assert later.base_on == DAY


def test_without_anything_from_before_it_is_said_and_never_taken_for_nothing(world: World) -> None:
    Contract.objects.update(starts_on=date(2026, 2, 1))
    world.won(90_000_00, date(2026, 3, 10))
    world.agreed(90_000_00, date(2026, 4, 1), date(2028, 3, 31))
    bridge = world.bridge()
    assert not AccountOpening.objects.get().known
    assert bars(bridge) == {"baseline": 500_000, "plays": 90_000, "landing": 590_000}
    assert bridge.base_on == DAY
    (said,) = [one for one in bridge.left_out if one.code == "bridge.base_not_known"]
    assert said.text == (
        "Nothing tells what was contracted on 1 Jan 2026: the baseline is that of 23 Nov 2026, "
        "less what was settled since."
    )
    before = makers.account()
    world.agreed(1_00, date(2025, 1, 1), date(2027, 1, 1), of=before)  # now there is a before
    told = world.bridge()
    assert bars(told) == {"since": 500_000, "plays": 90_000, "landing": 590_000}
    assert not [one for one in told.left_out if one.code == "bridge.base_not_known"]


def test_rates_that_move_are_no_growth_and_the_metric_tells_acv_of_today(world: World) -> None:
    Contract.objects.update(currency="USD")
    for since, rate in ((FIRST, "0.80"), (date(2026, 6, 1), "0.90")):
        ExchangeRate.objects.create(month=since, currency="USD", to_currency="GBP", rate=rate)
    bridge = world.bridge()
    assert bars(bridge) == {"baseline": 400_000, "landing": 400_000}
    world.agreed(50_000_00, date(2026, 4, 1), date(2028, 3, 31))
    bridge = world.bridge()
    assert bridge.bar(BarCode.SINCE).amount.minor == 50_000_00
    setting = bridging.bridge_setting(DAY)
    (row,) = bridging.plan_rows([world.plan.pk])
    values = computed_metrics(
        row,
        bridge=bridging.bridge_facts(row, setting=setting),
        today=DAY,
        company=setting.company,
        parameters=setting.parameters,
    )
    assert values.of["acv"].value == 450_000.0


def test_revenue_not_contracted_is_that_of_the_twelve_months_before_where_it_reaches_back(
    world: World,
) -> None:
    Contract.objects.all().delete()
    line = makers.line()
    billed = [date(2025, month, 15) for month in range(1, 13)]
    billed += [date(2026, month, 15) for month in range(1, 12)]
    load("lines", *(sold(world.account, line, day, 1_000_00 + day.month) for day in billed))
    bridge = world.bridge()
    # twelve months of 2025: 12 x 1,000.00 and .78; the trailing months of today add up to the same
    assert bridge.bar(BarCode.BASELINE).amount.minor == 12_000_00 + 78
    assert bars(bridge) == {"baseline": 12_000, "landing": 12_000}
    late = [day for day in billed if day >= date(2025, 2, 15)]
    load("lines", *(sold(world.account, line, day, 1_000_00) for day in late))
    assert world.bridge().base_on == DAY
    assert not AccountOpening.objects.get().known


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("America/Los_Angeles", datetime(2026, 11, 24, 2, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 11, 22, 20, tzinfo=UTC)),
    ],
)
def test_a_renewal_is_settled_on_the_companys_own_day(
    world: World, zone: str, moment: datetime
) -> None:
    makers.company(time_zone=zone)
    Contract.objects.update(starts_on=date(2024, 4, 1), ends_on=date(2026, 3, 31))
    decided = Decided(False, 560_000_00, date(2027, 3, 31), date(2026, 3, 1), "price")
    record_outcome(world.dana, world.contract.pk, decided, today=DAY, now=moment)
    once = {"baseline": 500_000, "uplift": 60_000, "landing": 560_000}
    assert bars(world.bridge()) == once
    (row,) = bridging.plan_rows([world.plan.pk])
    (renewal,) = bridging.bridge_facts(row, setting=bridging.bridge_setting(DAY)).renewals
    assert renewal.settled_on == DAY
