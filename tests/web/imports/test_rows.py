"""Every row of an import can be looked at, filtered and taken out, before and after it is stored."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sightline.exchange.imports.listing import Wanted, list_page
from sightline.exchange.imports.workspace import Workspace
from sightline.jobs.worker import Worker
from sightline.records.models import ImportRun
from tests import makers
from tests.web.laid_out import one_line

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = b"Id,Name,Industry\n0015g00000A0001,Acme,Steel\n0015g00000A0002,Bolt,Glass\n"
SECOND = b"Id,Name,Industry\n0015g00000A0001,Acme,Paper\n0015g00000A0002,Bolt,Glass\n0015g00000A0003,-Cog,Tin\n0015g00000A0004\n"


@pytest.fixture
def previewed(client: Client) -> Client:
    """One import stored, and a second one previewed: a change, a skip, a new row, a refusal."""
    client.force_login(makers.sign_in("operations"))
    for content in (FIRST, SECOND):
        posted = {"kind": "accounts", "uploaded": [SimpleUploadedFile("accounts.csv", content)]}
        client.post(reverse("imports:run-new"), posted)
        Worker().run_all()
        if content is FIRST:
            run = ImportRun.objects.latest("pk")
            client.post(reverse("imports:run-load", args=[run.pk]))
            Worker().run_one()
    return client


def body(client: Client, name: str = "run-rows", query: str = "") -> str:
    run = ImportRun.objects.latest("pk")
    answer = client.get(reverse(f"imports:{name}", args=[run.pk]) + query)
    assert answer.status_code == 200
    parts = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(parts).decode("utf-8-sig")


def test_each_fate_is_listed_with_what_changes_or_why_not(previewed: Client) -> None:
    shown = one_line(body(previewed))
    assert "<s>Steel</s>→<b>Paper</b>" in shown
    assert "-Cog" in shown and "Bolt" in shown
    assert "1 cells where the first row names 3" in shown
    assert "1 to 4 of 4" in shown


def test_the_list_is_filtered_by_fate_kind_and_text(previewed: Client) -> None:
    changed = body(previewed, query="?what=change")
    assert "Acme" in changed and "Bolt" not in changed
    assert "Bolt" in body(previewed, query="?text=BOLT&kind=Account")
    assert "No row is so." in body(previewed, query="?kind=Contact")


def test_the_file_holds_a_line_for_each_field_and_no_formula(previewed: Client) -> None:
    lines = list(csv.DictReader(body(previewed, "run-rows-file").splitlines()))
    changed = [one for one in lines if one["What"] == "Change"]
    assert [(one["Field"], one["Here now"], one["After loading"]) for one in changed] == [
        ("industry", "Steel", "Paper")
    ]
    assert {one["Record"] for one in lines if one["What"] == "Create"} == {"'-Cog"}
    assert [one["Row"] for one in lines if one["What"] == "Refuse"] == ["5"]


def test_only_operations_see_the_rows_and_unknown_ones_are_not_there(previewed: Client) -> None:
    run = ImportRun.objects.latest("pk")
    other = Client()
    other.force_login(makers.sign_in("leader"))
    for name in ("run-rows", "run-rows-file"):
        assert other.get(reverse(f"imports:{name}", args=[run.pk])).status_code == 403
        assert previewed.get(reverse(f"imports:{name}", args=[999])).status_code == 404
        assert previewed.post(reverse(f"imports:{name}", args=[run.pk])).status_code == 405
    assert previewed.get(reverse("imports:run-rows", args=[run.pk]) + "?page=9").status_code == 404
    Workspace(Path(run.folder)).staging.unlink()
    assert previewed.get(reverse("imports:run-rows", args=[run.pk])).status_code == 404


def test_a_hundred_thousand_rows_are_listed_at_once(tmp_path: Path) -> None:
    from contextlib import closing

    from sightline.exchange.imports import listing
    from sightline.exchange.imports.staging import Staging

    with closing(Staging(tmp_path / "staging.sqlite3")) as staging:
        listing.begin(staging)
        staging.db.executemany(
            "INSERT INTO judged (target, what, n, file, row, key, name, detail)"
            " VALUES ('Account', ?, 0, 0, ?, ?, ?, '{}')",
            (("change" if n % 2 else "skip", n, f"k{n}", f"Account {n}") for n in range(100_000)),
        )
        listing.finish(staging)
    started = time.process_time()
    found = list_page(tmp_path / "staging.sqlite3", Wanted("change", "", "ACCOUNT 99999"), offset=0)
    last = list_page(tmp_path / "staging.sqlite3", Wanted("change"), offset=49_900)
    assert found is not None and found.total == 1
    assert last is not None and len(last.rows) == 100
    assert time.process_time() - started < 1
