"""The free straight lines between the boxes of a map, and a short way along them with few turns.

Beside every box runs a line up and down, above and under every box one to the left and right, each
as far as the next box. Two boxes never touch, so these lines meet everywhere and there always is a
way. It is looked for from the most promising line on (A*), which in a map of four hundred people
visits some twenty of a thousand.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

Corner = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
TURN = 160.0
"""How much further a way may be that has one turn less."""
HASTE = 1.5
"""How much more what is left of a way counts than what is behind: above 1 it is found sooner and may
be a little longer."""
FAR = float("inf")
ASIDE = 600.0
"""How far beyond where a way is and where it leads turns are looked at first: three boxes."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A free line: whether it is upright, its x (or y), and from where to where it runs."""

    upright: bool
    at: float
    start: float
    end: float

    def corner(self, along: float) -> Corner:
        """A place on it."""
        return (self.at, along) if self.upright else (along, self.at)


class _Direction:
    """What stands in the way of lines of one direction, and where lines of the other may cross."""

    def __init__(self, across: Iterable[tuple[Corner, Corner]], marks: Iterable[float]) -> None:
        self._spans: dict[Corner, list[Corner]] = {}
        for span, along in across:
            self._spans.setdefault(span, []).append(along)
        self._order = sorted(self._spans)
        self._widest = max((end - start for start, end in self._order), default=0.0)
        self._taken: dict[float, list[Corner]] = {}
        self.marks = sorted(set(marks))

    def free(self, at: float, around: float) -> Corner:
        """From where to where the line at `at` is free around a place on it."""
        taken = self._taken.get(at)
        if taken is None:
            taken = self._taken[at] = sorted(self._across(at))
        after = bisect_left(taken, (around,))
        start = taken[after - 1][1] if after else -FAR
        return start, taken[after][0] if after < len(taken) else FAR

    def _across(self, at: float) -> Iterator[Corner]:
        first = bisect_left(self._order, (at - self._widest,))
        for span in self._order[first : bisect_left(self._order, (at,))]:
            if span[1] > at:
                yield from self._spans[span]


class Lanes:
    """The free lines between some boxes, `beside` and `above` a box so far from it."""

    def __init__(
        self,
        boxes: Iterable[Box],
        *,
        beside: float,
        above: float,
        blocks: Iterable[Box] = (),
    ) -> None:
        """`blocks` stand in the way as boxes do, and no line runs along them."""
        own = list(boxes)
        every = [*own, *blocks]
        self._up = _Direction(
            (((left, right), (top, bottom)) for left, top, right, bottom in every),
            (x for left, _, right, _ in own for x in (left - beside, right + beside)),
        )
        self._over = _Direction(
            (((top, bottom), (left, right)) for left, top, right, bottom in every),
            (y for _, top, _, bottom in own for y in (top - above, bottom + above)),
        )
        self._numbers: dict[tuple[bool, float, float], int] = {}
        self._lanes: list[Lane] = []
        self._crossing: dict[tuple[int, float], int] = {}

    def way(self, starts: Iterable[Corner], ends: Iterable[Corner]) -> tuple[Corner, ...]:
        """The corners from one of `starts` to one of `ends`, the first and the last line level;
        empty where there is none. The ends are the two sides of one box."""
        begun = [(0.0, 0.0, self._number(False, y, x), x, -1) for x, y in starts]
        goals = {self._number(False, y, x): (x, y) for x, y in ends}
        return self._way(begun, goals, aside=ASIDE) or self._way(begun, goals, aside=FAR)

    def _way(
        self,
        begun: Iterable[tuple[float, float, int, float, int]],
        goals: Mapping[int, Corner],
        *,
        aside: float,
    ) -> tuple[Corner, ...]:
        """The same, with turns no further aside than that."""
        done: dict[int, tuple[float, int]] = {}
        best: dict[int, float] = {}
        waiting = list(begun)
        aim_x, aim_y = next(iter(goals.values()))
        while waiting:
            _, gone, number, entry, before = heappop(waiting)
            if number in done:
                continue
            done[number] = entry, before
            if number in goals:
                return self._corners(number, done, goals[number])
            lane = self._lanes[number]
            at = lane.at
            beside, aim = (aim_x, aim_y) if lane.upright else (aim_y, aim_x)
            turned, off = gone + TURN, abs(at - beside)
            window = min(entry, aim) - aside, max(entry, aim) + aside
            for along, other in self._next(number, goals, window):
                walked = turned + abs(along - entry)
                likely = walked + HASTE * (off + abs(along - aim))
                if other not in done and likely < best.get(other, FAR):
                    best[other] = likely
                    heappush(waiting, (likely, walked, other, at, number))
        return ()

    def _number(self, upright: bool, at: float, around: float) -> int:
        """The line at a place, numbered when it is first met."""
        start, end = (self._up if upright else self._over).free(at, around)
        key = upright, at, start
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._lanes)
            self._lanes.append(Lane(upright, at, start, end))
        return number

    def _next(self, number: int, goals: Iterable[int], window: Corner) -> list[tuple[float, int]]:
        """Where a line is left within a stretch of it, and for which."""
        lane, crossing = self._lanes[number], self._crossing
        marks = (self._over if lane.upright else self._up).marks
        first = bisect_right(marks, max(lane.start, window[0]))
        found = []
        for mark in marks[first : bisect_left(marks, min(lane.end, window[1]))]:
            other = crossing.get((number, mark))
            if other is None:
                other = self._number(not lane.upright, mark, lane.at)
                crossing[number, mark] = other
            found.append((mark, other))
        if not lane.upright:
            return found
        last = ((self._lanes[goal], goal) for goal in goals)
        return found + [
            (one.at, goal)
            for one, goal in last
            if lane.start < one.at < lane.end and one.start < lane.at < one.end
        ]

    def _corners(
        self, number: int, done: dict[int, tuple[float, int]], end: Corner
    ) -> tuple[Corner, ...]:
        found = [end]
        while number >= 0:
            entry, before = done[number]
            found.append(self._lanes[number].corner(entry))
            number = before
        return tuple(reversed(found))
