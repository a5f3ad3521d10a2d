"""Statements composed once are the statements that Django composes, whatever a history asks."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.crm.histories import composed
from tests.crm.histories.ground import CHECKED, FIRED
from tests.crm.histories.running import run_histories


def met() -> tuple[Counter[str], Counter[str]]:
    """What a few histories meet."""
    before = FIRED.copy(), CHECKED.copy()
    run_histories(2, seed=11, steps=5)
    return FIRED - before[0], CHECKED - before[1]


@pytest.mark.django_db
def test_a_history_meets_the_same_however_its_statements_are_composed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plainly = met()
    monkeypatch.setattr(composed, "CHECK", True)
    monkeypatch.setattr(composed, "_STATEMENTS", {})
    composed.compose_once()
    try:
        once = met()
    finally:
        composed.compose_each_time()
    assert once == plainly
    assert sum(one.fit for one in composed._STATEMENTS.values()) > 70
