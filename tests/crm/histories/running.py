"""Drawing histories: so many, each from the same start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.stateful import run_state_machine_as_test

from tests.crm.histories.ground import Start
from tests.crm.histories.machine import Histories

# Most faults show in short histories; long ones mix them. A batch has one of these lengths.
STEPS = (3, 5, 8, 12, 20)
SHORT = STEPS[:3]
BATCH = 25


@contextmanager
def one_start() -> Iterator[None]:
    """Every history begins with the same world, made once and taken back at the end."""
    with transaction.atomic():
        Histories.start = Start.make()
        try:
            yield
        finally:
            Histories.start = None
            transaction.set_rollback(True)


@contextmanager
def fresh_ones() -> Iterator[None]:
    """Every history drawn anew. Hypothesis otherwise follows each by five mutants of it, which costs
    the variety that finds what needs a rare rule."""
    drawn = ConjectureRunner.generate_mutations_from
    ConjectureRunner.generate_mutations_from = lambda self, data: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        ConjectureRunner.generate_mutations_from = drawn  # type: ignore[method-assign]


def run_batches(count: int, *, seed: int, lengths: Sequence[int] = STEPS) -> None:
    """Draw `count` histories in batches, each from the next seed, of these lengths in turn."""
    for place, first in enumerate(range(0, count, BATCH)):
        steps = lengths[place % len(lengths)]
        run_histories(min(BATCH, count - first), seed=seed + place, steps=steps)


def run_histories(count: int, *, seed: int, steps: int, shrink: bool = False) -> None:
    """Draw `count` histories, always the same of a seed and a number of steps. Fails at the first
    that does."""
    Histories._hypothesis_internal_use_seed = seed  # type: ignore[attr-defined]
    phases = [Phase.generate, *([Phase.shrink] if shrink else [])]
    with one_start(), fresh_ones():
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            Histories,
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
