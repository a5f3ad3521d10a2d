"""Can the proof fail? Each seeded bug is applied to a copy, and the machine has to notice it.

Usage: ./run python benchmarks/sync/seeded_bugs.py [--histories 150] [NAME ...]
Bugs are patches in tests/crm/seeded_bugs; the first line of each names the promise of
tests/crm/test_rounds.py that tells of it too. Exit 1 where one is caught by neither.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATCHES = ROOT / "tests" / "crm" / "seeded_bugs"
PARTS = ("src", "tests", "salesforce", "pyproject.toml")


def main() -> int:
    """Try every bug and print who caught it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--histories", type=int, default=150)
    asked.add_argument("names", nargs="*")
    given = asked.parse_args()
    missed = 0
    for patch in sorted(PATCHES.glob("*.patch")):
        if given.names and patch.stem not in given.names:
            continue
        caught = try_bug(patch, given.histories)
        missed += not caught
        print(f"{patch.stem:34} {caught or 'NOT CAUGHT'}", flush=True)
    return 1 if missed else 0


def try_bug(patch: Path, histories: int) -> str:
    """Who caught it, and after how long; empty where nobody did."""
    promise = patch.read_text().splitlines()[0].rpartition(": ")[2]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in PARTS:
            whole = ROOT / part
            (shutil.copytree if whole.is_dir() else shutil.copy)(whole, copy / part)
        subprocess.run(
            ["patch", "-p1", "-s", "-i", str(patch)], cwd=copy, check=True, stdin=subprocess.DEVNULL
        )
        by = []
        for who, test in (
            ("the machine", "tests/crm/test_histories.py"),
            ("its promise", f"tests/crm/test_rounds.py::{promise}"),
        ):
            started = time.monotonic()
            if fails(copy, test, histories):
                by.append(f"{who} ({time.monotonic() - started:.0f} s)")
        return ", ".join(by)


def fails(copy: Path, test: str, histories: int) -> bool:
    """Whether a test fails on the copy; a test that cannot run at all is an error of ours."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{copy}:{copy / 'src'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
        "SYNC_HISTORIES": str(histories),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", *EXTRA, test]
    done = subprocess.run(
        command, cwd=copy, env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return done.returncode == 1


EXTRA = (
    "-p",
    "no:randomly",
    "-p",
    "no:cacheprovider",
    *os.environ.get("SEEDED_PYTEST", "").split(),
)


if __name__ == "__main__":
    sys.exit(main())
