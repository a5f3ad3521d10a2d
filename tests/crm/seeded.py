"""Bugs put in on purpose: each is a change of one line, and a promise that must notice it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import CodeType, FunctionType, ModuleType


@dataclass(frozen=True)
class Bug:
    """`old` becomes `new` in a module of ours; `caught_by` is a test of test_rounds.py."""

    name: str
    module: str
    old: str
    new: str
    caught_by: str


_SYNC = "sightline.actions.sync"
BUGS = (
    Bug(
        "overlap dropped",
        "sightline.crm.adapters.memory",
        '["safe"]) - self.overlap',
        '["safe"])',
        "test_a_commit_that_comes_late_within_the_overlap_is_seen",
    ),
    Bug(
        "base not stored",
        f"{_SYNC}.books",
        "        link.base[name] = [ours, theirs]\n",
        "        pass\n",
        "test_a_change_here_after_one_there_goes_there",
    ),
    Bug(
        "hidden field nulled",
        f"{_SYNC}.books",
        "        return HIDDEN\n",
        "        return None\n",
        "test_a_field_hidden_between_describe_and_read_keeps_our_value",
    ),
    Bug(
        "token refreshed twice",
        f"{_SYNC}.connections",
        "if row.grant_version != seen:",
        "if row.grant_version != row.grant_version:",
        "test_a_refresh_token_is_sent_once_by_two_who_saw_the_same_grant",
    ),
    Bug(
        "merge losing children",
        f"{_SYNC}.combining",
        "for relation in model._meta.related_objects:",
        "for relation in model._meta.related_objects[:0]:",
        "test_the_rows_of_a_merged_record_go_to_the_winner",
    ),
    Bug(
        "older delivery taken",
        f"{_SYNC}.merging",
        "record.stamp < link.stamp:",
        "record.stamp < record.stamp:",
        "test_an_older_delivery_after_a_newer_one_changes_nothing",
    ),
    Bug(
        "newest wins",
        "sightline.agreement.merge",
        "    return Merged(Verdict.CONFLICT)\n",
        "    return Merged(Verdict.TAKE)\n",
        "test_two_different_changes_wait_and_neither_is_lost",
    ),
    Bug(
        "created without a key",
        "sightline.crm.push",
        'keyed = rule.key_field if rule.key_field in shape.fields else ""',
        'keyed = ""',
        "test_a_row_made_here_is_made_there_once_even_when_the_answer_is_lost",
    ),
    Bug(
        "deletion takes an edit along",
        f"{_SYNC}.merging",
        "        if value_here(here, shape) != base.ours:\n            return True",
        "        if value_here(here, shape) != base.ours:\n            return False",
        "test_a_row_deleted_there_and_edited_here_waits_for_a_person",
    ),
    Bug(
        "refused writes tried for ever",
        f"{_SYNC}.sending",
        "        intent.state = SyncIntent.State.REFUSED\n",
        "        intent.state = SyncIntent.State.WAITING\n",
        "test_a_refused_value_waits_in_the_services_own_words",
    ),
    Bug(
        "cut text taken for the whole",
        f"{_SYNC}.merging",
        "(Verdict.SAME, Verdict.AGREED) and not cut",
        "(Verdict.SAME, Verdict.AGREED)",
        "test_a_long_text_is_cut_there_and_whole_here",
    ),
    Bug(
        "share of the day not kept",
        "sightline.crm.budget",
        "if spent.share >= SHARES[purpose]:",
        "if spent.share >= 9:",
        "test_our_share_of_the_days_calls_is_kept",
    ),
    Bug(
        "turning fields never frozen",
        f"{_SYNC}.books",
        "    return len(recent) > TURNS",
        "    return len(recent) > 999",
        "test_a_field_that_turns_too_often_is_frozen_for_a_person",
    ),
    Bug(
        "deleted here comes back",
        f"{_SYNC}.merging",
        "    return link.local_id is not None and here is None",
        "    return False",
        "test_a_row_deleted_here_is_left_there_and_does_not_come_back",
    ),
    Bug(
        "load not ended with its last page",
        f"{_SYNC}.inbox",
        "    if loading and page.last:\n",
        "    if loading and page.last and not page.last:\n",
        "test_a_load_whose_worker_dies_after_the_last_page_is_done",
    ),
)


def sources(bug: Bug) -> tuple[str, str]:
    """The module as it is, and with the bug."""
    source = inspect.getsource(import_module(bug.module))
    count = source.count(bug.old)
    assert count == 1, f"{bug.name}: its line is there {count} times"
    return source, source.replace(bug.old, bug.new)


@contextmanager
def seeded(bug: Bug) -> Iterator[None]:
    """Our own code with one line changed, whoever imported it."""
    module = import_module(bug.module)
    _, source = sources(bug)
    changed = ModuleType(module.__name__)
    changed.__dict__.update({"__name__": module.__name__, "__package__": module.__package__})
    import sys

    sys.modules[module.__name__] = changed  # dataclasses look their module up
    try:
        exec(compile(source, bug.module, "exec"), changed.__dict__)
    finally:
        sys.modules[module.__name__] = module
    kept: list[tuple[FunctionType, CodeType]] = []
    for name, old in functions(module).items():
        new = functions(changed).get(name)
        if new is not None and new.__code__.co_freevars == old.__code__.co_freevars:
            kept.append((old, old.__code__))
            old.__code__ = new.__code__
    try:
        yield
    finally:
        for function, code in kept:
            function.__code__ = code


def functions(module: ModuleType) -> dict[str, FunctionType]:
    """Every function and method that a module defines."""
    found: dict[str, FunctionType] = {}
    for name, one in vars(module).items():
        if isinstance(one, FunctionType) and one.__module__ == module.__name__:
            found[name] = one
        if isinstance(one, type) and one.__module__ == module.__name__:
            for each, method in vars(one).items():
                if isinstance(method, FunctionType):
                    found[f"{name}.{each}"] = method
    return found
