"""Random histories of edits, faults and crashes: both sides agree in the end, and nothing is lost.

benchmarks/sync/histories.py runs the long version, benchmarks/sync/seeded_bugs.py shows that the
machine can fail. Histories that failed once are kept, and run first, each as a test of its own.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.crm.histories.ground import report
from tests.crm.histories.machine import HISTORIES, Histories
from tests.crm.histories.running import SHORT, run_batches
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
    run_batches(HISTORIES, seed=1, lengths=SHORT)
    with capsys.disabled():
        print("\n" + report())
