"""The chains in words: five links in a row, what is missing, what answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.priorities import Chain, Link, Standing
from sightline.records.queries.plan_parts.moves import Move
from sightline.records.queries.plan_parts.priorities import PriorityRow


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the chain."""

    id: int
    words: str
    by: str
    on: date
    where: str


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain with all that was said of it; `empty` asks for a first sentence."""

    code: str
    label: str
    question: str
    said: tuple[Said, ...]

    @property
    def empty(self) -> bool:
        """Nobody has said anything of it yet."""
        return not self.said


@dataclass(frozen=True, slots=True)
class Option:
    """A play or deal that may answer it."""

    key: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ShownChain:
    """One goal with everything below it."""

    id: int
    version: int
    goal: Said
    steps: tuple[Step, ...]
    standing: str
    standing_words: str
    tone: str
    answered: bool
    achieved: bool
    answers: tuple[str, ...]
    options: tuple[Option, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All chains, those that nothing answers first, and one line over them."""

    chains: tuple[ShownChain, ...]
    line: str
    unanswered: int


def standing_words() -> dict[str, tuple[str, str]]:
    """The three standings with their tone."""
    return {
        Standing.UNCONFIRMED.value: (_("Not confirmed yet"), ""),
        Standing.CONFIRMED.value: (_("Confirmed by the customer"), "accent"),
        Standing.ACHIEVED.value: (_("Achieved"), "pos"),
    }


def page_of(chains: Sequence[Chain], *, rows: Sequence[PriorityRow], moves: Sequence[Move]) -> Page:
    """The page. `moves` are the account's open plays and deals."""
    by_id = {row.id: row for row in rows}
    names = {move.key: move.name for move in moves}
    shown = [_chain(chain, by_id, names) for chain in chains]
    shown.sort(key=lambda one: (one.achieved, one.answered))
    open_ones = sum(not one.answered and not one.achieved for one in shown)
    line = ngettext("%(n)s goal", "%(n)s goals", len(shown)) % {"n": len(shown)}
    if open_ones:
        tail = ngettext("%(n)s with no play", "%(n)s with no play", open_ones) % {"n": open_ones}
        line = f"{line}, {tail}"
    return Page(tuple(shown), line, open_ones)


def _chain(chain: Chain, rows: Mapping[int, PriorityRow], names: Mapping[str, str]) -> ShownChain:
    row = rows[int(chain.goal.key)]
    words, tone = standing_words()[row.standing]
    inside = [rows[int(link.key)] for link in chain.links]
    steps = tuple(
        Step(
            link.value,
            link_words()[link],
            link_questions()[link],
            tuple(_said(one) for one in inside if one.link == link.value),
        )
        for link in Link
        if link is not Link.GOAL
    )
    keys = tuple(dict.fromkeys(key for one in (row, *inside) for key in one.answers))
    return ShownChain(
        id=row.id,
        version=row.version,
        goal=_said(row),
        steps=steps,
        standing=row.standing,
        standing_words=words,
        tone=tone,
        answered=chain.answered,
        achieved=row.standing == Standing.ACHIEVED.value,
        answers=tuple(names.get(key, _("a play that is closed")) for key in keys),
        options=tuple(Option(key, name, key in row.answers) for key, name in names.items()),
        reasons=tuple(reason.text for reason in chain.reasons),
    )


def _said(row: PriorityRow) -> Said:
    return Said(row.id, row.words, row.said_by or _("somebody"), row.said_on, row.where)


def link_words() -> dict[Link, str]:
    """The five links."""
    return {
        Link.GOAL: _("Goal"),
        Link.PRESSURE: _("Pressure"),
        Link.INITIATIVE: _("Initiative"),
        Link.OBSTACLE: _("Obstacle"),
        Link.SOLUTION: _("Our solution"),
    }


def link_questions() -> dict[Link, str]:
    """What each link asks."""
    return {
        Link.GOAL: _("What do they want?"),
        Link.PRESSURE: _("What forces it now?"),
        Link.INITIATIVE: _("What have they started?"),
        Link.OBSTACLE: _("What is in the way?"),
        Link.SOLUTION: _("What of ours removes it?"),
    }
