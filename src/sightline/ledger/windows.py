"""The information cut: one day, included, and the rolling windows that end on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sightline.planning import periods


@dataclass(frozen=True, slots=True)
class Cut:
    """Everything up to and with `as_of`; nothing after it. Window edges are included days."""

    as_of: date
    r12_first: date
    prior_first: date
    r24_first: date
    half_first: date

    @classmethod
    def on(cls, as_of: date) -> Cut:
        """The cut of one day."""
        return cls(
            as_of=as_of,
            r12_first=periods.r12(as_of).start,
            prior_first=periods.prior_r12(as_of).start,
            r24_first=periods.r24(as_of).start,
            half_first=periods.rolling(as_of, months=6).start,
        )
