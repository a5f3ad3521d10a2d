"""The grid as a spreadsheet: out, changed, and in again; only what was changed changes."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sightline.records.models import CellFact
from tests import makers
from tests.web.whitespace.test_grid import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def taken_out(client: Client, world: World) -> list[dict[str, str]]:
    client.force_login(world.owner)
    text = client.get(world.url("sheet")).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def brought_back(client: Client, world: World, rows: list[dict[str, str]]) -> Any:
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    upload = SimpleUploadedFile("grid.csv", file.getvalue().encode())
    return client.post(world.url("sheet-in"), {"file": upload})


def sure(client: Client, world: World, preview: Any) -> Any:
    return client.post(world.url("sheet-in"), {"changes": preview.context["signed"]})


def test_a_file_that_nobody_changed_changes_nothing(client: Client, world: World) -> None:
    client.force_login(world.owner)
    client.post(world.cell("need-say"), {"version": "0", "level": "2", "evidence": "=1+1, +49 5"})
    form = {"version": "0", "low": "1", "likely": "1234.5", "high": "2k"}
    client.post(world.cell("value-say"), form)
    preview = brought_back(client, world, taken_out(client, world))
    assert preview.context["count"] == 0
    assert not preview.context["sheet"].refused
    assert b"Nothing in it is other" in preview.content


def test_only_changed_cells_change_and_undo_takes_them_back(client: Client, world: World) -> None:
    rows = taken_out(client, world)
    assert len(rows) == 6
    rows[0] |= {"need": "3", "evidence": "they asked"}
    rows[1] |= {"holder": "competitor", "competitor": "Vexra", "contract end": "2027-06-30"}
    rows[2] |= {"own likely": "90000"}
    preview = brought_back(client, world, rows)
    assert (preview.status_code, preview.context["cells"]) == (200, 3)
    assert not CellFact.objects.exists()
    assert sure(client, world, preview).status_code == 303
    facts = {fact.kind: fact for fact in CellFact.objects.filter(ended_at=None)}
    assert facts["need"].level == 3
    assert facts["holder"].competitor is not None and facts["holder"].competitor.name == "Vexra"
    assert (facts["value_hand"].low, facts["value_hand"].likely) == (90_000_00, 90_000_00)
    assert len(facts) == CellFact.objects.count() == 3
    client.post(world.url("bulk-undo", facts["need"].batch_id))
    assert not CellFact.objects.filter(ended_at=None).exists()


def test_words_are_taken_as_people_write_them(client: Client, world: World) -> None:
    rows = taken_out(client, world)
    rows[0] |= {"holder": "In-house"}
    rows[1] |= {"eligibility": "not applicable", "reason": "no machines there"}
    preview = brought_back(client, world, rows)
    assert not preview.context["sheet"].refused
    sure(client, world, preview)
    said = CellFact.objects.filter(ended_at=None).values_list("kind", "choice")
    assert set(said) == {("holder", "in_house"), ("eligibility", "not_applicable")}


def test_what_others_changed_meanwhile_stays_unless_both_changed_it(
    client: Client, world: World
) -> None:
    rows = taken_out(client, world)
    client.post(world.cell("need-say"), {"version": "0", "level": "1", "evidence": "theirs"})
    untouched = brought_back(client, world, rows)
    assert untouched.context["count"] == 0
    for row in rows:
        row["need"] = "3"
    both = brought_back(client, world, rows)
    assert both.context["cells"] == 5
    assert "somebody changed need here" in both.content.decode()
    sure(client, world, both)
    assert CellFact.objects.get(text="theirs").ended_at is None


def test_a_preview_is_not_applied_over_somebody_elses_newer_word(
    client: Client, world: World
) -> None:
    rows = taken_out(client, world)
    for row in rows:
        row["need"] = "3"
    preview = brought_back(client, world, rows)
    client.post(world.cell("need-say"), {"version": "0", "level": "1", "evidence": "theirs"})
    assert sure(client, world, preview).status_code == 422
    assert CellFact.objects.filter(ended_at=None).count() == 1


def test_an_emptied_fact_is_taken_back_and_undo_brings_it_again(
    client: Client, world: World
) -> None:
    client.force_login(world.owner)
    client.post(world.cell("need-say"), {"version": "0", "level": "2", "evidence": "they said"})
    rows = taken_out(client, world)
    (told,) = (row for row in rows if row["need"])
    told["need"] = ""
    half = brought_back(client, world, rows)
    assert "to take the fact back, empty need and evidence" in half.context["sheet"].refused[0][1]
    told["evidence"] = ""
    preview = brought_back(client, world, rows)
    assert (preview.context["count"], preview.context["sheet"].refused) == (1, [])
    assert b"taken back" in preview.content

    def needs() -> list[str]:
        return [row["need"] for row in taken_out(client, world) if row["need"]]

    assert needs() == ["2"]
    assert sure(client, world, preview).status_code == 303
    assert needs() == []
    batch = CellFact.objects.get().emptied_in_id
    client.post(world.url("bulk-undo", batch))
    assert needs() == ["2"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"need": "9"}, "need is 0, 1, 2 or 3"),
        ({"holder": "them"}, "holder is one of"),
        ({"holder": "competitor"}, "needs a name"),
        ({"eligibility": "blocked"}, "needs a reason"),
        ({"own low": "9", "own likely": "5"}, "from low over likely"),
        ({"own likely": "lots"}, "lots"),
        ({"holder": "competitor", "competitor": "X", "contract end": "soon"}, "no date"),
        ({"need": "2", "evidence": "=HYPERLINK(1)"}, "formula"),
        ({"unit key": "424242"}, "no such cell"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_and_the_others_are_taken(
    client: Client, world: World, words: dict[str, str], why: str
) -> None:
    rows = taken_out(client, world)
    rows[0] |= words
    rows[1]["need"] = "1"
    preview = brought_back(client, world, rows)
    assert (preview.context["cells"], preview.context["sheet"].refused_rows) == (1, 1)
    assert why in preview.context["sheet"].refused[0][1]


def test_a_workbook_goes_out_and_comes_in(client: Client, world: World) -> None:
    client.force_login(world.owner)
    out = client.get(world.url("sheet-xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(out.content))
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    sheet.cell(3, head.index("need") + 1, 2)
    sheet.cell(4, head.index("unit key") + 1, None)
    file = io.BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("grid.xlsx", file.getvalue())
    preview = client.post(world.url("sheet-in"), {"file": upload})
    assert preview.context["cells"] == 1 and not preview.context["sheet"].refused
    assert sure(client, world, preview).status_code == 303
    assert CellFact.objects.get().level == 2


@pytest.mark.parametrize("body", [b"", b"a,b\n1,2\n", b"PK\x03\x04 not really", b"\x00\x01"])
def test_a_file_that_is_no_grid_is_refused(client: Client, world: World, body: bytes) -> None:
    client.force_login(world.owner)
    answer = client.post(world.url("sheet-in"), {"file": SimpleUploadedFile("x.csv", body)})
    assert answer.status_code == 422


def test_who_may(client: Client, world: World) -> None:
    from sightline.records.models import AccountGrant

    reader = makers.sign_in("reader")
    AccountGrant.objects.create(account=world.account, sign_in=reader)
    client.force_login(reader)
    assert client.get(world.url("sheet-in")).status_code == 403
    assert client.get(world.url("sheet")).status_code == 200
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert client.get(world.url("sheet-in")).status_code == 404
    assert client.put(world.url("sheet-in")).status_code == 405
    client.force_login(world.owner)
    assert client.post(world.url("sheet-in"), {"changes": "forged"}).status_code == 422


def resaved(rows: list[dict[str, str]], head: list[str]) -> bytes:
    """As a spreadsheet of another country saves it: other order, semicolons, its days and marks."""
    file = io.StringIO()
    writer = csv.DictWriter(
        file, head, delimiter=";", lineterminator="\r\n", extrasaction="ignore", restval=""
    )
    writer.writeheader()
    writer.writerows(rows)
    file.write(";" * (len(head) - 1) + "\r\n")
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def in_their_manner(rows: list[dict[str, str]]) -> None:
    for row in rows:
        for name, text in row.items():
            if name == "contract end" and text:
                row[name] = "/".join(reversed(text.split("-")))
            elif name.startswith("own ") or name in ("likely a year", "low", "high", "rank a year"):
                row[name] = text.replace(".", ",")


def test_a_spreadsheet_of_another_country_changes_only_what_somebody_changed(
    client: Client, world: World
) -> None:
    client.force_login(world.owner)
    form = {"version": "0", "kind": "competitor", "competitor": "Vexra", "ends": "2027-06-05"}
    client.post(world.cell("holder-say"), form)
    amounts = {"version": "0", "low": "1", "likely": "1234.5", "high": "2000"}
    client.post(world.cell("value-say"), amounts)
    rows = taken_out(client, world)
    in_their_manner(rows)
    head = ["our own column", *reversed(rows[0])]
    same = SimpleUploadedFile("grid.csv", resaved(rows, head))
    preview = client.post(world.url("sheet-in"), {"file": same})
    assert (preview.context["count"], preview.context["sheet"].refused) == (0, [])

    rows[0] |= {"own likely": "1.500,50"}
    rows[1] |= {"holder": "competitor", "competitor": "Vexra", "contract end": "30/06/2027"}
    rows[2] |= {"holder": "competitor", "competitor": "Vexra", "contract end": "03/04/2027"}
    changed = SimpleUploadedFile("grid.csv", resaved(rows, head))
    preview = client.post(world.url("sheet-in"), {"file": changed})
    after = [one.after for one in preview.context["sheet"].changes]
    assert after == ["1.500,50", "competitor, Vexra, 30/06/2027"]
    assert "may be 2027-04-03 or 2027-03-04" in preview.context["sheet"].refused[0][1]
    sure(client, world, preview)
    renamed = [row | {"competitor": "Zentrix"} if row["contract end"] else row for row in rows]
    again = SimpleUploadedFile("grid.csv", resaved(renamed[3:], head))
    told = client.post(world.url("sheet-in"), {"file": again}).context["sheet"]
    assert [one.after for one in told.changes] == ["competitor, Zentrix, 2027-06-05"]
    facts = CellFact.objects.filter(ended_at=None, batch__isnull=False)
    assert {(one.kind, one.likely, str(one.until)) for one in facts} == {
        ("value_hand", 1500_50, "None"),
        ("holder", None, "2027-06-30"),
    }
