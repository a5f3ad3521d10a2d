"""How concentrated potential is: the cumulated share over accounts, largest first, and effort."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sightline.drawing.axis import Scale, ticks
from sightline.drawing.palette import SCREEN, Palette
from sightline.drawing.sheet import Drawing, Sheet, Table, plain

LEFT, RIGHT, TOP, BOTTOM = 44.0, 14.0, 14.0, 44.0
MOST_DOTS = 20
MOST_ROWS = 50
MOST_STEPS = 600


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words, to be translated by the caller."""

    title: str = "Concentration of potential"
    across: str = "Accounts, largest potential first"
    core: str = "{share}% of potential"
    core_in: str = "in {count} of {all} accounts"
    floor: str = "floor: {share}% at {count}"
    effort: str = "{share}% of our attention"
    columns: tuple[str, str, str] = ("Accounts, largest first", "Potential", "Attention")


class Shares(Sequence[float]):
    """The cumulated shares of values that are 0 or more, in their order; empty where their sum is 0.

    Of a hundred thousand values few are looked at: each share is worked out when it is.
    """

    def __init__(self, values: Sequence[float]) -> None:
        sums = list(accumulate(map(float, values)))
        self.whole = sums[-1] if sums else 0.0
        self.sums = sums if self.whole > 0 else []

    def __len__(self) -> int:
        return len(self.sums)

    def __getitem__(self, place: Any) -> Any:
        return self.sums[place] / self.whole

    def reached(self, share: float) -> int:
        """How many of the values first reach `share` of their sum; 0 if it is 0."""
        if not self.sums:
            return 0
        wanted = bisect_left(self.sums, share * self.whole - 1e-9)
        return min(wanted + 1, len(self.sums))


def reached(values: Sequence[float], share: float) -> int:
    """How many of the values, in their order, first reach `share` of their sum; 0 if it is 0."""
    return Shares(values).reached(share)


def pareto(
    potential: Sequence[float],
    *,
    key: str,
    effort: Sequence[float] = (),
    core: float = 0.8,
    floor: float = 0.9,
    width: float = 560,
    height: float = 280,
    palette: Palette = SCREEN,
    words: Words | None = None,
) -> Drawing:
    """The curve. `potential` is sorted here, with `effort` carried along; both above zero or 0.

    `core` marks the accounts that hold that share, `floor` the account that reaches that share.
    """
    said = words or Words()
    efforts = list(effort) or [0.0] * len(potential)
    if len(efforts) != len(potential):
        raise ValueError("effort is given for each potential, or for none")
    money, work = _largest_first(list(potential), efforts)
    sheet = Sheet(width, height, palette, key)
    across = Scale(0, max(len(money), 1), LEFT, width - RIGHT)
    up = Scale(0, 1, height - BOTTOM, TOP)
    shares, effort_shares = Shares(money), Shares(work)
    at_core, at_floor = shares.reached(core), shares.reached(floor)
    _draw_grid(sheet, across, up, at_core)
    _draw_curves(sheet, across, up, shares, effort_shares)
    if at_core:
        _draw_core(sheet, across, up, said, (at_core, core, shares, effort_shares))
        _draw_floor(sheet, across, up, said, (at_floor, floor))
    sheet.text((width + LEFT) / 2, height - 8, said.across, anchor="middle")
    held = said.core.format(share=f"{core * 100:.0f}")
    placed = said.core_in.format(count=at_core, all=len(money))
    return Drawing(
        svg=sheet.svg(title=said.title, description=f"{held} {placed}"),
        table=_table(shares, effort_shares, said, marked=(at_core, at_floor)),
        width=width,
        height=height,
    )


def _largest_first(potential: list[float], effort: list[float]) -> tuple[list[float], list[float]]:
    # a kept portfolio is in its order already, which is seen sooner than it is made
    if potential == sorted(potential, reverse=True):
        return potential, effort
    order = sorted(range(len(potential)), key=potential.__getitem__, reverse=True)
    return [potential[n] for n in order], [effort[n] for n in order]


def _draw_grid(sheet: Sheet, across: Scale, up: Scale, at_core: int) -> None:
    palette = sheet.palette
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = up.at(share)
        sheet.path(f"M{plain(LEFT)} {plain(y)}H{plain(across.end)}", stroke=palette.border)
        sheet.text(LEFT - 8, y + 4, f"{share * 100:.0f}%", anchor="end")
    sheet.rect(LEFT, TOP, across.at(at_core) - LEFT, up.start - TOP, fill=palette.accent_soft)
    for count in ticks(0, across.high):
        if count == int(count):
            sheet.text(across.at(count), up.start + 16, f"{count:.0f}", anchor="middle")


def _draw_curves(
    sheet: Sheet, across: Scale, up: Scale, shares: Sequence[float], effort: Sequence[float]
) -> None:
    palette = sheet.palette
    line, other = _line(across, up, shares), _line(across, up, effort)
    if effort:
        sheet.polyline(other, stroke=palette.c2, stroke_width="1.8", stroke_dasharray="5 4")
    sheet.polyline(line, stroke=palette.c1, stroke_width="2.2", stroke_linejoin="round")
    for x, y in line[1 : MOST_DOTS + 1] if len(shares) <= 3 * MOST_DOTS else []:
        look = {"fill": palette.surface, "stroke": palette.c1, "stroke_width": "1.4"}
        sheet.circle(x, y, 2.4, **look)


def _line(across: Scale, up: Scale, shares: Sequence[float]) -> list[tuple[float, float]]:
    """From the origin in at most about MOST_STEPS points, the ends among them: more than the
    screen has columns."""
    whole = len(shares)
    step = max(1, -(-(whole + 1) // MOST_STEPS))
    places = [*range(0, whole, step), whole]
    return [(across.at(n), up.at(shares[n - 1])) if n else (across.start, up.start) for n in places]


def _draw_core(
    sheet: Sheet,
    across: Scale,
    up: Scale,
    words: Words,
    marked: tuple[int, float, Sequence[float], Sequence[float]],
) -> None:
    at_core, core, shares, effort = marked
    palette, x = sheet.palette, across.at(at_core)
    sheet.path(
        f"M{plain(x)} {plain(TOP)}V{plain(up.start)}",
        stroke=palette.accent,
        stroke_width="1.4",
        stroke_dasharray="3 3",
    )
    sheet.circle(x, up.at(shares[at_core - 1]), 4.5, fill=palette.accent)
    anchor, text_x = ("start", x + 12) if x < (across.start + across.end) / 2 else ("end", x - 12)
    held = words.core.format(share=f"{core * 100:.0f}")
    placed = words.core_in.format(count=at_core, all=len(shares))
    beside = up.at(effort[at_core - 1]) + 20 if effort else up.start
    # the words stand under the curves; where attention's words are, they step down
    y = next(at for at in (up.at(0.33), up.at(0.17), up.at(0.6)) if abs(at + 8 - beside) > 22)
    sheet.text(text_x, y, held, fill=palette.text, weight=600, anchor=anchor)
    sheet.text(text_x, y + 15, placed, fill=palette.text_2, anchor=anchor)
    if effort:
        share = effort[at_core - 1]
        look = {"fill": palette.surface, "stroke": palette.c2, "stroke_width": "1.8"}
        sheet.circle(x, up.at(share), 4, **look)
        said = words.effort.format(share=f"{share * 100:.0f}")
        sheet.text(text_x, up.at(share) + 20, said, fill=palette.text_2, anchor=anchor)


def _draw_floor(
    sheet: Sheet, across: Scale, up: Scale, words: Words, marked: tuple[int, float]
) -> None:
    at_floor, floor = marked
    x = across.at(at_floor)
    sheet.path(
        f"M{plain(x)} {plain(up.at(floor))}V{plain(up.start)}",
        stroke=sheet.palette.neu_line,
        stroke_dasharray="2 3",
    )
    said = words.floor.format(share=f"{floor * 100:.0f}", count=at_floor)
    near_edge = x > across.end - 130
    sheet.text(
        x - 6 if near_edge else x + 6, up.start - 8, said, anchor="end" if near_edge else "start"
    )


def _table(
    shares: Sequence[float],
    effort: Sequence[float],
    words: Words,
    *,
    marked: tuple[int, ...],
) -> Table:
    step = max(1, -(-len(shares) // MOST_ROWS))
    chosen = sorted({*range(step, len(shares) + 1, step), *marked, len(shares)} - {0})
    rows = tuple(
        (
            str(count),
            f"{shares[count - 1] * 100:.0f}%",
            f"{effort[count - 1] * 100:.0f}%" if effort else "",
        )
        for count in chosen
    )
    return Table(words.title, words.columns, rows)
