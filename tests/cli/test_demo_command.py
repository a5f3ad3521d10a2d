"""`sightline demo remove`: asked for once, refused where nobody could come in afterwards."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sightline.cli import demo as command
from sightline.cli.demo import demo
from sightline.exchange.demonstration import load
from sightline.records.models import Account, SignIn, Source
from tests import makers

pytestmark = pytest.mark.django_db(transaction=True)


def remove(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(demo, ["remove", *arguments], input=typed)


def test_it_goes_in_one_act_and_leaves_what_is_ones_own() -> None:
    assert (remove("--yes").exit_code, "no demonstration" in remove().output) == (1, True)
    makers.company(demonstration=True)
    source = Source.objects.create(kind="salesforce", name="Demo", demonstration=True)
    makers.account("Demo top", source=source, outside_id="a")
    makers.account("Real one")
    makers.sign_in("leader", demonstration=True)
    refused = remove("--yes")
    assert (refused.exit_code, "administrator of your own" in refused.output) == (1, True)
    makers.sign_in("operations")
    assert remove(typed="n\n").exit_code == 1
    assert Account.objects.count() == 2
    done = remove(typed="y\n")
    assert (done.exit_code, "about them: 1." in done.output) == (0, True)
    assert [one.name for one in Account.objects.all()] == ["Real one"]
    assert not SignIn.objects.filter(demonstration=True).exists()


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> list[date]:
    """A first load that was stopped after its accounts; answers the days that loads counted from."""
    days: list[date] = []

    def begun(data: Path, *, today: date, **_how: object) -> Path:
        days.append(today)
        if len(days) == 1:
            source = Source.objects.create(kind="salesforce", name="Demo", demonstration=True)
            makers.account("Demo top", source=source, outside_id="a")
            raise KeyboardInterrupt
        return data

    settings.SIGHTLINE_DATA = tmp_path
    monkeypatch.setattr(load, "load_demonstration", begun)
    monkeypatch.setattr(command, "people_of_export", lambda _folder: [])
    assert command.is_wanted()
    with pytest.raises(KeyboardInterrupt):
        command.load(print)
    return days


def test_a_load_that_was_stopped_is_taken_up_with_the_day_it_began(stopped: list[date]) -> None:
    assert command.is_wanted()
    stopped[0] = date(2026, 1, 31)
    command._begun().write_text("2026-01-31")
    command.load(print)
    assert stopped == [date(2026, 1, 31)] * 2
    assert not command.is_wanted()


def test_a_full_disk_left_no_day(stopped: list[date]) -> None:
    command._begun().write_text("")
    command.load(print)
    assert len(stopped) == 2


def test_it_is_not_taken_up_where_somebody_began_with_data_of_their_own(
    stopped: list[date],
) -> None:
    own = makers.account("Real one")
    assert not command.is_wanted()
    own.delete()
    assert command.is_wanted()
    makers.sign_in("operations")
    assert not command.is_wanted()


def test_without_its_sign_ins_the_way_in_is_said(stopped: list[date]) -> None:
    said: list[str] = []
    command.show_sign_ins(said.append)
    assert "first administrator" in said[0] and len(said) == 1
