"""The pages of imports: choose, look, load, take back; for Operations only."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sightline.jobs.worker import Worker
from sightline.records.models import Account, ImportRun, SavedMapping, Source
from tests import makers
from tests.cli.test_import_command import HOSTILE, ZIPPED
from tests.web.laid_out import one_line

pytestmark = pytest.mark.django_db(transaction=True)
ACCOUNTS = b"Id,Name,Colour__c\n0015g00000A0001,Acme,blue\n0015g00000A0002,Bolt\n"


@pytest.fixture
def operations(client: Client) -> Client:
    """Signed in as Operations."""
    client.force_login(makers.sign_in("operations"))
    return client


def upload(
    client: Client, content: bytes = ACCOUNTS, *, kind: str = "accounts", **more: str
) -> Any:
    file = SimpleUploadedFile("../my accounts.csv", content)
    return client.post(reverse("imports:run-new"), {"kind": kind, "uploaded": [file], **more})


def page(client: Client, **headers: str) -> str:
    run = ImportRun.objects.latest("pk")
    answer = client.get(reverse("imports:run-show", args=[run.pk]), headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def verb(client: Client, action: str, **posted: str) -> Any:
    run = ImportRun.objects.latest("pk")
    return client.post(reverse(f"imports:run-{action}", args=[run.pk]), posted, follow=True)


def test_a_demonstration_is_to_be_removed_first(operations: Client) -> None:
    address = reverse("imports:run-new")
    assert "Remove the demonstration" not in operations.get(address).content.decode()
    Source.objects.create(kind="salesforce", name="Demo", demonstration=True)
    shown = operations.get(address).content.decode()
    assert "Remove the demonstration" in shown and reverse("settings:demonstration") in shown


def test_from_files_to_rows_and_back(operations: Client) -> None:
    answer = upload(operations)
    assert answer.status_code == 303
    assert "every 2s" in page(operations)
    Worker().run_all()
    shown = page(operations)
    assert "2 cells where the first row names 3" in shown
    assert "every 2s" not in shown and "Colour__c" in shown
    assert not Account.objects.exists()
    verb(operations, "load")
    assert Worker().run_one()
    assert Account.objects.get().name == "Acme"
    assert "Take it back" in page(operations)
    verb(operations, "undo")
    while Account.objects.exists() and Worker().run_one():
        pass
    assert not Account.objects.exists()
    assert "Taken back" in page(operations)


def test_refused_rows_are_a_file_to_mend(operations: Client) -> None:
    upload(operations)
    Worker().run_all()
    run = ImportRun.objects.get()
    answer = operations.get(reverse("imports:run-refused", args=[run.pk, 0]))
    body = b"".join(answer).decode("utf-8-sig")
    assert "attachment" in answer["Content-Disposition"]
    assert body.splitlines()[0] == "Id,Name,Colour__c,Sightline row,Sightline problem"
    assert "Bolt" in body and "Acme" not in body
    assert operations.get(reverse("imports:run-refused", args=[run.pk, 9])).status_code == 404


def test_what_is_refused_while_reading_is_counted_by_kind_too(operations: Client) -> None:
    upload(operations, b"Id,Name\n1,Acme\n2,\n")
    assert "0 files" not in page(operations)  # nothing is counted before it was read
    Worker().run_all()
    text = one_line(page(operations))
    assert "1 file, 2 rows" in text
    assert re.search(r"Refused while reading<.*?>1</td>", text)
    assert ">Load</button>" in text


def test_what_would_store_nothing_is_not_offered_to_load(operations: Client) -> None:
    upload(operations, b"Id,Name\n2,\n")
    Worker().run_all()
    text = one_line(page(operations))
    assert "Nothing here would be stored." in text and ">Load</button>" not in text


def test_an_uploaded_name_cannot_leave_its_folder(operations: Client) -> None:
    upload(operations)
    run = ImportRun.objects.get()
    path = Path(run.options["paths"][0])
    assert path.is_file() and path.is_relative_to(Path(run.folder))


def test_a_fragment_is_only_the_part_that_moves(operations: Client) -> None:
    upload(operations)
    whole, part = page(operations), page(operations, **{"HX-Request": "true"})
    assert "<html" in whole and "<html" not in part
    assert 'id="import-state"' in part


def test_what_reads_both_ways_is_a_choice(operations: Client) -> None:
    upload(operations, b"Id,Name,CreatedDate\n1,Acme,03/04/2026\n")
    Worker().run_all()
    shown = page(operations)
    assert "the day first" in shown and "the month first" in shown
    verb(operations, "check", dates="mdy")
    Worker().run_all()
    verb(operations, "load")
    Worker().run_one()
    assert str(Account.objects.get().created_on) == "2026-03-04"


def test_a_column_can_be_given_another_field_and_kept_as_a_mapping(operations: Client) -> None:
    upload(operations, b"Id,Name,Colour__c\n1,Acme,blue\n")
    Worker().run_all()
    verb(operations, "check", **{"column-0-2": "segment"})
    Worker().run_all()
    verb(operations, "save-mapping", name="ours")
    assert SavedMapping.objects.get().columns == {
        "accounts": {"Id": "id", "Name": "name", "Colour__c": "segment"}
    }
    verb(operations, "load")
    Worker().run_one()
    assert Account.objects.get().segment == "blue"
    assert "accounts/ours" in operations.get(reverse("imports:run-new")).content.decode()


def test_an_import_can_be_cancelled_before_it_is_stored(operations: Client) -> None:
    upload(operations)
    Worker().run_all()
    verb(operations, "cancel")
    answer = verb(operations, "load")
    assert "This import is cancelled." in answer.content.decode()
    assert not Account.objects.exists()


def test_nothing_chosen_and_wrong_files_are_said_in_the_form(operations: Client) -> None:
    answer = operations.post(reverse("imports:run-new"), {"kind": "accounts"})
    assert answer.status_code == 422
    wrong = SimpleUploadedFile("virus.exe", b"MZ")
    answer = operations.post(reverse("imports:run-new"), {"kind": "accounts", "uploaded": [wrong]})
    assert (answer.status_code, b"neither CSV" in answer.content) == (422, True)
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [*HOSTILE.items(), *((f"{word}.zip", (inner, held)) for inner, held, word in ZIPPED)],
)
def test_a_hostile_file_is_refused_in_words_on_its_page(
    operations: Client, name: str, content: Any, tmp_path: Path
) -> None:
    kind = "accounts"
    if name.endswith(".zip"):
        kind, (inner, held) = "salesforce-export", content
        with zipfile.ZipFile(tmp_path / "made.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(inner, held)
        content = (tmp_path / "made.zip").read_bytes()
    file = SimpleUploadedFile(name, content)
    answer = operations.post(reverse("imports:run-new"), {"kind": kind, "uploaded": [file]})
    assert answer.status_code in (303, 422)
    if answer.status_code == 303:
        Worker().run_all()
        shown = page(operations)
        assert "refused" in shown.casefold()
        assert "Traceback" not in shown
    assert not Account.objects.exists()


def test_the_history_lists_what_was_loaded(operations: Client) -> None:
    assert (
        "Nothing has been loaded yet"
        in operations.get(reverse("imports:run-list")).content.decode()
    )
    upload(operations)
    assert "my accounts.csv" in operations.get(reverse("imports:run-list")).content.decode()


@pytest.mark.parametrize("role", ["account_manager", "leader", "sponsor", "marketing", "reader"])
def test_other_roles_are_refused(client: Client, role: str) -> None:
    client.force_login(makers.sign_in(role))
    run = ImportRun.objects.create(kind="accounts")
    for name in ("list", "new"):
        assert client.get(reverse(f"imports:run-{name}")).status_code == 403
    assert client.get(reverse("imports:run-show", args=[run.pk])).status_code == 403
    for name in ("check", "load", "cancel", "undo", "save-mapping"):
        assert client.post(reverse(f"imports:run-{name}", args=[run.pk])).status_code == 403


def test_unknown_imports_and_wrong_methods_are_refused(operations: Client) -> None:
    assert operations.get(reverse("imports:run-show", args=[99])).status_code == 404
    assert operations.post(reverse("imports:run-load", args=[99])).status_code == 404
    run = ImportRun.objects.create(kind="accounts")
    assert operations.get(reverse("imports:run-load", args=[run.pk])).status_code == 405
