"""Revenue lines with an id of their own: a corrected line takes the place of the earlier one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sightline.actions.imports import runs
from sightline.actions.ledger import DatabaseCatalogue
from sightline.exchange.imports import service
from sightline.exchange.imports.ledger_parts import ledger_folder
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.service import Asked
from sightline.exchange.imports.undoing import undo_run
from sightline.ledger.duck import keyed_sql, parts_sql, session

pytestmark = pytest.mark.django_db
HEAD = "LineId,account,product_line,date,amount,currency\n"
FIRST = HEAD + "L1,Acme,Cloud,2026-01-15,10.00,EUR\nL2,Acme,Cloud,2026-02-15,20.00,EUR\n"
CORRECTED = HEAD + "L1,Acme,Cloud,2026-01-15,12.00,EUR\nL2,Acme,Cloud,2026-02-15,20.00,EUR\n"
PLAIN = "account,product_line,date,amount,currency\nAcme,Cloud,2026-01-15,10.00,EUR\n"


@pytest.fixture
def take(tmp_path: Path) -> Any:
    """Load a file of revenue lines; answers the run and the preview."""

    def take(content: str, kind: str = "revenue-lines") -> Any:
        path = tmp_path / f"{kind}.csv"
        path.write_text(content)
        run = service.begin(Asked(kind, (path,), Chosen({}, {}, {}), {}), actor_id=None)
        preview = service.preview_run(run.pk)
        service.apply_run(run.pk)
        return run.pk, preview

    take("id,name\n1,Acme\n2,Bolt\n", "accounts")
    return take


def amounts() -> list[int]:
    with session() as duck:
        sql = parts_sql(DatabaseCatalogue().current(), ledger_folder(), "lines")
        return sorted(
            amount for (amount,) in duck.execute(f"SELECT amount FROM ({sql})").fetchall()
        )


def outcome(preview: Any) -> tuple[int, int, int, int]:
    tally = preview.tallies["revenue-lines"]
    return tally.create, tally.change, tally.skip, tally.refuse


def test_the_same_file_twice_adds_nothing(take: Any) -> None:
    take(FIRST)
    _, preview = take(FIRST)
    assert outcome(preview) == (0, 0, 2, 0)
    assert amounts() == [1000, 2000]


def test_a_corrected_line_replaces_the_earlier_one_and_older_versions_stay(take: Any) -> None:
    take(FIRST)
    before = DatabaseCatalogue().current()
    run, preview = take(CORRECTED)
    assert outcome(preview) == (0, 1, 1, 0)
    assert amounts() == [1200, 2000]
    assert runs.get(run).counts["applied"]["revenue-lines"] == {
        "create": 0,
        "change": 1,
        "skip": 1,
        "refuse": 0,
    }
    with session() as duck:
        old = parts_sql(DatabaseCatalogue().get(before.number), ledger_folder(), "lines")
        assert len(duck.execute(old).fetchall()) == 2
    assert set(before.parts) < set(DatabaseCatalogue().current().parts)


def test_correcting_back_and_forth_and_taking_back_end_where_they_should(take: Any) -> None:
    first, _ = take(FIRST)
    second, _ = take(CORRECTED)
    third, _ = take(FIRST)
    assert amounts() == [1000, 2000]
    undo_run(third, actor_id=None)
    assert amounts() == [1200, 2000]
    undo_run(second, actor_id=None)
    assert amounts() == [1000, 2000]
    undo_run(first, actor_id=None)
    assert amounts() == []


def test_a_line_that_moves_to_another_account_leaves_the_first(take: Any) -> None:
    take(FIRST)
    take(HEAD + "L2,Bolt,Cloud,2026-02-15,20.00,EUR\n")
    with session() as duck:
        sql = parts_sql(DatabaseCatalogue().current(), ledger_folder(), "lines")
        found = duck.execute(f"SELECT account, sum(amount) FROM ({sql}) GROUP BY ALL").fetchall()
    assert sorted(amount for _, amount in found) == [1000, 2000]


def test_an_id_that_stands_twice_in_one_file_is_refused_the_second_time(take: Any) -> None:
    _, preview = take(FIRST + "L2,Acme,Cloud,2026-03-15,30.00,EUR\n")
    assert outcome(preview) == (2, 0, 0, 1)
    assert [one["code"] for one in preview.reasons] == ["id_twice"]


def test_lines_without_an_id_are_counted_as_often_as_they_stand(take: Any) -> None:
    take(HEAD + ",Acme,Cloud,2026-01-15,10.00,EUR\n,Acme,Cloud,2026-01-15,10.00,EUR\n")
    _, preview = take(HEAD + ",Acme,Cloud,2026-01-15,10.00,EUR\n" * 1)
    assert outcome(preview) == (0, 0, 1, 0)
    assert amounts() == [1000, 1000]


def test_a_line_loaded_before_its_file_had_ids_is_not_loaded_twice(take: Any) -> None:
    take(PLAIN)
    _, preview = take(FIRST)
    assert outcome(preview) == (1, 0, 1, 0)
    take(PLAIN)
    assert amounts() == [1000, 2000]


def test_an_opportunity_line_of_salesforce_is_one_with_15_and_18_characters(take: Any) -> None:
    header = HEAD.replace("LineId", "OpportunityLineItemId")
    take(header + "00k5g00000A0001,Acme,Cloud,2026-01-15,10.00,EUR\n")
    _, preview = take(header + "00k5g00000A0001AAG,Acme,Cloud,2026-01-15,11.00,EUR\n")
    assert outcome(preview) == (0, 1, 0, 0)
    assert amounts() == [1100]


def test_an_import_loaded_again_after_it_was_taken_back_can_be_taken_back(take: Any) -> None:
    first, _ = take(FIRST)
    undo_run(first, actor_id=None)
    again, _ = take(FIRST)
    assert amounts() == [1000, 2000]
    undo_run(again, actor_id=None)
    assert amounts() == []


def quantities() -> list[float | None]:
    with session() as duck:
        columns = "amount, quantity"
        sql = keyed_sql(DatabaseCatalogue().current(), ledger_folder(), "lines", columns)
        rows = duck.execute(f"SELECT quantity FROM ({sql}) ORDER BY amount").fetchall()
    return [quantity for (quantity,) in rows]


def test_a_file_that_tells_quantities_now_doubles_no_revenue_and_ids_bring_them_in(
    take: Any,
) -> None:
    bare = "account,product_line,date,amount,currency"
    lines = ("Acme,Cloud,2026-01-15,10.00,EUR", "Acme,Cloud,2026-02-15,20.00,EUR")
    take(f"{bare}\n{lines[0]}\n")
    _, preview = take(f"{bare},Qty\n{lines[0]},4\n{lines[1]},a few\n{lines[0]},5\n")
    assert outcome(preview) == (2, 0, 1, 0)
    assert amounts() == [1000, 1000, 2000]
    assert sorted(quantities(), key=str) == [5.0, None, None]
    take(FIRST.replace("10.00", "30.00").replace("20.00", "40.00"))
    told = HEAD.replace("amount", "amount,quantity")
    _, preview = take(
        told + "L1,Acme,Cloud,2026-01-15,30.00,3,EUR\nL2,Acme,Cloud,2026-02-15,40.00,,EUR\n"
    )
    assert outcome(preview) == (0, 1, 1, 0)
    assert quantities()[-2:] == [3.0, None]
