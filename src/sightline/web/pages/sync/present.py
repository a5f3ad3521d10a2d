"""Words for states, conflicts and refused writes: what happened, and what to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sightline.records.queries.sync import (
    ConflictFacts,
    ConnectionFacts,
    CursorFacts,
    IntentFacts,
)
from sightline.records.queries.sync_history import CrossingFacts
from sightline.web.pages.sync.values import field_word, named, sent

STATES = {
    "ready": (gettext_lazy("Connected"), "pos"),
    "paused": (gettext_lazy("Paused"), "warn"),
    "needs_reconnect": (gettext_lazy("Needs to be connected again"), "neg"),
}
WAYS = {
    "in": gettext_lazy("came in"),
    "out": gettext_lazy("went out"),
    "lost": gettext_lazy("gave way"),
}
KINDS = {
    "deleted": gettext_lazy("Deleted in the CRM, edited here."),
    "turning": gettext_lazy("Changed back and forth too often: something there rewrites it."),
}
# What a person can do about a refusal, by the service's code.
NEXT = {
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": gettext_lazy(
        "A rule in the CRM refuses this value. Change it here, or fill in there what the rule asks for."
    ),
    "REQUIRED_FIELD_MISSING": gettext_lazy(
        "The CRM asks for a field that is not mapped. Fill it in there, or map it."
    ),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": gettext_lazy(
        "The CRM's list does not have this value. Choose another here, or add it there."
    ),
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": gettext_lazy(
        "The connection's user may not see this record. Ask an administrator to share it."
    ),
    "DUPLICATES_DETECTED": gettext_lazy(
        "The CRM has a record like this one. Open it there and decide which of the two stays."
    ),
    "NOTHING_WRITABLE": gettext_lazy(
        "Ask an administrator to let the connection's user write these fields, or change the mapping."
    ),
}


@dataclass(frozen=True, slots=True)
class ConnectionLine:
    """One connection of the list: where it stands, and what of it waits for a person."""

    facts: ConnectionFacts
    state: str
    tone: str
    asks: str


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One contested field in words; `why` only where it is not that both sides changed it."""

    facts: ConflictFacts
    field: str
    why: str
    base: str | None
    ours: str | None
    theirs: str | None


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """A record and what of it is contested."""

    link_id: int
    title: str
    target: str
    found_at: dt.datetime
    lines: list[ConflictLine]


@dataclass(frozen=True, slots=True)
class AlikeLine:
    """A field of an object over which several rows are contested, to be settled by one rule."""

    target: str
    field: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class WriteLine:
    """One write that waits or was refused."""

    facts: IntentFacts
    title: str
    fields: str
    next_step: str


@dataclass(frozen=True, slots=True)
class ObjectLine:
    """One object's row in the table."""

    facts: CursorFacts
    waiting: int
    words: str
    tone: str
    name: str
    rows: str


@dataclass(frozen=True, slots=True)
class CrossingLine:
    """One line of the history."""

    facts: CrossingFacts
    title: str
    field: str
    way: str
    before: str | None
    after: str | None


def connection_lines(found: Sequence[ConnectionFacts]) -> list[ConnectionLine]:
    """The list of connections."""
    return [ConnectionLine(one, *state_words(one), asks=_asks(one)) for one in found]


def state_words(facts: ConnectionFacts) -> tuple[str, str]:
    """Where a connection stands, and its tone; one that never answered, or whose last round was
    refused, is not called connected."""
    words, tone = STATES[facts.state]
    if facts.state == "ready" and facts.state_note:
        return _("Held up"), "warn"
    if facts.state == "ready" and facts.pulled_at is None:
        return _("Not read yet"), ""
    return str(words), tone


def _asks(facts: ConnectionFacts) -> str:
    """What waits for a person: conflicts and refused writes."""
    return _asking(facts.conflicts, facts.refused)


def _asking(conflicts: int, refused: int) -> str:
    parts = []
    if conflicts:
        parts.append(ngettext("%(n)s conflict", "%(n)s conflicts", conflicts) % {"n": conflicts})
    if refused:
        parts.append(_("%(n)s refused") % {"n": refused})
    return ", ".join(parts)


def titled(titles: dict[tuple[str, int], str], target: str, pk: int | None, other: str) -> str:
    """What a row is called; its id where it has no name here."""
    return titles.get((target, pk or 0)) or f"{target} {other}".strip()


def conflict_cards(
    rows: Sequence[ConflictFacts],
    titles: dict[tuple[str, int], str],
    names: Mapping[str, str],
    currencies: Mapping[tuple[str, int], str],
) -> list[ConflictCard]:
    """Conflicts as drawn, those of one record together, in the order of each record's first."""
    cards: dict[int, ConflictCard] = {}
    contested = {row.link_id: row for row in rows if row.field == "currency"}
    for row in rows:
        held = currencies.get((row.target, row.local_id or 0), "")
        money = _sides(contested.get(row.link_id), held)
        title = titled(titles, row.target, row.local_id, row.remote_id)
        card = ConflictCard(row.link_id, title, row.target, row.found_at, [])
        cards.setdefault(row.link_id, card).lines.append(_conflict_line(row, names, money))
    return list(cards.values())


def _sides(contested: ConflictFacts | None, held: str) -> tuple[str, str, str]:
    """The currencies last agreed on, here and there: one, unless that is contested too."""
    if contested is None:
        return held, held, held
    return contested.base or "", contested.ours or "", contested.theirs or ""


def _conflict_line(
    row: ConflictFacts, names: Mapping[str, str], money: tuple[str, str, str]
) -> ConflictLine:
    base, ours, theirs = money
    return ConflictLine(
        facts=row,
        field=field_word(row.field),
        why=str(KINDS.get(row.kind, "")),
        base=named(row.base, names, field=row.field, currency=base),
        ours=named(row.ours, names, field=row.field, currency=ours),
        theirs=named(row.theirs, names, field=row.field, currency=theirs),
    )


def alike_lines(counts: Sequence[tuple[str, str, int]]) -> list[AlikeLine]:
    """Fields over which more than one row is contested."""
    return [
        AlikeLine(target, field, field_word(field), count)
        for target, field, count in counts
        if count > 1
    ]


def write_lines(
    rows: Sequence[IntentFacts],
    titles: dict[tuple[str, int], str],
    names: Mapping[str, str],
    currencies: Mapping[tuple[str, int], str],
) -> list[WriteLine]:
    """Writes as drawn, with what to do next."""
    return [
        WriteLine(
            facts=row,
            title=titled(titles, row.target, row.local_id, row.remote_id),
            fields=", ".join(
                sent(name, value, names, currencies.get((row.target, row.local_id or 0), ""))
                for name, value in row.values.items()
            ),
            next_step=str(NEXT.get(row.code, "")),
        )
        for row in rows
    ]


def object_lines(
    cursors: Sequence[CursorFacts], states: dict[str, dict[str, int]]
) -> list[ObjectLine]:
    """The table of objects."""
    lines = []
    for row in cursors:
        kind, _colon, name = row.object.rpartition(":")
        if kind == "Roles":  # how far they were told; how far they were read is a line of its own
            continue
        counts = states.get(name if kind == "Read" else row.object, {})
        words, tone = _("in step"), "accent"
        if row.first_load:
            words, tone = _("first load"), ""
        said = _asking(counts.get("conflicts", 0), counts.get("refused", 0))
        if said:
            words, tone = said, "neg" if counts.get("refused") else "warn"
        told = _("%(object)s, as activity") % {"object": name} if kind == "Activity" else name
        rows = f"{row.rows:,}"
        if row.first_load and row.total:
            rows = _("%(rows)s of %(total)s") % {"rows": rows, "total": f"{row.total:,}"}
        lines.append(ObjectLine(row, counts.get("waiting", 0), words, tone, told, rows))
    return lines


def crossing_lines(
    rows: Sequence[CrossingFacts],
    titles: dict[tuple[str, int], str],
    names: Mapping[str, str],
) -> list[CrossingLine]:
    """The history as drawn."""
    return [
        CrossingLine(
            facts=row,
            title=titled(titles, row.target, row.local_id, row.remote_id),
            field=field_word(row.field),
            way=str(WAYS[row.way]),
            before=named(row.before, names, field=row.field, currency=row.currency),
            after=named(row.after, names, field=row.field, currency=row.currency),
        )
        for row in rows
    ]


DRIFT = {
    "differs": gettext_lazy("differs"),
    "missing here": gettext_lazy("was there and not here"),
    "missing there": gettext_lazy("is here and not there"),
}


@dataclass(frozen=True, slots=True)
class DriftLine:
    """One row in which the sides differed."""

    title: str
    words: str
    fields: str


def drift_lines(samples: Sequence[Mapping[str, Any]], named: Mapping[str, str]) -> list[DriftLine]:
    """Rows of the last comparison that differed, by what they are called here."""
    return [
        DriftLine(
            title=named.get(one["id"]) or f"{one['object']} {one['id']}",
            words=f"{one['object']}, {DRIFT.get(one['what'], one['what'])}",
            fields=", ".join(
                field_word(name.removesuffix("_id")) for name in one.get("fields", ())
            ),
        )
        for one in samples
    ]


def lag_minutes(facts: ConnectionFacts, *, now: dt.datetime) -> int | None:
    """Whole minutes since everything was last read; None before the first time."""
    if facts.pulled_at is None:
        return None
    return max(0, int((now - facts.pulled_at).total_seconds() // 60))
