"""The cells as a list: the same facts and acts as the grid, to sort, read aloud and choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from sightline.planning.money import Money
from sightline.planning.whitespace import CellScore, Order, seen_of
from sightline.web.pages.whitespace.chosen import PER_PAGE, Chosen
from sightline.web.pages.whitespace.looks import words_of
from sightline.web.pages.whitespace.panel import standing_words
from sightline.web.pages.whitespace.place import Work, cell_url
from sightline.web.pages.whitespace.present import (
    kept_cells,
    line_names,
    ordered_cells,
    unit_names,
)
from sightline.wording.cells import look_of

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One cell as a row."""

    key: str
    unit: str
    line: str
    url: str
    look: str
    state: str
    reason: str
    value: Money | None
    need: int | None
    access: int
    budget: int
    rank: Money | None
    standing: str
    owner: str


@dataclass(frozen=True, slots=True)
class Table:
    """One page of the list, and how many there are."""

    page: Page[Line]
    count: int
    rows: tuple[Line, ...]


def table_of(work: Work, chosen: Chosen, query: Mapping[str, str]) -> Table:
    """The cells that the filter leaves, by rank where nothing else is chosen."""
    del query
    ordered = ordered_cells(work, kept_cells(work, chosen), by=chosen.by or Order.RANK)
    units, lines = unit_names(work), line_names(work)
    pages = Paginator(ordered, PER_PAGE)
    page = pages.get_page(chosen.page)
    rows = tuple(_line(work, score, units, lines) for score in page.object_list)
    return Table(page, len(ordered), rows)  # type: ignore[arg-type]


def _line(work: Work, score: CellScore, units: Names, lines: Names) -> Line:
    unit, line = score.cell.key
    look = look_of(seen_of(score))
    return Line(
        key=f"{unit}-{line}",
        unit=units[unit],
        line=lines[line],
        url=cell_url(work.account_id, unit, line),
        look=look,
        state=words_of(look),
        reason=score.state.reason.text,
        value=score.likely,
        need=score.need,
        access=score.access.level,
        budget=score.budget.level,
        rank=score.rank,
        standing=standing_words(score.standing),
        owner=work.grid.owners.get(score.cell.owner or "", ""),
    )
