"""The command: writes, counts, speaks JSON, and refuses what it does not know."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from sightline.exchange.demonstration import generate
from sightline.exchange.demonstration.command import generate_command
from sightline.exchange.demonstration.sign_ins import people_of_export
from sightline.exchange.demonstration.stories import DIP
from tests.exchange.demonstration.facts import Facts


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(generate_command, arguments)
    return result.exit_code, result.output


def test_it_writes_the_export_and_says_what(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    code, text = run("--out", str(out), "--accounts", "24", "--today", "2026-03-02")
    assert code == 0
    assert "24  Account.csv" in text
    assert (out / "OpportunityHistory.csv").exists()
    assert "2026-03-02" in (out / "README.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_account_manager_who_signs_in_owns_the_account_of_the_tour(
    tmp_path: Path, seed: int
) -> None:
    generate(tmp_path, accounts=24, seed=seed, today=date(2026, 3, 2))
    facts = Facts(tmp_path, today=date(2026, 3, 2))
    owner = facts.table("Account")[DIP]["OwnerId"]
    (email,) = (user["Email"] for user in facts.table("User") if user["Id"] == owner)
    assert people_of_export(tmp_path)[0].email == email.lower()


def test_json_counts_are_the_rows_in_the_files(tmp_path: Path) -> None:
    code, text = run(
        *("--out", str(tmp_path), "--accounts", "24", "--today", "2026-03-02"),
        *("--without", "dip", "--without", "fantasy", "--json"),
    )
    assert code == 0
    summary = json.loads(text)
    facts = Facts(tmp_path, today=date(2026, 3, 2))
    assert all(len(facts.table(name)) == count for name, count in summary["rows"].items())
    assert "dip" not in summary["stories"]
    assert "no-path" in summary["stories"]
    assert "Left out: dip, fantasy" in (tmp_path / "README.txt").read_text(encoding="utf-8")


def test_wrong_use_is_exit_code_two(tmp_path: Path) -> None:
    for arguments in (
        (),
        ("--out", str(tmp_path), "--accounts", "3"),
        ("--out", str(tmp_path), "--without", "unheard-of"),
        ("--out", str(tmp_path), "--today", "2026-13-45"),
    ):
        assert run(*arguments)[0] == 2
