"""Random histories of edits, faults and crashes: both sides agree in the end, and nothing is lost.

SYNC_HISTORIES=10000 runs the long version; seeds of past failures are kept by Hypothesis.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.crm.machine import HISTORIES, Histories, report


@pytest.mark.django_db
def test_after_any_history_both_sides_agree(capsys: Any) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Histories,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            print_blob=True,
        ),
    )
    with capsys.disabled():
        print("\n" + report())
