"""`sightline measure`: what stops it is said with what to do."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from sightline.actions import measuring
from sightline.cli.measure import measure
from sightline.planning.errors import MissingRate


def test_a_missing_rate_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise MissingRate("no rate from USD into GBP for 2011-05")

    monkeypatch.setattr(measuring, "measure", stop)
    answer = CliRunner().invoke(measure, ["--as-of", "2014-05-01"])
    assert answer.exit_code == 1
    assert "no rate from USD into GBP for 2011-05. Load rates" in answer.output
    assert "Settings, Company" in answer.output
