"""The AdventureWorks sample loads by the documented steps, with its known counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sightline.actions.ledger import DatabaseCatalogue
from sightline.exchange.imports.kinds import RECORD_KINDS
from sightline.exchange.imports.ledger_parts import ledger_folder
from sightline.exchange.imports.mapping import Chosen, read_mapping
from sightline.exchange.imports.service import Asked
from sightline.ledger.duck import parts_sql, session
from sightline.records.models import Account, Contact, Product, ProductFamily

ROOT = Path(__file__).parents[3]
SAMPLE = Path("/work/shared/data/adventureworks")
NOTHING = Chosen({}, {}, {})


@pytest.mark.django_db
@pytest.mark.skipif(not SAMPLE.exists(), reason="the AdventureWorks sample is not on this machine")
def test_the_documented_steps_give_the_known_counts(loader: Any, tmp_path: Path) -> None:
    script = ROOT / "docs" / "how-to" / "adventureworks_files.py"
    subprocess.run([sys.executable, str(script), str(SAMPLE), str(tmp_path)], check=True)
    chosen = read_mapping(tmp_path / "contacts.toml", RECORD_KINDS.values())
    for kind in ("accounts", "products", "contacts", "revenue-lines"):
        mapping = chosen if kind == "contacts" else NOTHING
        _, preview = loader(Asked(kind, (tmp_path / f"{kind}.csv",), mapping, {}))
        assert preview.refused_rows == 0
    assert (Account.objects.count(), Contact.objects.count()) == (701, 753)
    assert (Product.objects.count(), ProductFamily.objects.count()) == (504, 4)
    assert Contact.objects.filter(title="Owner").count() == 266
    with session() as duck:
        lines = parts_sql(DatabaseCatalogue().current(), ledger_folder(), "lines")
        query = f"SELECT count(*), count(DISTINCT account) FROM ({lines})"
        assert duck.execute(query).fetchone() == (60_855, 635)
