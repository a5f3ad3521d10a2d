"""The long run of random histories: how often each fault fired and each invariant was asked.

Usage: ./run python benchmarks/sync/histories.py [--count 10000]
10,000 histories take about an hour on one core. Fails as the test does, and when a
fault fired fewer than 100 times.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run the one test with the count wanted, drawing new histories."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=10_000)
    count = asked.parse_args().count
    environment = {**os.environ, "SYNC_HISTORIES": str(count), "HYPOTHESIS_PROFILE": "long"}
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/crm/test_histories.py"]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
