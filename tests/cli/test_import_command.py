"""`sightline import`: exit codes, JSON, and a word instead of a traceback."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sightline.cli.import_ import import_command
from sightline.records.models import Account, ExchangeRate, ImportRun, Source

pytestmark = pytest.mark.django_db


def run(*arguments: str | Path) -> Any:
    result = CliRunner().invoke(import_command, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.csv"
    path.write_text("Id,Name\n0015g00000A0001,Acme\n", encoding="utf-8")
    return path


def test_a_dry_run_leaves_nothing_behind(accounts: Path) -> None:
    result = run("accounts", accounts, "--dry-run", "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["create"], answer["dry_run"]) == (0, 1, True)
    assert not Account.objects.exists() and not ImportRun.objects.exists()
    assert not Source.objects.exists()


def test_done_is_zero_and_says_what_was_stored(accounts: Path) -> None:
    result = run("accounts", accounts, "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["applied"]["Account"]["create"]) == (0, 1)
    assert Account.objects.count() == 1


def test_refused_rows_are_one_and_the_file_to_mend_is_named(accounts: Path) -> None:
    with accounts.open("a", encoding="utf-8") as file:
        file.write("0015g00000A0002\n")
    result = run("accounts", accounts)
    assert result.exit_code == 1
    assert "refused" in result.stdout and "1 cells where the first row names 2" in result.stdout
    assert Account.objects.count() == 1


def test_wrong_use_is_two(tmp_path: Path) -> None:
    assert run("nonsense", tmp_path).exit_code == 2
    assert run().exit_code == 2
    assert run("accounts").exit_code == 2


def test_an_ambiguous_format_names_both_readings_and_the_option(accounts: Path) -> None:
    accounts.write_text("Id,Name,CreatedDate\n1,Acme,03/04/2026\n", encoding="utf-8")
    result = run("accounts", accounts)
    assert result.exit_code == 1
    for word in ("the day first", "the month first", "--dates dmy|mdy"):
        assert word in result.stderr
    assert run("accounts", accounts, "--dates", "dmy").exit_code == 0
    assert str(Account.objects.get().created_on) == "2026-04-03"


HOSTILE = {
    "nul.csv": b"Id,Name\n1,a\x00b\n",
    "empty.csv": b"",
    "utf16.csv": "Id,Name\n1,a\n".encode("utf-16"),
    "wide.csv": b"Id,Name" + b",x" * 200_000 + b"\n",
    "cut.xlsx": b"PK\x03\x04" + b"x" * 100,
    "formula.csv": b"Id,Name\n1,=cmd|' /C calc'!A0\n",
    "quote.csv": b'Id,Name\n1,"open\n2,b\n',
    "binary.csv": bytes(range(256)) * 100,
    "ragged.csv": b"Id,Name\n1,a,b,c\n2\n",
    "long.csv": b'Id,Name\n1,"' + b"x" * 30_000_000 + b'"\n',
}


ZIPPED = (
    ("../../Account.csv", b"Id,Name\n1,a\n", "outside the archive"),
    ("Account.csv", b"\0" * 40_000_000, "ZIP bomb"),
    ("Account.csv", b"Id,Name\n1,a\x00b\n", "NUL"),
)


@pytest.mark.parametrize("kind", ["accounts", "revenue-lines", "salesforce-export"])
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_are_refused_with_a_word(tmp_path: Path, kind: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    result = run(kind, path)
    assert result.exit_code == 1
    assert "refused" in result.output
    assert not Account.objects.exists()


def test_a_hostile_zip_is_refused_with_a_word(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    for name, content, word in ZIPPED:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        result = run("salesforce-export", path)
        assert (result.exit_code, word in result.stderr) == (1, True), word
    path.write_bytes(path.read_bytes()[:300])
    assert run("salesforce-export", path).exit_code == 1


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert run("accounts", tmp_path / "none.csv").exit_code == 1
    assert run("salesforce-export", tmp_path / "none").exit_code == 1


def test_rates_are_kept_by_month(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(
        "month,currency,rate\n2026-01-01,EUR,0.85\n2026-02,EUR,0.86\n", encoding="utf-8"
    )
    assert run("rates", path).exit_code == 0
    assert ExchangeRate.objects.count() == 2
    again = json.loads(run("rates", path, "--json").stdout)
    assert again == {"created": 0, "changed": 0, "skipped": 2}
    path.write_text("month,currency,rate\n2026-01-01,EUR,-1\n", encoding="utf-8")
    assert run("rates", path).exit_code == 1


def test_an_import_is_taken_back_by_its_number(accounts: Path) -> None:
    number = json.loads(run("accounts", accounts, "--json").stdout)["run"]
    assert run("--undo", str(number)).exit_code == 0
    assert not Account.objects.exists()
    assert run("--undo", str(number)).exit_code == 1
    assert run("--undo", "999").exit_code == 1


def test_a_saved_mapping_is_used_by_its_name(tmp_path: Path) -> None:
    from sightline.actions.imports import runs

    path = tmp_path / "a.csv"
    path.write_text("Nr,Firma\n1,Acme\n", encoding="utf-8")
    runs.save_mapping(
        "accounts",
        "german",
        columns={"accounts": {"Nr": "id", "Firma": "name"}},
        options={},
        actor_id=None,
    )
    assert run("accounts", path).exit_code == 1
    assert run("accounts", path, "--mapping", "german").exit_code == 0
    assert Account.objects.get().name == "Acme"
    assert run("accounts", path, "--mapping", "nobody").exit_code == 1
