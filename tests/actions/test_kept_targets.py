"""The chance of a target is kept once a quarter and scored by what the year ended with."""

from __future__ import annotations

from datetime import date

import pytest

from sightline.actions.kept_targets import keep_target_chances, settle_target_chances
from sightline.records.models import Account, AccountMeasures, Company, KeptChance, PlanAccount
from tests import makers
from tests.web.analytics.conftest import plan_of

pytestmark = pytest.mark.django_db
YEAR = date.today().year
END, AFTER, LATE = date(YEAR, 12, 31), date(YEAR + 1, 1, 9), date(YEAR + 1, 6, 1)


@pytest.fixture
def planned(db: None) -> Account:
    makers.company()
    account = makers.account("Helvion")
    plan = plan_of(account, target=100_00, landing=90_00, chance=0.4)
    PlanAccount.objects.create(plan=plan, account=account, year=YEAR)
    return account


def measured(account: Account, *, acv: int | None = None, monthly: tuple[int, ...] = ()) -> None:
    AccountMeasures.objects.create(
        account=account,
        acv=acv,
        monthly=list(monthly),
        currency="GBP",
        as_of=AFTER,
        ledger_version=1,
    )


def test_a_plan_is_kept_once_a_quarter(planned: Account) -> None:
    days = [date(YEAR, 2, 1), date(YEAR, 2, 2), date(YEAR, 5, 2)]
    assert [keep_target_chances(day) for day in days] == [1, 0, 1]
    kept = KeptChance.objects.order_by("pk").first()
    assert kept is not None
    assert (float(kept.probability), kept.wanted, kept.due_on) == (0.4, 100_00, END)


@pytest.mark.parametrize(("acv", "reached"), [(100_00, True), (99_99, False)])
def test_at_the_years_end_the_value_in_force_decides(
    planned: Account, acv: int, reached: bool
) -> None:
    keep_target_chances(date(YEAR, 5, 2))
    assert settle_target_chances(END) == 0
    measured(planned, acv=acv)
    assert settle_target_chances(AFTER) == 1
    assert KeptChance.objects.get().happened is reached
    assert settle_target_chances(AFTER) == 0


def test_on_the_basis_of_revenue_the_years_months_are_added(planned: Account) -> None:
    Company.objects.update(basis="revenue")
    keep_target_chances(date(YEAR, 5, 2))
    # 36 months up to the January after: 23 before the year, its twelve, and one after it
    measured(planned, monthly=(*[50_00] * 23, *[9_00] * 12, 50_00))
    settle_target_chances(AFTER)
    assert KeptChance.objects.get().happened is True


def test_what_is_not_known_in_time_is_never_guessed(planned: Account) -> None:
    keep_target_chances(date(YEAR, 5, 2))
    assert settle_target_chances(AFTER) == 0
    assert settle_target_chances(LATE) == 1
    kept = KeptChance.objects.get()
    assert (kept.happened, kept.settled_on) == (None, LATE)
