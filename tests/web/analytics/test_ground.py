"""Losing ground over the portfolio: everything, by money, with nothing to put aside."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

from django.test import Client
from django.utils import timezone

from sightline.actions.ground import keep_ground
from sightline.actions.progress import Silent
from sightline.records.models import (
    Account,
    AccountMeasures,
    CellMeasures,
    GroundLost,
    OpportunityLine,
    ProductLine,
    Signal,
    SignIn,
)
from tests import makers
from tests.web.analytics.conftest import Team

Enter = Callable[[SignIn], Client]
PAGE = "/analytics/losing-ground"


def _measured(account: Account) -> None:
    AccountMeasures.objects.create(
        account=account, currency="GBP", as_of=date.today(), ledger_version=1
    )


def _cell(account: Account, line: ProductLine, *, before: int, now: int, unit: str = "") -> None:
    CellMeasures.objects.create(
        account=account,
        unit=makers.unit(account, unit) if unit else None,
        product_line=line,
        r12_before=before,
        r12=now,
    )


def _lose(team: Team) -> None:
    """The worked example of docs/method/losing-ground.md, and smaller losses elsewhere."""
    core, tools = makers.line("Core"), makers.line("=Tools")
    for account in (team.helvion, team.kova, team.foreign):
        _measured(account)
    _cell(team.helvion, core, before=9_000_00, now=0, unit="A")
    _cell(team.helvion, core, before=7_000_00, now=5_000_00, unit="B")
    _cell(team.helvion, core, before=1_000_00, now=4_000_00, unit="C")
    _cell(team.kova, tools, before=500_00, now=0)
    _cell(team.foreign, core, before=99_000_00, now=0)
    deal = makers.opportunity(team.kova)
    OpportunityLine.objects.create(opportunity=deal, product_line=tools)
    gone = makers.contact(team.kova, "Ada Lind")
    Signal.objects.create(
        account=team.kova,
        kind="contact_left",
        key=f"contact:{gone.pk}",
        contact=gone,
        observed_on=date.today(),
        dismissed_at=timezone.now(),
    )
    keep_ground(job=Silent())


def test_growth_elsewhere_hides_no_loss_and_the_dearest_stands_first(
    team: Team, enter: Enter
) -> None:
    _lose(team)
    body = enter(team.leader).get(PAGE).content.decode()
    # 9,000 lost and 2,000 less at Helvion, 500 at Kova of which a play speaks
    assert "£12k" in body
    assert "Core lost in 1 unit" in body
    assert body.index("Helvion Industries") < body.index("Kova Retail")
    assert "Foreign Bank" not in body
    assert "£11k" in body  # of which nobody speaks
    assert f"/accounts/{team.helvion.pk}/plan/losing-ground" in body


def test_a_signal_put_aside_still_counts_and_nobody_is_named(team: Team, enter: Enter) -> None:
    _lose(team)
    body = enter(team.leader).get(PAGE).content.decode()
    assert "1 person gone" in body
    assert "Ada Lind" not in body


def test_the_picture_leads_to_it(team: Team, enter: Enter) -> None:
    _lose(team)
    body = enter(team.leader).get("/analytics/").content.decode()
    assert PAGE in body
    assert "is being lost in 2 accounts" in body


def test_what_comes_back_is_lost_no_more(team: Team) -> None:
    _lose(team)
    CellMeasures.objects.filter(account=team.helvion).update(r12=10_000_00)
    keep_ground(job=Silent())
    assert not GroundLost.objects.filter(account=team.helvion).exists()
    CellMeasures.objects.filter(account=team.helvion).update(r12=0)
    keep_ground(job=Silent(), plan_id=team.helvion.plans.get().pk)
    assert GroundLost.objects.get(account=team.helvion).revenue == 17_000_00


def test_the_file_holds_every_loss_and_runs_nothing(team: Team, enter: Enter) -> None:
    _lose(team)
    answer = enter(team.leader).get(f"{PAGE}.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))  # type: ignore[call-overload]
    assert [row[4] for row in rows if row[0] == "Helvion Industries"] == ["9000.00", "2000.00"]
    assert any(row[3].startswith("'=Tools") for row in rows)
    assert "Foreign Bank" not in {row[0] for row in rows}
    assert enter(team.leader).get(f"{PAGE}.xlsx").status_code == 200
    assert enter(team.leader).get(f"{PAGE}.pdf").status_code == 404


def test_it_is_read_only_and_of_those_who_may_read_plans(team: Team, enter: Enter) -> None:
    assert enter(team.leader).post(PAGE).status_code == 405
    assert enter(makers.sign_in("operations")).get(PAGE).status_code == 403
