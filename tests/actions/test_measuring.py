"""Measuring: from ledger and records to what lists read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.conf import settings

from sightline.actions.ledger_sources import replace_source
from sightline.actions.measuring import engine, keep, measure, resuming
from sightline.actions.measuring import run as running
from sightline.actions.progress import Silent
from sightline.ledger.parts import arrow_schema, write_part
from sightline.ledger.tables import MAY_TELL
from sightline.records.models import (
    Account,
    AccountMeasures,
    Asset,
    CellMeasures,
    ContactActivity,
    Contract,
    LedgerVersion,
    OpportunityLine,
    Play,
    PlayCell,
    ProductLine,
)
from tests import makers

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def load(table: str, *rows: dict[str, object]) -> None:
    told = [name for name in MAY_TELL.get(table, {}) if any(name in row for row in rows)]
    schema = arrow_schema(table, told=told)
    full = [{name: row.get(name) for name in schema.names} for row in rows]
    batch = pa.RecordBatch.from_pylist(full, schema=schema)
    folder, source = Path(settings.SIGHTLINE_LEDGER), f"test:{table}"
    part = write_part(folder, table, [batch], source=source, told=told)
    replace_source(f"test:{table}", [part], note="test")


def sold(
    account: Account, line: ProductLine, on: date, minor: int, unit: str = ""
) -> dict[str, object]:
    return {
        "account": str(account.pk),
        "unit": unit,
        "product_line": str(line.pk),
        "date": on,
        "amount": minor,
        "currency": "GBP",
    }


def run() -> None:
    measure(DAY, job=Silent())


def test_an_account_without_anything_has_no_acv_and_no_revenue() -> None:
    account = makers.account()
    run()
    kept = AccountMeasures.objects.get(account=account)
    assert (kept.r12, kept.acv, kept.touches, kept.from_bookings) == (0, None, None, False)


def test_revenue_lines_give_rolling_windows_by_account_and_cell() -> None:
    account, line = makers.account(), makers.line(kind="repeat")
    load(
        "lines",
        sold(account, line, date(2026, 11, 23), 100),
        sold(account, line, date(2025, 11, 24), 10),
        sold(account, line, date(2025, 11, 23), 1),
    )
    run()
    kept = AccountMeasures.objects.get(account=account)
    cell = CellMeasures.objects.get(account=account)
    assert (kept.r12, kept.r12_before) == (110, 1)
    assert (cell.r12, cell.r12_before, cell.owned, cell.product_line_id) == (110, 1, True, line.pk)
    assert kept.monthly[-1] == 100 and sum(kept.monthly) == 111 and len(kept.monthly) == 36


def test_without_revenue_lines_won_opportunities_are_the_revenue_and_it_is_said() -> None:
    account, line = makers.account(), makers.line(kind="repeat")
    deal = makers.opportunity(
        account, is_won=True, is_closed=True, amount=500, close_date=date(2026, 5, 1)
    )
    OpportunityLine.objects.create(opportunity=deal, product_line=line, total=500)
    run()
    kept = AccountMeasures.objects.get(account=account)
    assert (kept.r12, kept.from_bookings) == (500, True)
    load("lines", sold(account, line, date(2026, 1, 1), 7))
    run()
    kept.refresh_from_db()
    assert (kept.r12, kept.from_bookings) == (7, False)


def test_quantities_of_lines_and_of_deals_reach_the_cell() -> None:
    account, line = makers.account(), makers.line(kind="recurring")
    deal = makers.opportunity(
        account, is_won=True, is_closed=True, amount=1200, close_date=date(2025, 12, 1)
    )
    OpportunityLine.objects.create(opportunity=deal, product_line=line, total=1200, quantity=50)
    run()
    cell = CellMeasures.objects.get(account=account)
    # fifty in force in each of twelve months
    assert (cell.quantity, cell.quantity_before) == (600_0000, None)
    load("lines", sold(account, line, date(2026, 1, 1), 700) | {"quantity": 2.5})
    run()
    cell = CellMeasures.objects.get(account=account)
    assert (cell.r12, cell.quantity, cell.steady) == (700, 2_5000, None)


def test_a_won_opportunity_without_lines_counts_for_the_account_and_no_cell() -> None:
    account = makers.account()
    makers.opportunity(
        account, is_won=True, is_closed=True, amount=900, close_date=date(2026, 5, 1)
    )
    run()
    assert AccountMeasures.objects.get(account=account).r12 == 900
    assert not CellMeasures.objects.exists()


@pytest.mark.parametrize("products", [True, False])
def test_a_won_opportunity_of_a_play_counts_in_the_cells_of_the_play(products: bool) -> None:
    account, line = makers.account(), makers.line(kind="recurring")
    deal = makers.opportunity(
        account, is_won=True, is_closed=True, amount=1200, close_date=date(2026, 5, 1)
    )
    unit, other = makers.unit(account, "Plant"), makers.line(kind="recurring")
    play = Play.objects.create(
        account=account, name="Rollout", opportunity=deal, created_on=date(2026, 1, 1)
    )
    PlayCell.objects.bulk_create(
        PlayCell(play=play, unit=unit, product_line=one) for one in (line, other)
    )
    if products:
        OpportunityLine.objects.bulk_create(
            OpportunityLine(opportunity=deal, product_line=one, total=600) for one in (line, other)
        )
    run()
    cells = CellMeasures.objects.filter(account=account, unit=unit)
    assert sorted(cells.values_list("product_line_id", "owned")) == [
        (line.pk, True),
        (other.pk, True),
    ]
    assert not CellMeasures.objects.filter(account=account, unit=None).exists()


def test_acv_comes_from_assets_before_trailing_revenue_and_names_its_source() -> None:
    account, line = makers.account(), makers.line(kind="recurring")
    Asset.objects.create(
        account=account,
        product_line=line,
        quantity=2,
        price=600_00,
        currency="GBP",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )
    load("lines", sold(account, line, date(2026, 3, 1), 500_00))
    run()
    cell = CellMeasures.objects.get(account=account)
    assert (cell.acv, cell.acv_source) == (1200_00, "asset")
    kept = AccountMeasures.objects.get(account=account)
    assert (kept.acv, kept.acv_source) == (1200_00, "asset")


def test_a_contract_without_line_is_the_accounts_acv_and_covers_its_lines() -> None:
    account, line = makers.account(), makers.line(kind="recurring")
    Contract.objects.create(
        account=account,
        annual_value=10_000_00,
        currency="GBP",
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 12, 31),
    )
    load("lines", sold(account, line, date(2026, 3, 1), 9_000_00))
    run()
    assert AccountMeasures.objects.get(account=account).acv == 10_000_00


def test_an_owned_line_in_another_currency_is_converted_and_a_missing_rate_is_refused() -> None:
    from sightline.ledger.errors import LedgerError
    from sightline.planning.errors import PlanningError
    from sightline.records.models import ExchangeRate

    account, line = makers.account(), makers.line(kind="repeat")
    load("lines", {**sold(account, line, date(2026, 3, 1), 100), "currency": "EUR"})
    with pytest.raises((PlanningError, LedgerError)):
        run()
    ExchangeRate.objects.create(
        month=date(2026, 3, 1), currency="EUR", to_currency="GBP", rate="0.85"
    )
    run()
    assert AccountMeasures.objects.get(account=account).r12 == 85


def test_days_of_contact_are_kept_per_person() -> None:
    account = makers.account()
    person = makers.contact(account, "Ana Silva")
    load(
        "activities",
        {
            "account": str(account.pk),
            "contact": str(person.pk),
            "our_person": "7",
            "kind": "meeting",
            "direction": "",
            "at": date(2026, 11, 20),
            "connected": True,
        },
        {
            "account": str(account.pk),
            "contact": str(person.pk),
            "our_person": "7",
            "kind": "mail",
            "direction": "outbound",
            "at": date(2026, 11, 22),
        },
    )
    run()
    kept = ContactActivity.objects.get(contact=person)
    assert kept.last_two_way_on == date(2026, 11, 20)
    assert kept.last_contact_on == date(2026, 11, 22)
    assert kept.two_way_days == 1
    assert kept.log["by_ours"] == [["2026-11-20", ["7"]]]
    assert AccountMeasures.objects.get(account=account).touches == 2


def test_measuring_twice_changes_nothing_and_commits_no_new_version() -> None:
    account, line = makers.account(), makers.line(kind="repeat")
    load("lines", sold(account, line, date(2026, 3, 1), 100))
    run()
    before = LedgerVersion.objects.count()
    run()
    assert LedgerVersion.objects.count() == before
    assert CellMeasures.objects.count() == 1


class Stopped(Exception):
    """Somebody cancelled, or the worker was killed."""


class StopsAt:
    """Stops the work when so many accounts are kept."""

    def __init__(self, accounts: int) -> None:
        self._accounts = accounts

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        if note == "accounts measured" and done >= self._accounts:
            raise Stopped


def _measured() -> list[Any]:
    accounts = AccountMeasures.objects.order_by("account_id").values_list(
        "account_id", "r12", "r24", "monthly", "acv", "owned_cells"
    )
    cells = CellMeasures.objects.order_by("account_id", "product_line_id").values_list(
        "account_id", "product_line_id", "r12", "monthly", "owned"
    )
    return [list(accounts), list(cells)]


@pytest.fixture
def seven(monkeypatch: pytest.MonkeyPatch) -> list[Account]:
    """Seven accounts with revenue, kept two by two from chunks of three."""
    monkeypatch.setattr(running, "BATCH", 2)
    monkeypatch.setattr(engine, "CHUNK", 3)
    accounts = [makers.account() for _ in range(7)]
    line = makers.line(kind="repeat")
    months = [date(2025, 10, 3) + timedelta(days=40 * n) for n in range(9)]
    load("lines", *(sold(one, line, on, 100 + one.pk) for one in accounts for on in months))
    return accounts


def test_a_stopped_run_goes_on_where_it_was_and_gives_the_same(
    seven: list[Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    whole = _measured()
    AccountMeasures.objects.all().delete()
    CellMeasures.objects.all().delete()
    with pytest.raises(Stopped):
        measure(DAY, job=StopsAt(5))
    assert AccountMeasures.objects.count() == 5
    again: list[int] = []
    store = keep.store_measures

    def noted(ids: Any, **rows: Any) -> None:
        again.extend(ids)
        store(ids, **rows)

    monkeypatch.setattr(keep, "store_measures", noted)
    assert measure(DAY, job=Silent()).accounts == 7
    assert again == [one.pk for one in seven[5:]]
    assert _measured() == whole
    run()
    assert len(again) == 9  # a whole run leaves no mark behind


def test_a_mark_is_not_believed_after_a_change_or_ten_minutes(tmp_path: Path) -> None:
    began = datetime(2026, 11, 23, 9, tzinfo=UTC)
    way = resuming.begin(tmp_path, terms="a", newest=4, now=began)
    way.kept(30, cells=2, now=began)

    def left(*, terms: str = "a", newest: int = 4, later: timedelta = timedelta(minutes=1)) -> Any:
        return resuming.begin(tmp_path, terms=terms, newest=newest, now=began + later).left(
            [30, 31]
        )

    assert left() == [31]
    assert left(newest=5) == left(terms="b") == left(later=resuming.BELIEVED) == [30, 31]


def test_after_an_import_the_engine_measures_only_the_accounts_it_touched(
    seven: list[Account],
) -> None:
    run()
    line = ProductLine.objects.get()
    schema = arrow_schema("lines")
    folder = Path(settings.SIGHTLINE_LEDGER)
    more = pa.RecordBatch.from_pylist([sold(seven[2], line, DAY, 9)], schema=schema)
    replace_source("more", [write_part(folder, "lines", [more], source="more")], note="more")
    run()
    (kept,) = (folder / "results").glob("*/whole.json")
    assert json.loads(kept.read_text())["recomputed"] == 1
    grown = AccountMeasures.objects.get(account=seven[2])
    assert grown.monthly[-1] == 9
    after = _measured()
    kept.unlink()
    run()
    assert json.loads(kept.read_text())["recomputed"] is None
    assert _measured() == after
