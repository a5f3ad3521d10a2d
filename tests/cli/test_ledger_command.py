"""`sightline ledger` as it is typed: exit codes, words, and no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from sightline.cli.ledger import ledger, refusals

GOOD = "account,unit,product_line,date,amount,currency\na,,x,2026-01-31,10.00,EUR\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


def run(*words: object) -> Result:
    return CliRunner().invoke(ledger, [str(word) for word in words])


def made(tmp_path: Path, content: str, name: str = "lines.csv") -> Path:
    path = tmp_path / name
    path.write_text(content)
    return path


def test_load_takes_files_and_says_how_many_rows(tmp_path: Path, place: Path) -> None:
    two = made(tmp_path, GOOD + "b,,x,2026-01-31,1.00,EUR\n", "two.csv")
    done = run("load", "lines", made(tmp_path, GOOD), two, "--ledger", place)
    assert (done.exit_code, done.stdout) == (0, "version 1: 3 rows of lines added\n")
    assert "reading lines.csv" in done.stderr


def test_progress_and_results_are_apart(tmp_path: Path, place: Path) -> None:
    done = run("load", "lines", made(tmp_path, GOOD), "--ledger", place, "--json")
    assert json.loads(done.stdout) == {"version": 1, "rows": 1, "known": []}


def test_a_refused_file_is_exit_one_with_row_and_column(tmp_path: Path, place: Path) -> None:
    bad = made(tmp_path, GOOD + "a,,x,soon,1,EUR\n")
    done = run("load", "lines", bad, "--ledger", place)
    assert done.exit_code == 1
    assert 'row 3, column date: "soon" is not a day' in done.stderr
    assert done.stdout == ""
    assert run("show", "--ledger", place).stdout == "version 0\n"


@pytest.mark.parametrize(
    "words", [["load", "wishes", "x.csv"], ["load", "lines"], ["load", "lines", "x.csv"], ["fly"]]
)
def test_wrong_use_is_exit_two(words: list[str]) -> None:
    assert run(*words).exit_code == 2


def test_show_lists_imports_and_undo_takes_one_back(tmp_path: Path, place: Path) -> None:
    run("load", "lines", made(tmp_path, GOOD), "--ledger", place)
    spend = "buyer,category,supplier,date,amount\nb,c,s,2026-01-31,5\n"
    run("load", "spend", made(tmp_path, spend, "spend.csv"), "--ledger", place)
    shown = run("show", "--ledger", place).stdout
    assert shown.startswith("version 2\nlines")
    assert "2026-01-31 to 2026-01-31" in shown
    assert run("undo", "spend:", "--ledger", place).exit_code == 0
    assert "spend" not in run("show", "--ledger", place).stdout
    assert run("undo", "spend:", "--ledger", place).exit_code == 1


def test_check_finds_a_changed_part(tmp_path: Path, place: Path) -> None:
    run("load", "lines", made(tmp_path, GOOD), "--ledger", place)
    assert run("check", "--ledger", place).exit_code == 0
    part = next((place / "parts" / "lines").iterdir())
    part.write_bytes(b"PAR1")
    assert run("check", "--ledger", place).exit_code == 1


def test_help_comes_at_once_without_django_or_ibis() -> None:
    """Start-up is bounded; three seconds leaves room for a busy machine."""
    started = time.monotonic()
    code = (
        "import sys; from click.testing import CliRunner; from sightline.cli.ledger import ledger; "
        "CliRunner().invoke(ledger, ['--help']); "
        "sys.exit(any(name in sys.modules for name in ('django', 'ibis', 'duckdb', 'pyarrow')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert time.monotonic() - started < 3


def test_ctrl_c_within_a_query_is_no_error_of_the_program() -> None:
    with pytest.raises(click.Abort), refusals():
        raise RuntimeError("Query interrupted")
    with pytest.raises(RuntimeError, match="anything else"), refusals():
        raise RuntimeError("anything else")
