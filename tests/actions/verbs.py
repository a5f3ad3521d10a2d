"""The registry of verbs: every public function of the actions that takes the person who acts."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from sightline import actions
from sightline.records.scoping import Person

Verb = Callable[..., Any]
_ACTOR = frozenset({"actor_id", "by"})
# What every verb itself writes with.
_TOOLS = frozenset({"journal.record", "outbox.request", "whitespace.ask_for_plans"})
_EDGES = ("web", "api")


def functions() -> Iterator[tuple[str, Verb]]:
    """Every public function of the actions, by module and name."""
    for found in pkgutil.walk_packages(actions.__path__, f"{actions.__name__}."):
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if not name.startswith("_") and function.__module__ == found.name:
                yield f"{found.name.removeprefix('sightline.actions.')}.{name}", function


def verbs_of_people() -> Mapping[str, Verb]:
    """Those that take the person, alone or inside what the person says: they ask for the right."""
    return {name: one for name, one in functions() if _takes_person(one)}


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
    root = Path(inspect.getfile(actions)).parents[1]
    found = set()
    for path in (one for edge in _EDGES for one in (root / edge).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if _imports(tree, f"sightline.actions.{module}", name) and name in _names(tree):
            found.add(path.parent.name)
    return sorted(found)


def _imports(tree: ast.Module, module: str, name: str) -> bool:
    package, _, last = module.rpartition(".")
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            named = {one.name for one in node.names}
            if (node.module == package and last in named) or (
                node.module == module and name in named
            ):
                return True
    return False


def _names(tree: ast.Module) -> set[str]:
    dotted = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return dotted | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _takes_person(function: Verb) -> bool:
    # only the names of types: some are imported for the type checker alone
    said = (str(one.annotation) for one in inspect.signature(function).parameters.values())
    return any(_is_person(function.__globals__.get(name)) for name in said)


def _is_person(kind: Any) -> bool:
    if kind is Person:
        return True
    inside = inspect.isclass(kind) and is_dataclass(kind)
    return inside and any(one.type in (Person, Person.__name__) for one in fields(kind))
