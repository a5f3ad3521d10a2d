"""Random histories of edits, faults and crashes: both sides agree in the end, and nothing is lost.

benchmarks/sync/histories.py runs the long version. Histories that failed once are kept below and
run first, each as a test of its own.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.crm.machine import HISTORIES, Histories, kinds, report
from tests.crm.past_histories import PAST, Program


@pytest.mark.django_db
@pytest.mark.parametrize("program", PAST, ids=lambda program: program.__name__)
def test_a_history_that_failed_once_does_not_again(program: Program) -> None:
    state = Histories()
    try:
        program(state)
    finally:
        state.teardown()


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
    rare = [name for name, count in kinds().items() if count < 100]
    assert HISTORIES < 10_000 or not rare, f"fired too seldom to prove anything: {rare}"
