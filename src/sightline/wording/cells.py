"""Which sign a cell of the whitespace carries, and the money it stands for: on screen and on paper."""

from __future__ import annotations

from sightline.planning.money import Money, total
from sightline.planning.whitespace import CellScore, Standing, State


def look_of(score: CellScore) -> str:
    """The look's code: the state, or fantasy, lapsed and path unknown where these say more."""
    state = score.state
    if state.whitespace and score.fantasy:
        return "fantasy"
    if state.whitespace and state.lapsed:
        return "lapsed"
    if state.state is State.OPEN and score.standing is Standing.PATH_UNKNOWN:
        return "path_unknown"
    return state.state.value


def money_of(score: CellScore) -> Money | None:
    """Revenue where owned, open amounts where in progress, else the likely value; None where that
    is not known."""
    footprint = score.cell.footprint
    if score.state.state is State.OWNED and footprint is not None:
        return footprint.revenue
    if score.state.state is State.IN_PROGRESS:
        shares = [deal.share for deal in score.cell.deals if deal.share is not None]
        return total(shares, currency=shares[0].currency) if shares else None
    return score.likely
