"""A stage's past narrowed to deals like one: as long in the stage, of its product line, its size.

Each is used only with enough closed deals in it (`stage_odds`). Definition: docs/method/chance.md.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sightline.planning.bridge.odds import Tally

Counted = tuple[int, int]  # won, closed
BANDS = 3


@dataclass(frozen=True, slots=True)
class StageSplits:
    """(won, closed) of one stage: by product line, by size band (0 the smallest), and of deals that
    stayed longer than three in four, with the days that these are."""

    lines: Mapping[str, Counted] = field(default_factory=dict)
    sizes: Mapping[int, Counted] = field(default_factory=dict)
    aged: Counted | None = None
    aged_days: int | None = None


def size_bounds(amounts: Iterable[int], *, least: int) -> tuple[int, ...]:
    """The largest amount of the lower and of the middle third, minor units of one currency; empty
    with fewer than `least` amounts in a third."""
    ranked = sorted(amounts)
    if len(ranked) < BANDS * least:
        return ()
    return tuple(ranked[len(ranked) * place // BANDS - 1] for place in range(1, BANDS))


def size_of(amount: int | None, *, bounds: Collection[int]) -> int | None:
    """The band of an amount; None where it or the bands are not known."""
    return None if amount is None or not bounds else bisect_left(sorted(bounds), amount)


def narrowed(
    splits: StageSplits, *, lines: Collection[str], size: int | None, days: int | None
) -> tuple[Tally, ...]:
    """The tallies that are about a deal, the most telling first: age in the stage, product, size.

    A deal over several product lines is of none. `days` are those it has been in the stage.
    """
    found: list[tuple[Counted | None, str]] = []
    if days is not None and splits.aged_days is not None and days > splits.aged_days:
        found.append((splits.aged, f"more than {splits.aged_days} days in the stage"))
    if len(lines) == 1:
        found.append((splits.lines.get(next(iter(lines))), "of this product line"))
    if size is not None:
        found.append((splits.sizes.get(size), f"{('small', 'middling', 'large')[size]} deals"))
    return tuple(Tally(*counted, split=words) for counted, words in found if counted is not None)
