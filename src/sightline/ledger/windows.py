"""The information cut: one day, included, and the rolling windows that end on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sightline.planning import periods


@dataclass(frozen=True, slots=True)
class Cut:
    """Everything up to and with `as_of`; nothing after it. Window edges are included days.

    Use is compared over ended months: three from `used_first` up to the day before `month_first`, and
    the three before, from `used_before_first`.
    """

    as_of: date
    r12_first: date
    prior_first: date
    r24_first: date
    half_first: date
    month_first: date
    used_first: date
    used_before_first: date

    @classmethod
    def on(cls, as_of: date) -> Cut:
        """The cut of one day."""
        month = as_of.replace(day=1)
        return cls(
            as_of=as_of,
            r12_first=periods.r12(as_of).start,
            prior_first=periods.prior_r12(as_of).start,
            r24_first=periods.r24(as_of).start,
            half_first=periods.rolling(as_of, months=6).start,
            month_first=month,
            used_first=_earlier(month, 3),
            used_before_first=_earlier(month, 6),
        )


def _earlier(first: date, months: int) -> date:
    """The first day of a month so many months before."""
    index = first.year * 12 + first.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
