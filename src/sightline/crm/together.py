"""Rows that hang together, in one step where the service knows such a thing: all of them or none.

What a service cannot do so, or refuses, is left to be written row by row, each with its own outcome.
"""

from __future__ import annotations

from collections.abc import Sequence

from sightline.agreement.records import Outcome, Write
from sightline.crm.session import Session


def write_together(
    session: Session, groups: Sequence[Sequence[Write]]
) -> list[Sequence[Outcome] | None]:
    """For each group how its rows ended; None where nothing of it was done. A group of one row is
    left alone: there is nothing to hold together."""
    several = [place for place, one in enumerate(groups) if len(one) > 1]
    found: list[Sequence[Outcome] | None] = [None] * len(groups)
    if several:
        ended = session.crm.together([groups[place] for place in several])
        for place, outcomes in zip(several, ended, strict=True):
            found[place] = outcomes
    return found
