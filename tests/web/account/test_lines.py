"""Revenue figures open down to the lines they add up from."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sightline.actions.ledger import DatabaseCatalogue
from sightline.ledger.parts import write_part
from sightline.ledger.tables import LINES
from tests import makers
from tests.ledger.made import batch
from tests.web.account.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(helvion: World, settings: Any) -> World:
    """Three lines of this account and one of another, in the ledger of the test."""
    folder = Path(settings.SIGHTLINE_LEDGER)
    other = makers.account("Elsewhere")
    own, unit, core = str(helvion.account.pk), str(helvion.unit.pk), str(helvion.core.pk)
    rows = [
        (own, unit, core, date(2026, 1, 10), 100_00, "GBP"),
        (own, unit, core, date(2026, 2, 10), 250_00, "GBP"),
        (own, "", str(helvion.extra.pk), date(2026, 2, 11), 40_00, "GBP"),
        (str(other.pk), "", core, date(2026, 2, 12), 999_00, "GBP"),
    ]
    part = write_part(folder, LINES, [batch(LINES, rows)], source="test")
    catalogue = DatabaseCatalogue()
    catalogue.commit(catalogue.current().plus([part]), expected_version=0)
    return helvion


def body(client: Client, of: World, query: str) -> str:
    client.force_login(of.seller)
    answer = client.get(reverse("account:lines", args=[of.account.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_lines_add_up_and_no_other_accounts_are_shown(client: Client, loaded: World) -> None:
    found = body(client, loaded, "")
    assert "3 lines" in found and "£390.00" in found
    assert "£999" not in found


def test_unit_line_and_window_narrow_them(client: Client, loaded: World) -> None:
    assert "2 lines" in body(client, loaded, f"?line={loaded.core.pk}")
    assert "1 line," in body(client, loaded, "?from=2026-02-01&to=2026-02-10")
    assert "2 lines" in body(client, loaded, f"?unit={loaded.unit.pk}")


@pytest.mark.parametrize(
    "query",
    ["?account=1", "?unit=%27", "?line=x&from=yesterday", "?offset=-5", "?offset=99999999999"],
)
def test_what_cannot_be_read_narrows_nothing(client: Client, loaded: World, query: str) -> None:
    found = body(client, loaded, query)
    assert "£999" not in found


def test_lines_in_a_warehouse_are_said_to_be_there(
    client: Client, loaded: World, settings: Any
) -> None:
    settings.SIGHTLINE_WAREHOUSE = "postgres://reader:hidden-word@dw/sales"
    found = body(client, loaded, "")
    assert "postgres://dw/sales" in found and "hidden-word" not in found
    assert "£390.00" not in found


def test_a_part_that_is_gone_is_said_and_not_a_crash(
    client: Client, loaded: World, settings: Any
) -> None:
    for path in Path(settings.SIGHTLINE_LEDGER).rglob("*.parquet"):
        path.unlink()
    assert "is missing" in body(client, loaded, "")


def test_the_web_process_needs_no_ibis() -> None:
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        "import django; django.setup()\n"
        "import sightline.web.pages.account.lines, sightline.web.pages.plan.views\n"
        "assert 'ibis' not in sys.modules, 'ibis was imported'"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
