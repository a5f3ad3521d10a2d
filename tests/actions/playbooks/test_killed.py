"""A worker killed at any statement, again and again, has started everything once in the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from sightline.actions.playbooks import evaluate
from sightline.actions.progress import Silent
from sightline.records.models import Action, JournalEntry, PlaybookRun, PlaybookStep
from sightline.records.queries.playbooks import facts
from sightline.records.scoping import person_of
from tests import makers
from tests.actions.playbooks.test_evaluate import TODAY, customers, switched_on

ACCOUNTS = 7
MORE = 11  # statements that each worker lives longer than the last


def killed_at(statement: int) -> bool:
    """Evaluate in a process of its own that kills itself at a statement; whether it came to die."""
    connections.close_all()
    if hasattr(connection, "close_pool"):
        connection.close_pool()  # a child that shares a pool's connection would hear our answers
    child = os.fork()
    if child == 0:
        left = [statement]

        def count(execute: Callable[..., Any], *told: Any) -> Any:
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*told)

        try:
            with connection.execute_wrapper(count):
                evaluate(TODAY, job=Silent())
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_statement_it_starts_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "BATCH", 2)
    makers.company()
    customers(makers.crm_user("Dana"), ACCOUNTS)
    switched_on(person_of(makers.sign_in("operations")))
    statement, deaths, seen = MORE, 0, set[int]()
    while killed_at(statement):
        statement, deaths = statement + MORE, deaths + 1
        seen.add(PlaybookRun.objects.count())
        # whatever was left is whole: every run with its steps, actions and its journal entry
        runs = PlaybookRun.objects.count()
        assert PlaybookStep.objects.count() == Action.objects.count() == 2 * runs
        assert JournalEntry.objects.filter(verb="start_playbook").count() == runs
    assert deaths >= 4 and len(seen) >= 3, (deaths, seen)
    assert PlaybookRun.objects.count() == ACCOUNTS
    assert evaluate(TODAY, job=Silent()).started == 0
