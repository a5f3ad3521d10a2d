"""One worker's dealings with one connection: its port, its rules, and how its records are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sightline.actions.imports.targets import TARGETS
from sightline.actions.sync.context import Context, context_of
from sightline.actions.sync.store import Read
from sightline.agreement.values import ObjectShape
from sightline.crm.budget import Guarded

# A column of a whole object, by id: (object, column) to values.
Look = Callable[[str, str], Mapping[str, str]]


class Meanings(Protocol):
    """How a record of theirs is read as rows of ours: the same meanings as imports use."""

    def columns(self, shape: ObjectShape, chosen: Mapping[str, str]) -> list[str]:
        """Which of an object's fields are read."""

    def reader(
        self,
        shape: ObjectShape,
        chosen: Mapping[str, str],
        meanings: Mapping[str, Mapping[str, str]],
        look: Look,
    ) -> Read:
        """What records of an object come to. `meanings` say what values of a field mean; `look`
        answers a column of another object."""


Clock = Callable[[], dt.datetime]


@dataclass(slots=True)
class Session:
    """A connection in hand."""

    connection_id: int
    crm: Guarded
    meanings: Meanings
    clock: Clock
    _looked: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    _withheld: Mapping[str, frozenset[str]] | None = None

    def context(self) -> Context:
        """Rules and describe as stored now."""
        return context_of(self.connection_id)

    def fields(self, context: Context, name: str) -> list[str]:
        """Which of their fields are read: what meanings need, and what the mapping names."""
        shape = context.shapes[name]
        wanted = set(self.meanings.columns(shape, _chosen(context, name)))
        rule = context.rule(name)
        if rule is not None:
            named = [*(one.theirs for one in rule.fields), rule.key_field, *rule.natural]
            wanted |= {one for one in named if one in shape.fields}
        return sorted(wanted)

    def read(self, context: Context, name: str) -> Read:
        """How records of an object are read."""
        return self.meanings.reader(
            context.shapes[name],
            _chosen(context, name),
            context.rules.meanings.get(name, {}),
            self.look,
        )

    def mirrored(self, context: Context) -> list[str]:
        """The objects whose rows are kept here: mapped, visible, and known to this version."""
        return [one for one in context.rules.objects if one in context.shapes and one in TARGETS]

    def withheld(self, profile: str) -> Mapping[str, frozenset[str]]:
        """Fields by object that a profile may not read, asked for once a session."""
        if self._withheld is None:
            objects = [one for one in self.context().rules.objects if one in TARGETS]
            self._withheld = self.crm.withheld(profile, objects)
        return self._withheld

    def look(self, name: str, column: str) -> Mapping[str, str]:
        """A column of a small object that is only looked up, read once a session."""
        if (name, column) not in self._looked:
            pages = self.crm.everything(name, [column], "")
            rows = [one for page in pages for one in page.rows]
            found = {one.id: str(one.values.get(column) or "") for one in rows}
            self._looked[name, column] = found
        return self._looked[name, column]


def _chosen(context: Context, name: str) -> dict[str, str]:
    """Which column is read as which field of ours: what crosses both ways is read where it is
    written."""
    rule = context.rule(name)
    pairs = {one.ours: one.theirs for one in rule.fields} if rule is not None else {}
    return {**context.rules.columns.get(name, {}), **pairs}
