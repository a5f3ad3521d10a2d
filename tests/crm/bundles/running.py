"""Drawing histories of what hangs together, each from the same start."""

from __future__ import annotations

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.crm.bundles.ground import Start
from tests.crm.bundles.machine import Bundles
from tests.crm.histories.running import fresh_ones


def run_bundles(count: int, *, seed: int, steps: int, shrink: bool = False) -> None:
    """Draw `count` histories of `steps`, always the same of a seed. Fails at the first that does."""
    Bundles._hypothesis_internal_use_seed = seed  # type: ignore[attr-defined]
    phases = [Phase.generate, *([Phase.shrink] if shrink else [])]
    with transaction.atomic(), fresh_ones():
        Bundles.start = Start.make()
        try:
            run_state_machine_as_test(  # type: ignore[no-untyped-call]
                Bundles,
                settings=settings(
                    max_examples=count,
                    stateful_step_count=steps,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                    phases=phases,
                    print_blob=False,
                    report_multiple_bugs=False,
                ),
            )
        finally:
            Bundles.start = None
            transaction.set_rollback(True)
