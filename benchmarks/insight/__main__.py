"""Run the comparisons: `python -m benchmarks.insight --data FOLDER [whitespace quiet wallet known]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.insight import known, quiet, wallet, whitespace


def main() -> None:
    """Print what was asked for, everything by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=["whitespace", "quiet", "wallet", "known"])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, default=Path("/tmp/insight-sets"))
    asked = parser.parse_args()
    if "whitespace" in asked.what:
        whitespace.report(data=asked.data, scratch=asked.scratch)
    if "quiet" in asked.what:
        quiet.report(data=asked.data, scratch=asked.scratch)
    if "wallet" in asked.what:
        wallet.report(data=asked.data)
    if "known" in asked.what:
        known.report(scratch=asked.scratch)


if __name__ == "__main__":
    main()
