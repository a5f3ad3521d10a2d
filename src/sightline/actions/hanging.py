"""Deleting many rows with all that hangs on them: table by table, whole sets at a time, leaves first.

Django's own deletion asks each of some hundred and seventy links for every few rows. Here a set of
rows is a question to the database, so that each table costs one statement for thousands of roots.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from graphlib import TopologicalSorter
from time import monotonic
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models, transaction
from django.db.models.deletion import get_candidate_relations_to_delete

Rows = models.QuerySet[Any, Any]
# for the transaction at hand alone
_BY_KEYS = "SELECT " + ", ".join(
    f"set_config('enable_{way}', 'off', true)" for way in ("seqscan", "hashjoin", "mergejoin")
)


@dataclass(frozen=True, slots=True)
class Link:
    """`below` names `above` by `field`; whether its rows go with the others or only forget them."""

    above: type[models.Model]
    below: type[models.Model]
    field: str
    goes: bool


@dataclass(frozen=True, slots=True)
class Hanging:
    """All links below a root; `order` lists the tables so that each stands before those it names."""

    root: type[models.Model]
    links: tuple[Link, ...]
    order: tuple[type[models.Model], ...]


@dataclass(slots=True)
class Pace:
    """How many rows fit into the time wanted, as the last ones suggest; never fewer than `least`.

    A busy machine stretches every turn: without a least number each row would come to its own.
    """

    least: int
    most: int
    aim: float
    size: int = 0

    def __post_init__(self) -> None:
        self.size = self.size or self.least

    def took(self, seconds: float) -> None:
        """Learn from one turn of `size` rows."""
        wanted = self.aim / max(seconds, 0.001)
        self.size = max(self.least, min(self.most, int(self.size * min(2.0, max(0.25, wanted)))))


def hanging_on(root: type[models.Model]) -> Hanging:
    """What hangs on a model's rows; tables that hold nothing are left out."""
    links: list[Link] = []
    waiting, known = [root], {root}
    while waiting:
        above = waiting.pop()
        for link in _links(above):
            links.append(link)
            if link.goes and link.below not in known:
                known.add(link.below)
                waiting.append(link.below)
    return Hanging(root, tuple(links), _ordered(root, links))


def delete_hanging(hanging: Hanging, roots: Rows, *, aim: float) -> float:
    """Delete the roots and it in transactions of about `aim` seconds; the seconds of the longest
    statement, or of what a transaction took beyond its aim with its commit, if that was longer.

    Raises IntegrityError where somebody wrote a new row beneath meanwhile: what is left then hangs
    together as before.
    """
    waiting, longest = list(_statements(hanging, roots)), 0.0
    waiting.reverse()
    while waiting:
        began = monotonic()
        with transaction.atomic():
            _set_up()
            while waiting and monotonic() - began < aim:
                asked = monotonic()
                waiting.pop()()
                longest = max(longest, monotonic() - asked)
        longest = max(longest, monotonic() - began - aim)
    return longest


def _set_up() -> None:
    """Have PostgreSQL follow links with each statement and not at the end, where nobody counts it,
    and go from the few roots by keys alone: where it takes a person to have many below them, it
    would read all people of the company for each piece."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(_BY_KEYS)


def _links(above: type[models.Model]) -> Iterator[Link]:
    relations: Iterable[Any] = get_candidate_relations_to_delete(above._meta)
    for relation in relations:
        below: type[models.Model] = relation.related_model
        if below._base_manager.exists():
            goes = relation.on_delete is models.CASCADE
            yield Link(above, below, relation.field.name, goes)


def _ordered(root: type[models.Model], links: Sequence[Link]) -> tuple[type[models.Model], ...]:
    """Tables below the root, each before what it names. Raises CycleError where there is no order."""
    goers = {link.below for link in links if link.goes}
    before: dict[type[models.Model], set[type[models.Model]]] = {root: set()}
    for link in links:
        if link.below in goers and link.below is not link.above:
            before.setdefault(link.above, set()).add(link.below)
    return tuple(model for model in TopologicalSorter(before).static_order() if model is not root)


def _statements(hanging: Hanging, roots: Rows) -> Iterator[partial[int]]:
    """What to ask of the database, in order: forgetting first, then deleting, table by table."""
    rows = _rows(hanging, roots)
    for model in (*hanging.order, hanging.root):
        for link in hanging.links:
            if link.above is model and not link.goes:
                for these in rows[model]:
                    yield partial(_forget, link, these)
        for these in rows[model]:
            yield partial(these._raw_delete, DEFAULT_DB_ALIAS)


def _rows(hanging: Hanging, roots: Rows) -> dict[type[models.Model], list[Rows]]:
    """The rows of each table that hang on the roots, once for each way that leads there."""
    found: dict[type[models.Model], list[Rows]] = {hanging.root: [roots]}
    for model in reversed(hanging.order):
        found[model] = [
            model._base_manager.filter(**{f"{link.field}__in": above})
            for link in hanging.links
            if link.goes and link.below is model and link.above is not model
            for above in found[link.above]
        ]
    return found


def _forget(link: Link, rows: Rows) -> int:
    """Take the name of these rows out of those that stay."""
    naming = link.below._base_manager.filter(**{f"{link.field}__in": rows})
    if link.below is link.above:
        naming = naming.exclude(pk__in=rows)
    return naming.update(**{link.field: None})
