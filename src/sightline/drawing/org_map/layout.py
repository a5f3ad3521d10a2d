"""Where everybody stands: a tidy tree whose leaves under one manager are stacked in columns.

Stacking keeps a map of forty people about 1,500 units wide. Boxes never overlap, whatever the
tree: every subtree owns a strip of the width, every column a strip of that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 164.0, 60.0
GAP_X, GAP_Y = 14.0, 44.0
INDENT, LEAF_GAP = 16.0, 9.0
COLUMN = 8
"""At most so many leaves in one column."""


@dataclass(frozen=True, slots=True)
class Node:
    """One person as the map draws them. Texts come ready from the caller.

    `manager` is another node's key or empty; an unknown manager makes a root, and so does a ring
    of managers, at its first member. `strength` 0–5 or None where not asked. `flag` is a short
    word above the box ("1 thread"); `state` is "", gone, lost or selected.
    """

    key: str
    name: str
    title: str
    described: str
    manager: str = ""
    role: str = ""
    role_tone: str = ""
    strength: int | None = None
    stance: str = "unknown"
    ours: str = ""
    flag: str = ""
    flag_tone: str = "warn"
    state: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """Influence or block from one person to another, by key; `described` says it in words."""

    source: str
    target: str
    kind: str
    described: str


@dataclass(frozen=True, slots=True)
class Rail:
    """A vertical line left of a column: its x, where it starts, and where it leaves the manager."""

    x: float
    top: float


@dataclass(slots=True)
class Layout:
    """Top left corners by key, rails by key of stacked people, levels from 1, and the extent."""

    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    rails: dict[str, Rail] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0


def arrange(people: Sequence[Node]) -> Layout:
    """A place for everybody, in the order given among siblings. Doubled keys: the last stands."""
    by_key = {person.key: person for person in people}
    layout = Layout(parents=_parents(by_key))
    reports: dict[str, list[str]] = {}
    for key in by_key:
        reports.setdefault(layout.parents.get(key, ""), []).append(key)
    x = 0.0
    for root in reports.get("", []):
        x += _place(root, (x, 0.0), reports, layout, level=1) + 2 * GAP_X
    layout.width = max((px + WIDTH for px, _ in layout.places.values()), default=0.0)
    layout.height = max((py + HEIGHT for _, py in layout.places.values()), default=0.0)
    return layout


def _parents(people: Mapping[str, Node]) -> dict[str, str]:
    """Who each person hangs under, with rings opened at their first member."""
    parents: dict[str, str] = {}
    for key, person in people.items():
        if person.manager not in people:
            continue
        above, seen = person.manager, {key}
        while above and above not in seen:
            seen.add(above)
            above = parents.get(above, "")
        if above != key:
            parents[key] = person.manager
    return parents


def _place(
    key: str,
    corner: tuple[float, float],
    reports: Mapping[str, list[str]],
    layout: Layout,
    *,
    level: int,
) -> float:
    """Place a person and everybody below from `corner` on; answers the width they take."""
    x, y = corner
    layout.levels[key] = level
    below = reports.get(key, [])
    leaves = [one for one in below if not reports.get(one)]
    inner = [one for one in below if reports.get(one)]
    if not below:
        layout.places[key] = (x, y)
        return WIDTH
    if not inner and len(leaves) <= COLUMN:
        layout.places[key] = (x, y)
        top = y + HEIGHT
        _stack(leaves, (x + 4, top + LEAF_GAP + 6), Rail(x + 8, top), layout, level=level + 1)
        return WIDTH + INDENT + 4
    heads: list[float] = []
    at = x
    for one in inner:
        width = _place(one, (at, y + HEIGHT + GAP_Y), reports, layout, level=level + 1)
        heads.append(layout.places[one][0] + WIDTH / 2)
        at += width + GAP_X
    for column in _columns(leaves):
        bus = Rail(at + 4, y + HEIGHT + GAP_Y / 2)
        _stack(column, (at, y + HEIGHT + GAP_Y), bus, layout, level=level + 1)
        heads.append(at + 4)
        at += WIDTH + INDENT + GAP_X
    layout.places[key] = (max(x, (heads[0] + heads[-1]) / 2 - WIDTH / 2), y)
    return max(at - GAP_X - x, layout.places[key][0] + WIDTH - x)


def _columns(leaves: Sequence[str]) -> list[Sequence[str]]:
    """The leaves in as few columns as hold them, evenly filled."""
    if not leaves:
        return []
    count = -(-len(leaves) // COLUMN)
    tall = -(-len(leaves) // count)
    return [leaves[start : start + tall] for start in range(0, len(leaves), tall)]


def _stack(
    leaves: Sequence[str], corner: tuple[float, float], rail: Rail, layout: Layout, *, level: int
) -> None:
    x, y = corner
    for at, key in enumerate(leaves):
        layout.places[key] = (x + INDENT, y + at * (HEIGHT + LEAF_GAP))
        layout.rails[key] = rail
        layout.levels[key] = level
