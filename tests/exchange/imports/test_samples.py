"""Northwind and the Maven pipeline load by the documented steps, with their known counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sightline.actions.ledger import DatabaseCatalogue
from sightline.exchange.imports.ledger_parts import ledger_folder
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.service import EXPORT, Asked
from sightline.ledger.duck import parts_sql, session
from sightline.records.models import Account, Contact, CrmUser, Opportunity, Product, Unit

ROOT = Path(__file__).parents[3]
SAMPLES = Path("/work/shared/data")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not on this machine"),
]


def load(loader: Any, out: Path, name: str, *kinds: str) -> dict[str, int]:
    """Make the sample's files and load them in order; answers refused rows by kind."""
    script = ROOT / "docs" / "how-to" / "sample_files.py"
    place = {"northwind": "northwind", "maven": "maven_crm"}[name]
    command = [sys.executable, str(script), name, str(SAMPLES / place), str(out)]
    subprocess.run([*command, "--ending", "2026-10"], check=True)
    nothing = Chosen({}, {}, {})
    refused = {"people": loader(Asked(EXPORT, (out / "people",), nothing, {}))[1].refused_rows}
    for kind in kinds:
        asked = Asked(kind, (out / f"{kind}.csv",), nothing, {})
        refused[kind] = loader(asked)[1].refused_rows
    return {kind: rows for kind, rows in refused.items() if rows}


def test_northwind_gives_its_customers_and_every_line(loader: Any, tmp_path: Path) -> None:
    kinds = ("accounts", "products", "contacts", "revenue-lines")
    assert load(loader, tmp_path, "northwind", *kinds) == {}
    assert (Account.objects.count(), Contact.objects.count()) == (91, 91)
    assert (CrmUser.objects.count(), Product.objects.count()) == (9, 77)
    assert Account.objects.filter(owner=None).count() == 2
    with session() as duck:
        lines = parts_sql(DatabaseCatalogue().current(), ledger_folder(), "lines")
        query = f"SELECT count(*), count(DISTINCT account), sum(amount) FROM ({lines})"
        count, bought, cents = duck.execute(query).fetchone()
    assert (count, bought) == (2_155, 89)
    # Rounded line by line: the sample's total is 1,265,793.04.
    assert abs(int(cents) - 126_579_304) <= 20


def test_maven_gives_its_families_and_refuses_deals_of_nobody(loader: Any, tmp_path: Path) -> None:
    kinds = ("accounts", "products", "opportunities")
    assert load(loader, tmp_path, "maven", *kinds) == {"opportunities": 1_425}
    assert (Account.objects.count(), CrmUser.objects.count()) == (85, 41)
    assert Account.objects.exclude(parent=None).count() == 15
    assert Unit.objects.exclude(linked_account=None).count() == 15
    won = Opportunity.objects.filter(stage__is_won=True).count()
    assert (Opportunity.objects.count(), won) == (7_375, 4_238)
