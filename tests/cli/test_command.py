"""The `sightline` command as a whole: help everywhere, loading only what is called."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from sightline.cli.main import COMMANDS


def run(*arguments: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    import os

    environment: Mapping[str, str] = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "SIGHTLINE_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "sightline.config.settings",
        **more,
    }
    return subprocess.run(
        [sys.executable, "-m", "sightline.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=dict(environment),
        timeout=120,
    )


@pytest.mark.parametrize("command", [*COMMANDS, ""])
def test_every_command_explains_itself(command: str, tmp_path: Path) -> None:
    answer = run(*([command] if command else []), "--help", data=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "Usage: sightline" in answer.stdout


def test_an_unknown_command_is_wrong_use(tmp_path: Path) -> None:
    assert run("conquer", data=tmp_path).returncode == 2


def test_a_wrong_setting_is_named_without_a_traceback(tmp_path: Path) -> None:
    answer = run("user", "list", data=tmp_path, DATABASE_URL="mysql://a/b")
    assert answer.returncode == 1
    assert "DATABASE_URL" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_database_that_is_down_is_said_without_a_traceback(tmp_path: Path) -> None:
    address = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"
    answer = run("user", "list", data=tmp_path, DATABASE_URL=address)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr


def test_a_new_folder_gets_its_tables_and_doctor_says_what_to_do(tmp_path: Path) -> None:
    made = run("user", "create", "ana@example.org", "--admin", "--json", data=tmp_path)
    assert made.returncode == 0, made.stderr
    answer = run("doctor", "--json", data=tmp_path)
    told = json.loads(answer.stdout)
    assert answer.returncode == 1 and not told["well"]
    todo = {row["what"]: row["todo"] for row in told["findings"]}
    assert "salesforce-export" in todo["Accounts"]
    assert todo["Sign-ins"] == ""


@pytest.mark.parametrize(("mode", "said"), [(0o755, True), (0o750, False), (0o700, False)])
def test_doctor_says_where_everybody_on_the_machine_may_read_the_data(
    mode: int, said: bool, tmp_path: Path
) -> None:
    tmp_path.chmod(mode)
    answer = run("doctor", "--json", data=tmp_path)
    todo = {row["what"]: row["todo"] for row in json.loads(answer.stdout)["findings"]}
    assert ("chmod o=" in todo["Data folder"]) is said
