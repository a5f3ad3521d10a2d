"""`./run COMMAND` runs it from any folder, in its environment, and ends as the command ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import venv
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "run"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A link to it in a folder of its own, and an environment that needs nothing installed."""
    programs = tmp_path / "environment" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "greet"):
        (programs / name).write_text("#!/bin/sh\necho $0 $SIGHTLINE_DATA $(pwd)\n")
        (programs / name).chmod(0o755)
    (programs.parent / ".installed-requirements.txt").write_text("held")
    link = tmp_path / "elsewhere" / "start"
    link.parent.mkdir()
    link.symlink_to(RUN)
    return link


def ask(run: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "SIGHTLINE_DATA"}
    environment = {**kept, "SIGHTLINE_VENV": str(run.parents[1] / "environment"), **more}
    return subprocess.run(
        [str(run), *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=run.parent,
        env=environment,
    )


@pytest.mark.parametrize("code", [0, 1, 2, 7])
def test_it_ends_as_the_command_ends(run: Path, code: int) -> None:
    assert ask(run, "sh", "-c", f"exit {code}").returncode == code


def test_programs_of_the_environment_run_in_the_callers_folder(run: Path) -> None:
    told = ask(run, "greet").stdout.split()
    assert told == [
        str(run.parents[1] / "environment" / "bin" / "greet"),
        str(RUN.parent / ".data"),
        str(run.parent),
    ]


def test_another_data_folder_is_kept(run: Path, tmp_path: Path) -> None:
    assert ask(run, "greet", SIGHTLINE_DATA="/somewhere").stdout.split()[1] == "/somewhere"


def test_help_names_what_there_is(run: Path) -> None:
    told = ask(run, "--help")
    assert told.returncode == 0
    assert all(word in told.stdout for word in ("./run --empty", "./run test", "./run COMMAND"))


COMMAND = "import sys\n\ndef main():\n    print(__file__, sys.argv[1:], sep='\\n')\n    return 3\n"


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A copy of it in a folder with spaces, whose commands say where they lie; nothing is fetched."""
    folder = tmp_path / "a folder" / "sight line"
    for package in ("src/sightline/cli", "src/sightline_sandbox"):
        (folder / package).mkdir(parents=True)
    (folder / "src/sightline/cli/main.py").write_text(COMMAND)
    (folder / "requirements.txt").write_text("")
    shutil.copy(RUN, folder / "run")
    venv.create(folder / ".venv", symlinks=True)
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "uv").write_text("#!/bin/sh\nexit 0\n")
    (programs / "uv").chmod(0o755)
    return folder


def said_in(folder: Path, tmp_path: Path) -> tuple[int, list[str]]:
    path = f"{tmp_path / 'programs'}:{os.environ['PATH']}"
    own = {"SIGHTLINE_VENV", "PYTHONPATH"}  # of the suite's environment, not of somebody's
    kept = {name: value for name, value in os.environ.items() if name not in own}
    done = subprocess.run(
        [str(folder / "run"), "sightline", "two words", "'quoted'"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**kept, "PATH": path},
    )
    return done.returncode, done.stdout.splitlines()


def test_its_commands_run_from_a_folder_with_spaces_and_after_it_moved(
    installation: Path, tmp_path: Path
) -> None:
    expected = "src/sightline/cli/main.py"
    arguments = str(["two words", "'quoted'"])
    assert said_in(installation, tmp_path) == (3, [str(installation / expected), arguments])
    moved = installation.rename(tmp_path / "moved to")
    assert said_in(moved, tmp_path) == (3, [str(moved / expected), arguments])
