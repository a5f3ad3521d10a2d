"""Histories that failed once, step by step. Each is a program over the machine's own rules."""

from __future__ import annotations

from collections.abc import Callable

from tests.crm.histories.machine import Histories

Program = Callable[[Histories], None]


def a_landed_write_rewritten_before_its_answer_was_known(state: Histories) -> None:
    """A write landed, its answer was lost, and automation rewrote it before it was read again."""
    state.an_edit_here_meets_a_fault(kind="lost", number=1, place="item")
    state.a_trigger_is_turned_on_or_off()
    state.the_day_is_nearly_spent(left=1)
    state.a_worker_dies(death=1)
    state.somebody_there_edits(column="name", late=False, number=2)
    state.somebody_there_merges_the_accounts()
    state.the_token_expires_for_two_workers(crash=True)
    state.a_worker_dies(death=10)
    state.somebody_here_edits(number=1)
    state.a_commit_comes_very_late(column="name", number=1)
    state.time_passes(seconds=700)
    state.a_trigger_is_turned_on_or_off()
    state.a_rule_is_turned_on_or_off()
    state.a_read_breaks(kind="locator", late=False)


PAST: tuple[Program, ...] = (a_landed_write_rewritten_before_its_answer_was_known,)
