"""Our people × theirs: who is in contact with whom, and how well they say they know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sightline.planning.stakeholders import (
    Pairing,
    coverage_matrix,
    fresh_ratings,
)
from sightline.planning.stakeholders.dependency import role_weight
from sightline.web.pages.departures.work import Work

MOST_OURS = 8
A_PAGE = 12


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One of ours with one of theirs; None where there is neither contact nor rating."""

    days: int
    last: date | None
    rated: int | None
    wanted: int | None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One of theirs."""

    name: str
    title: str
    level: int
    cells: tuple[MatrixCell | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One page of the matrix: people `first` to `last` of `everybody`; `more_ours` are not shown."""

    ours: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    more_ours: int
    page: int
    first: int
    last: int
    everybody: int


def shown_matrix(work: Work, *, page: int = 1) -> Matrix:
    """Those of ours with most contact, and theirs by role weight and strength, twelve a page."""
    numbers = work.setting.numbers
    pairs = coverage_matrix(
        logs=work.facts.own.logs,
        ratings=fresh_ratings(work.facts.own.ratings, on=work.setting.on, parameters=numbers),
        on=work.setting.on,
        parameters=numbers,
    )
    known = [
        one for one in pairs if one.ours in work.facts.ours and one.person in work.facts.people
    ]
    days: dict[str, int] = {}
    for one in known:
        days[one.ours] = days.get(one.ours, 0) + one.days
    ours = sorted(days, key=lambda key: (-days[key], work.facts.ours[key], key))
    people = [one for one in work.facts.own.people if one.here]
    people.sort(
        key=lambda one: (
            -role_weight(one, parameters=numbers) * bool(one.roles),
            -work.facts.held[one.key].level,
            one.name.casefold(),
        )
    )
    met = {one.person for one in known}
    listed = [one for one in people if one.key in met or one.roles]
    pages = max(1, -(-len(listed) // A_PAGE))
    page = min(max(page, 1), pages)
    first = (page - 1) * A_PAGE
    cells = {(one.person, one.ours): _cell(one) for one in known}
    rows = tuple(
        MatrixRow(
            name=one.name,
            title=one.title,
            level=work.facts.held[one.key].level,
            cells=tuple(cells.get((one.key, key)) for key in ours[:MOST_OURS]),
        )
        for one in listed[first : first + A_PAGE]
    )
    return Matrix(
        ours=tuple(work.facts.ours[key] for key in ours[:MOST_OURS]),
        rows=rows,
        more_ours=max(0, len(ours) - MOST_OURS),
        page=page,
        first=min(first + 1, len(listed)),
        last=first + len(rows),
        everybody=len(listed),
    )


def _cell(one: Pairing) -> MatrixCell:
    return MatrixCell(one.days, one.last, one.rated, one.wanted)
