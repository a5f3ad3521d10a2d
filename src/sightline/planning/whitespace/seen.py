"""What a grid shows of a cell: far less than it knows of it, and so soon read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sightline.planning.money import Money, total
from sightline.planning.whitespace.rank import CellScore, Standing
from sightline.planning.whitespace.rollup import counts
from sightline.planning.whitespace.state import WHITESPACE, State


@dataclass(frozen=True, slots=True)
class Seen:
    """One cell as it is drawn.

    `also`: owned with an open deal; `disputed`: facts contradict each other; `competitor` who holds
    it, where that has a name; `until` the day a block ends; `money` revenue where owned, open amounts
    where in progress, else the likely value, None where that is not known; `owned` revenue of the
    last twelve months in minor units.
    """

    state: State
    standing: Standing
    lapsed: bool
    also: bool
    disputed: bool
    competitor: str | None
    until: dt.date | None
    money: Money | None
    rank: Money | None
    owned: int

    @property
    def whitespace(self) -> bool:
        """Whether there may be something to win here."""
        return self.state in WHITESPACE

    @property
    def brief(self) -> tuple[int, int, int]:
        """Open value and revenue in minor units, and 1 where the cell is fantasy: what it adds to
        sums."""
        counted = self.money is not None and counts(self.state, self.standing)
        value = self.money.minor if counted and self.money is not None else 0
        return value, self.owned, int(self.standing is Standing.FANTASY)


def seen_of(score: CellScore) -> Seen:
    """What is drawn of a scored cell. Raises MixedCurrencies where open deals are of several."""
    cell, state = score.cell, score.state
    holder, bar, sold = cell.holder, cell.eligibility, cell.footprint
    revenue = sold.revenue if sold is not None else None
    return Seen(
        state=state.state,
        standing=score.standing,
        lapsed=state.lapsed,
        also=state.also_in_progress,
        disputed=bool(state.contradictions),
        competitor=holder.competitor if holder is not None else None,
        until=bar.until if bar is not None else None,
        money=_money(score, revenue),
        rank=score.rank,
        owned=revenue.minor if revenue is not None else 0,
    )


def _money(score: CellScore, revenue: Money | None) -> Money | None:
    if score.state.state is State.OWNED and score.cell.footprint is not None:
        return revenue
    if score.state.state is State.IN_PROGRESS:
        shares = [deal.share for deal in score.cell.deals if deal.share is not None]
        return total(shares, currency=shares[0].currency) if shares else None
    return score.likely
