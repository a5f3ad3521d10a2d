"""What `./run test` runs: checks, the suite on SQLite, the suite on PostgreSQL, the journeys.

A part that this machine cannot run is named with the way to get it; with CI=true that is a
failure. `./run test PATH…` hands the rest to pytest on SQLite alone.

Tests come in a mixed order that is the same each run, so that a change is red for what it changed;
TEST_ORDER=NUMBER mixes them another way, to find a test that leans on those before it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.postgres import PrivateServer, find_server_programs  # noqa: E402

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PYTEST = (sys.executable, "-m", "pytest", "-q")
CHECKS: Mapping[str, Sequence[str]] = {
    "lint": ("ruff", "check", "--quiet", "."),
    "format": ("ruff", "format", "--quiet", "--check", "."),
    "import contracts": ("lint-imports", "--no-cache"),
    "templates": ("djlint", "src/sightline/web/templates", "--lint", "--quiet"),
    "migrations": (
        sys.executable,
        "-m",
        "django",
        "makemigrations",
        "--check",
        "--dry-run",
        "--settings=tests.settings",
    ),
    "types": ("mypy",),
}


def in_ci() -> bool:
    """Whether this machine builds for everybody, so that nothing may be left out."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


class Report:
    """What ran, what failed, what could not run."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.skipped: list[str] = []
        self.lines: list[str] = []

    def run(self, name: str, command: Sequence[str], **extra: str) -> None:
        """Run one part, with more environment where given; its output goes straight out."""
        print(f"\n== {name} ==", flush=True)
        started = time.monotonic()
        paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
        inherited = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
        environment = {**inherited, "PYTHONPATH": paths, **extra}
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        verdict = "passed" if code == 0 else f"FAILED ({code})"
        self.lines.append(f"{name}: {verdict} in {time.monotonic() - started:.0f} s")
        if code:
            self.failed.append(name)

    def skip(self, name: str, how: str) -> None:
        """Name a part that cannot run here, and the way to get it."""
        print(f"\n== {name}: cannot run here ==\n{how}", flush=True)
        self.skipped.append(name)
        self.lines.append(f"{name}: not run. {how}")

    def close(self) -> int:
        """Print the account of it; answers the exit code."""
        print("\n== summary ==")
        print("\n".join(self.lines))
        if self.skipped and in_ci():
            print("In CI a part that cannot run is a failure.")
            return 1
        return 1 if self.failed else 0


def main(arguments: Sequence[str]) -> int:
    """Run `check` or `test`, with what follows handed to pytest."""
    report = Report()
    os.environ["SIGHTLINE_DATA"] = tempfile.mkdtemp(prefix="sightline-tests-")
    if arguments[0] == "test" and len(arguments) > 1:
        report.run("tests", [*PYTEST, *arguments[1:]])
        return report.close()
    for name, command in CHECKS.items():
        report.run(name, command)
    report.run("house", _pytest("tests/house"))
    if arguments[0] == "test":
        _suites(report)
    return report.close()


def _suites(report: Report) -> None:
    plain = "not browser and not npm and not benchmark"
    report.run("suite on SQLite", _pytest("-m", plain, "-n", "2", "--ignore=tests/house"))
    _on_postgresql(report, f"{plain} and not either")
    if shutil.which("npm"):
        report.run("clients from npm", _pytest("-m", "npm"))
    else:
        report.skip("clients from npm", "npm is missing. Debian: apt install nodejs npm")
    if any(shutil.which(name) for name in CHROMIUM):
        report.run("browser journeys", _pytest("-m", "browser"))
    else:
        report.skip("browser journeys", "Chromium is missing. Debian: apt install chromium")


def _on_postgresql(report: Report, which: str) -> None:
    programs = find_server_programs()
    if programs is None:
        report.skip(
            "suite on PostgreSQL",
            "PostgreSQL's server is missing. Debian: apt install postgresql. "
            "macOS: brew install postgresql@17",
        )
        return
    with PrivateServer(programs) as server:
        report.run(
            "suite on PostgreSQL",
            _pytest("-m", which, "-n", "2"),
            DATABASE_URL=server.address,
            SIGHTLINE_TEST_POSTGRES_URL=server.address,
        )


def _pytest(*arguments: str) -> list[str]:
    return [*PYTEST, "--randomly-seed", os.environ.get("TEST_ORDER", "1"), *arguments]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
