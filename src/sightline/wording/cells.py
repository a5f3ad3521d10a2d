"""Which sign a cell of the whitespace carries: on screen and on paper."""

from __future__ import annotations

from sightline.planning.whitespace import Seen, Standing, State


def look_of(seen: Seen) -> str:
    """The look's code: the state, or fantasy, lapsed and path unknown where these say more."""
    if seen.whitespace and seen.standing is Standing.FANTASY:
        return "fantasy"
    if seen.whitespace and seen.lapsed:
        return "lapsed"
    if seen.state is State.OPEN and seen.standing is Standing.PATH_UNKNOWN:
        return "path_unknown"
    return seen.state.value
