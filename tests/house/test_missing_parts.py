"""What a machine lacks is named with the way to get it, and in CI it fails the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import run as suites

MISSING = {
    "suite on PostgreSQL": "apt install postgresql",
    "clients from npm": "apt install nodejs npm",
    "browser journeys": "apt install chromium",
}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> suites.Report:
    """A machine with neither browser nor npm nor PostgreSQL, on which all that runs passes."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(suites, "find_server_programs", lambda: None)
    monkeypatch.setattr(suites.Report, "run", lambda self, name, command, **more: None)
    report = suites.Report()
    suites._suites(report)
    return report


@pytest.mark.parametrize(
    ("said", "code"), [("true", 1), ("1", 1), ("TRUE", 1), ("", 0), ("false", 0)]
)
def test_a_missing_part_is_named_and_fails_only_in_ci(
    bare: suites.Report,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    said: str,
    code: int,
) -> None:
    monkeypatch.setenv("CI", said)
    assert bare.close() == code
    summary = capsys.readouterr().out.partition("== summary ==")[2].splitlines()
    for part, how in MISSING.items():
        assert any(part in line and how in line for line in summary)
    assert bare.skipped == list(MISSING)
