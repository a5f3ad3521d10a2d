"""The registry of verbs: every public function of the actions that takes the person who acts."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sightline import actions
from sightline.records.scoping import Person

Verb = Callable[..., Any]
_ACTOR = frozenset({"actor_id", "by"})
# What verbs themselves write with, once they have asked for the right.
_TOOLS = frozenset(
    {
        "asks.escalate",
        "asks.mention",
        "calls.undo_call",
        "journal.record",
        "journal.record_each",
        "messages.sending.notify",
        "monday.acts.asked_act",
        "monday.acts.change_action",
        "monday.acts.own_action",
        "monday.answers.keep_answer",
        "monday.answers.keep_opening",
        "monday.answers.reopen_own_action",
        "monday.delegate.take_back",
        "monday.keep.keep_week",
        "outbox.request",
        "plan_parts.told",
        "play_cells.note_cells",
        "plays.save_play",
        "queue.ask_to_cancel_own",
        "reviews.freeze.freeze",
        "sync.calls.send_soon",
        "sync.calls.take_back",
        "whitespace.ask_for_plans",
    }
)
_EDGES = ("web", "api")


@cache
def functions() -> tuple[tuple[str, Verb], ...]:
    """Every public function of the actions, by module and name."""
    return tuple(_functions())


def _functions() -> Iterator[tuple[str, Verb]]:
    for found in pkgutil.walk_packages(actions.__path__, f"{actions.__name__}."):
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if not name.startswith("_") and function.__module__ == found.name:
                yield f"{found.name.removeprefix('sightline.actions.')}.{name}", function


def verbs_of_people() -> Mapping[str, Verb]:
    """Those that take the person, alone or inside what the person says: they ask for the right."""
    return {name: one for name, one in functions() if name not in _TOOLS and _takes_person(one)}


def verbs_behind_a_gate() -> Mapping[str, Verb]:
    """Those that only note who acted (`actor_id`, `by`): the page or command asks for the right."""
    of_people = verbs_of_people()
    return {
        name: one
        for name, one in functions()
        if name not in {*of_people, *_TOOLS} and _ACTOR & set(inspect.signature(one).parameters)
    }


def pages_that_call(verb: str) -> list[str]:
    """The packages of pages (or of the API) whose code names a verb, sorted."""
    module, _, name = verb.rpartition(".")
    package, _, last = f"sightline.actions.{module}".rpartition(".")
    wanted = {(package, last), (f"{package}.{last}", name)}
    return sorted(
        {page.package for page in _pages() if name in page.names and wanted & page.imports}
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """What the code of one module of pages brings in, (module, name), and every name it says."""

    package: str
    imports: frozenset[tuple[str, str]]
    names: frozenset[str]


@cache
def _pages() -> tuple[_Page, ...]:
    root = Path(inspect.getfile(actions)).parents[1]
    return tuple(_page(path) for edge in _EDGES for path in (root / edge).rglob("*.py"))


def _page(path: Path) -> _Page:
    imports, names = set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            imports |= {(node.module or "", one.name) for one in node.names}
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Name):
            names.add(node.id)
    return _Page(path.parent.name, frozenset(imports), frozenset(names))


def _takes_person(function: Verb) -> bool:
    # only the names of types: some are imported for the type checker alone
    said = (str(one.annotation) for one in inspect.signature(function).parameters.values())
    return any(_is_person(function.__globals__.get(name)) for name in said)


def _is_person(kind: Any) -> bool:
    if kind is Person:
        return True
    inside = inspect.isclass(kind) and is_dataclass(kind)
    return inside and any(one.type in (Person, Person.__name__) for one in fields(kind))
