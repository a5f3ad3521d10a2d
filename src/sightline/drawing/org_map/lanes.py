"""The free straight lines between the boxes of a map, and a short way along them with few turns.

Beside every box runs a line up and down, above and under every box one to the left and right, each
as far as the next box. Two boxes never touch, so these lines meet everywhere and there always is a
way. It is looked for from the most promising line on (A*), which in a map of four hundred people
visits some twenty of a thousand.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import chain

Corner = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
TURN = 160.0
"""How much further a way may be that has one turn less."""
HASTE = 1.5
"""How much more what is left of a way counts than what is behind: above 1 it is found sooner and may
be a little longer."""
FAR = float("inf")
DONE = -1.0
"""Nearer than any way is: a line that is done is not looked at again."""
UNMET = -1
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
        self._pieces: dict[float, tuple[list[Corner], list[int]]] = {}
        self.marks = sorted(set(marks))

    def place(self, at: float, around: float) -> tuple[list[int], int]:
        """The numbers of the free pieces of the line at `at`, and which of them is around a place
        on it; a piece that has not been met is UNMET."""
        found = self._pieces.get(at)
        if found is None:
            taken = sorted(self._across(at))
            found = self._pieces[at] = taken, [UNMET] * (len(taken) + 1)
        taken, numbers = found
        return numbers, bisect_left(taken, (around,))

    def free(self, at: float, piece: int) -> Corner:
        """From where to where a piece of the line at `at` runs."""
        taken, _ = self._pieces[at]
        start = taken[piece - 1][1] if piece else -FAR
        return start, taken[piece][0] if piece < len(taken) else FAR

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
        self._lanes: list[Lane] = []
        self._crossing: list[tuple[int, list[int]]] = []

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
            best[number] = DONE
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
                if likely < best.get(other, FAR):
                    best[other] = likely
                    heappush(waiting, (likely, walked, other, at, number))
        return ()

    def _number(self, upright: bool, at: float, around: float) -> int:
        """The line at a place, numbered when it is first met."""
        own, other = (self._up, self._over) if upright else (self._over, self._up)
        numbers, piece = own.place(at, around)
        if numbers[piece] == UNMET:
            numbers[piece] = len(self._lanes)
            start, end = own.free(at, piece)
            self._lanes.append(Lane(upright, at, start, end))
            first = bisect_right(other.marks, start)
            met = [UNMET] * (bisect_left(other.marks, end) - first)
            self._crossing.append((first, met))
        return numbers[piece]

    def _next(
        self, number: int, goals: Iterable[int], window: Corner
    ) -> Iterable[tuple[float, int]]:
        """Where a line is left within a stretch of it, and for which."""
        lane, (base, met) = self._lanes[number], self._crossing[number]
        marks = (self._over if lane.upright else self._up).marks
        first = max(bisect_right(marks, window[0]), base)
        last = max(min(bisect_left(marks, window[1]), base + len(met)), first)
        if UNMET in met[first - base : last - base]:
            self._meet(lane, marks, met, range(first, last), base)
        found = zip(marks[first:last], met[first - base : last - base], strict=True)
        if not lane.upright:
            return found
        ends = ((self._lanes[goal], goal) for goal in goals)
        return chain(
            found,
            [
                (one.at, goal)
                for one, goal in ends
                if lane.start < one.at < lane.end and one.start < lane.at < one.end
            ],
        )

    def _meet(
        self, lane: Lane, marks: Sequence[float], met: list[int], places: range, base: int
    ) -> None:
        """Number the lines that cross one at these of all marks, as far as none was met there."""
        for place in places:
            if met[place - base] == UNMET:
                met[place - base] = self._number(not lane.upright, marks[place], lane.at)

    def _corners(
        self, number: int, done: dict[int, tuple[float, int]], end: Corner
    ) -> tuple[Corner, ...]:
        found = [end]
        while number >= 0:
            entry, before = done[number]
            found.append(self._lanes[number].corner(entry))
            number = before
        return tuple(reversed(found))
