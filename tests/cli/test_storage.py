"""A full disk and a closed folder are told in a sentence that says what to do."""

from __future__ import annotations

import errno
import re
import sqlite3

import click
import pytest
from django.db.utils import OperationalError

from sightline.cli import main as command
from sightline.cli.storage import in_words


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), "no room left.*/data/x"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "no room left"),
        (PermissionError(errno.EACCES, "Permission denied", "/data/x"), "Permission denied.*/x"),
        (OSError(errno.EROFS, "Read-only file system"), "may not be written"),
        (OperationalError("database or disk is full"), "no room left"),
        (OperationalError("could not extend file: No space left on device"), "no room left"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "may not be written"),
    ],
)
def test_each_way_of_saying_it_is_known(problem: Exception, said: str) -> None:
    told = in_words(problem)
    assert told is not None and re.search(said, told)
    assert "SIGHTLINE_DATA=/path" in told


def test_what_led_to_an_error_counts_and_other_errors_are_not_dressed_up() -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as full:
            raise RuntimeError("the import failed") from full
    except RuntimeError as problem:
        assert "no room left" in (in_words(problem) or "")
    assert in_words(FileNotFoundError(errno.ENOENT, "No such file", "/data/x")) is None
    assert in_words(ValueError("full of hope")) is None


def test_a_command_ends_with_the_sentence_and_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(**_how: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(command, "sightline", full)
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("Error: There is no room left on the disk")


def test_any_other_error_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_how: object) -> None:
        raise ValueError("a fault of the program")

    monkeypatch.setattr(command, "sightline", broken)
    with pytest.raises(ValueError, match="a fault"):
        command.main()


def test_click_keeps_its_own_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def refused() -> None:
        raise click.ClickException("not so")

    monkeypatch.setattr(command, "sightline", lambda **_how: refused([]))
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 1 and capsys.readouterr().err == "Error: not so\n"
