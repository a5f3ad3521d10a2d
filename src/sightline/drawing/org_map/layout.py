"""Where everybody stands: a tidy tree whose leaves under one manager are stacked in columns.

Stacking keeps a map of forty people about 1,500 units wide. Boxes never overlap, whatever the
tree: every subtree owns a strip of the width, every column a strip of that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

WIDTH, HEIGHT = 172.0, 62.0
GAP_X, GAP_Y = 14.0, 44.0
INDENT, LEAF_GAP = 16.0, 9.0
COLUMN = 8
"""At most so many leaves in one column."""
ACROSS, FEW_ALONE = 8, 3
FRAME = 16.0
WANTED = "wanted"


@dataclass(frozen=True, slots=True)
class Node:
    """One person as the map draws them. Texts come ready from the caller.

    `manager` is another node's key or empty; an unknown manager makes a root, and so does a ring
    of managers, at its first member. `strength` 0–5 or None where not asked, `stance` empty where
    it is not shown. `flag` is a short word above the box ("1 thread"); `state` is "", gone, lost,
    waiting (a placeholder), wanted (a role that nobody fills: on the top row, right of everybody)
    or selected. `edge` is a tone of the box's edge, `faded` steps back behind the others; `folded`
    counts the people hidden below, `open` says that some below could be. `group` is the frame of
    a layout by unit, `cell` the row and column of a plot.
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
    edge: str = ""
    faded: bool = False
    folded: int = 0
    open: bool = False
    group: str = ""
    cell: tuple[int, int] = (0, 0)


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


@dataclass(frozen=True, slots=True)
class Frame:
    """A named area that people stand in: a unit, or one field of a plot."""

    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(slots=True)
class Layout:
    """Top left corners by key, rails by key of stacked people, levels from 1, the frames around
    them and the extent. `parents` are drawn as reporting lines."""

    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    rails: dict[str, Rail] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    frames: list[Frame] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0


def arrange(people: Sequence[Node], *, across: int = ACROSS, alone: str = "") -> Layout:
    """A place for everybody, in the order given among siblings. Doubled keys: the last stands.

    More than three people with nobody above or below stand `across` side by side under the
    trees, in a frame called `alone` where that is given. Roles wanted stand beside the topmost.
    """
    by_key = {person.key: person for person in people if person.state != WANTED}
    wanted = [person.key for person in people if person.state == WANTED]
    layout = Layout(parents=_parents(by_key))
    reports: dict[str, list[str]] = {}
    for key in by_key:
        reports.setdefault(layout.parents.get(key, ""), []).append(key)
    roots = reports.get("", [])
    single = [key for key in roots if not reports.get(key)]
    if len(single) <= FEW_ALONE:
        single = []
    lone = set(single)
    x = 0.0
    for root in roots:
        if root not in lone:
            x += _place(root, (x, 0.0), reports, layout, level=1) + 2 * GAP_X
    _beside([root for root in roots if root not in lone], wanted, layout)
    extent(layout)
    if single:
        _grid(single, layout, across=across, label=alone)
        extent(layout)
    return layout


def _beside(tops: Sequence[str], keys: Sequence[str], layout: Layout) -> None:
    """On the top row, where only `tops` stand: in the first gap right of one that has the room."""
    step = WIDTH + GAP_X
    lefts = sorted(layout.places[key][0] for key in tops)
    x = lefts[-1] + step + GAP_X if lefts else 0.0
    for left, following in pairwise(lefts):
        if following - left >= step * (len(keys) + 1) + 2 * GAP_X:
            x = left + step + GAP_X
            break
    for at, key in enumerate(keys):
        layout.places[key] = (x + at * (WIDTH + GAP_X), 0.0)
        layout.levels[key] = 1


def extent(layout: Layout) -> None:
    """Take the width and height from what is placed."""
    corners = [(x + WIDTH, y + HEIGHT) for x, y in layout.places.values()]
    corners += [(one.x + one.width, one.y + one.height) for one in layout.frames]
    layout.width = max((x for x, _ in corners), default=0.0)
    layout.height = max((y for _, y in corners), default=0.0)


def _grid(keys: Sequence[str], layout: Layout, *, across: int, label: str) -> None:
    """Rows of people under everything that is placed already."""
    step_x, step_y = WIDTH + GAP_X, HEIGHT + 2 * LEAF_GAP
    top = layout.height + GAP_Y if layout.places else 0.0
    inside = FRAME if label else 0.0
    for at, key in enumerate(keys):
        column, row = at % across, at // across
        y = top + row * step_y + (inside + FRAME if label else 0.0)
        layout.places[key] = (inside + column * step_x, y)
        layout.levels[key] = 1
    if label:
        rows = -(-len(keys) // across)
        wide = min(len(keys), across) * step_x - GAP_X + 2 * FRAME
        layout.frames.append(Frame(0, top, wide, rows * step_y + 2 * FRAME + FRAME / 2, label))


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
