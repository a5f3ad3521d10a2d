"""What becomes of a line between its preview and its storing: keys are asked anew, cells are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sightline.actions.ledger import DatabaseCatalogue
from sightline.exchange.imports import ledger_keys, service
from sightline.exchange.imports.ledger_parts import ledger_folder
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.service import Asked
from sightline.ledger.duck import parts_sql, session
from sightline.records.models import Source
from tests import makers

pytestmark = pytest.mark.django_db
HEAD = "account,unit,product_line,date,amount,currency\n"


@pytest.fixture
def preview(tmp_path: Path) -> Any:
    """Look at a file of revenue lines; answers the run and the preview."""

    def preview(content: str) -> tuple[int, Any]:
        path = tmp_path / "revenue-lines.csv"
        path.write_text(HEAD + content)
        asked = Asked("revenue-lines", (path,), Chosen({}, {}, {}), {})
        run = service.begin(asked, actor_id=None)
        return run.pk, service.preview_run(run.pk)

    makers.company(reporting_currency="EUR")
    return preview


def stored() -> list[tuple[str, str, int]]:
    """Account, unit and amount of every line of the ledger."""
    with session() as duck:
        held = parts_sql(DatabaseCatalogue().current(), ledger_folder(), "lines")
        return sorted(duck.execute(f"SELECT account, unit, amount FROM ({held})").fetchall())


def test_an_account_that_came_meanwhile_is_found_and_a_broken_cell_stays_out(preview: Any) -> None:
    acme = makers.account("Acme")
    run, seen = preview(
        "Acme,,Cloud,2026-01-15,1,EUR\n"
        "Bolt,,Cloud,2026-01-15,2,EUR\n"
        "Bolt,,Cloud,2026-02-31,3,EUR\n"
        "Acme,,Cloud,2026-01-15,many,EUR\n"
    )
    assert (seen.total("create"), seen.refused_rows) == (1, 3)
    bolt = makers.account("Bolt")
    service.apply_run(run)
    assert stored() == sorted([(str(acme.pk), "", 100), (str(bolt.pk), "", 200)])


def test_an_account_that_is_gone_meanwhile_takes_no_line(preview: Any) -> None:
    run, seen = preview("Acme,,Cloud,2026-01-15,1,EUR\n")
    assert seen.total("create") == 0
    acme = makers.account("Acme")
    run, seen = preview("Acme,,Cloud,2026-01-15,1,EUR\n")
    assert seen.total("create") == 1
    acme.delete()
    service.apply_run(run)
    assert stored() == []


def test_an_id_that_two_sources_know_is_the_older_row(preview: Any) -> None:
    first, second = (
        makers.account(
            name,
            source=Source.objects.create(kind="files", name=name),
            outside_object="Account",
            outside_id="A-7",
        )
        for name in ("Older", "Newer")
    )
    run, _ = preview("A-7,,Cloud,2026-01-15,1,EUR\nNewer,,Cloud,2026-01-15,2,EUR\n")
    service.apply_run(run)
    assert stored() == sorted([(str(first.pk), "", 100), (str(second.pk), "", 200)])


def test_keys_are_asked_for_in_parts_and_a_child_account_is_its_unit(
    preview: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_keys, "_MOST_ASKED", 2)
    source = Source.objects.create(kind="files", name="files")
    made = [
        makers.account(f"Account {n}", source=source, outside_object="Account", outside_id=f"A-{n}")
        for n in range(5)
    ]
    unit = makers.unit(made[0], "Account 4", linked_account=made[4])
    run, seen = preview(
        "".join(f"A-{n}, ,Cloud,2026-01-15,{n},EUR\n" for n in range(5))
        + "Account 3,,Cloud,2026-01-15,6,EUR\nnobody,,Cloud,2026-01-15,7,EUR\n"
    )
    assert (seen.total("create"), seen.refused_rows) == (6, 1)
    service.apply_run(run)
    assert stored() == sorted(
        [(str(made[n].pk), str(unit.pk) if n == 4 else "", 100 * n) for n in range(5)]
        + [(str(made[3].pk), "", 600)]
    )


def test_a_day_before_christ_or_without_end_is_refused_and_the_rest_is_stored(preview: Any) -> None:
    acme = makers.account("Acme")
    days = ("-0044-03-15", "0044-03-15 (BC)", "infinity", "-infinity", "10000-01-01", "2026-01-15")
    run, seen = preview("".join(f"Acme,,Cloud,{day},1,EUR\n" for day in days))
    assert (seen.total("create"), seen.refused_rows) == (1, 5)
    service.apply_run(run)
    assert stored() == [(str(acme.pk), "", 100)]
