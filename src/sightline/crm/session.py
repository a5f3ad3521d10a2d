"""One worker's dealings with one connection: its port, its rules, and how its records are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sightline.actions.sync.context import Context, context_of
from sightline.actions.sync.store import StagedRow
from sightline.agreement.records import RemoteRecord
from sightline.agreement.values import ObjectShape
from sightline.crm.budget import Guarded


class Meanings(Protocol):
    """How a record of theirs is read as rows of ours: the same meanings as imports use."""

    def columns(self, shape: ObjectShape, chosen: Mapping[str, str]) -> list[str]:
        """Which of an object's fields are read."""

    def reader(
        self, shape: ObjectShape, chosen: Mapping[str, str]
    ) -> Callable[[RemoteRecord], Sequence[StagedRow]]:
        """What a record comes to: rows for our targets, none where it is none of our business.
        Raises Unreadable."""


Clock = Callable[[], dt.datetime]


@dataclass(slots=True)
class Session:
    """A connection in hand."""

    connection_id: int
    crm: Guarded
    meanings: Meanings
    clock: Clock

    def context(self) -> Context:
        """Rules and describe as stored now."""
        return context_of(self.connection_id)

    def fields(self, context: Context, name: str) -> list[str]:
        """Which of their fields are read: what meanings need, and what the mapping names."""
        shape = context.shapes[name]
        wanted = set(self.meanings.columns(shape, context.rules.columns.get(name, {})))
        rule = context.rule(name)
        if rule is not None:
            named = [*(one.theirs for one in rule.fields), rule.key_field, *rule.natural]
            wanted |= {one for one in named if one in shape.fields}
        return sorted(wanted)

    def read(self, context: Context, name: str) -> Callable[[RemoteRecord], Sequence[StagedRow]]:
        """How records of an object are read."""
        return self.meanings.reader(context.shapes[name], context.rules.columns.get(name, {}))
