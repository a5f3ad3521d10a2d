"""Where the truth is known, insights lie between the obvious rule and one who was told everything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.insight import known


def figure(told: str, name: str) -> float:
    found = re.search(rf"{re.escape(name)}\s+(-?[\d.]+)", told)
    assert found is not None, (name, told)
    return float(found.group(1))


def test_generated_companies_are_judged_better_than_by_the_obvious_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known.report(scratch=tmp_path)
    told = capsys.readouterr().out
    quiet, rest = told.split("whitespace:")
    ranked, wallet = rest.split("wallet, units we sell to:")
    assert figure(quiet, "AUC quarter drop") < figure(quiet, "AUC shipped")
    assert figure(quiet, "AUC recency") <= figure(quiet, "AUC shipped")
    assert figure(quiet, "AUC shipped") < figure(quiet, "AUC oracle")
    assert figure(quiet, "Brier skill formula") < figure(quiet, "Brier skill shipped")
    assert figure(quiet, "lift") >= 2
    assert figure(ranked, "popularity") + 0.02 < figure(ranked, "shipped")
    assert figure(ranked, "shipped") < figure(ranked, "oracle")
    assert figure(wallet, "error factor shipped") <= 2.6
    assert figure(wallet, "(false alarms):") < 0.05
    assert figure(wallet, "(found):") > 0.5
