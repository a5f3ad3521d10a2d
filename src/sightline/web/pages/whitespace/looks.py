"""How one cell looks: its sign, what is written in it, and the same in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.planning.whitespace import (
    CellScore,
    WhitespaceParameters,
    stale_facts,
)
from sightline.wording import dates, labels
from sightline.wording.cells import look_of, money_of
from sightline.wording.money import short_money

# one letter each, because a large grid is paid by the byte; whitespace.css draws them
LETTERS = {
    "owned": "o",
    "in_progress": "p",
    "open": "e",
    "competitor": "c",
    "in_house": "h",
    "blocked": "b",
    "lapsed": "l",
    "fantasy": "f",
    "path_unknown": "k",
    "unknown": "u",
    "not_applicable": "n",
}
SHOW_AS = ("state", "money", "rank", "staleness")
NOTHING = "–"
NAME_BYTES = 15  # with an address of eleven characters and two signs a cell stays within sixty


def classes_of(score: CellScore) -> str:
    """The look's letter, with a second sign for an open deal and one for a contradiction."""
    also = " p2" if score.state.also_in_progress else ""
    return LETTERS[look_of(score)] + also + (" x" if score.state.contradictions else "")


def shown_in(score: CellScore, *, show: str, on: dt.date, numbers: WhitespaceParameters) -> str:
    """What is written in the cell, never empty: a link needs a name."""
    if show == "money":
        money = money_of(score)
        return short_money(money) if money is not None else NOTHING
    if show == "rank":
        return short_money(score.rank) if score.rank is not None else NOTHING
    if show == "staleness":
        return _stale(score, on, numbers)
    return _state_words(score)


def _state_words(score: CellScore) -> str:
    look, cell = look_of(score), score.cell
    if look == "competitor" and cell.holder is not None:
        return clipped(cell.holder.competitor or _("Competitor"))
    if look == "in_house":
        return _("In-house")
    if look == "blocked" and cell.eligibility is not None:
        until = cell.eligibility.until
        return dates.month(until) if until else _("Blocked")
    with_money = look in labels.CELLS_WITH_MONEY or look == "unknown"
    money = money_of(score) if with_money else None
    if money is not None and money.minor:
        return short_money(money)
    return {
        "owned": _("Owned"),
        "in_progress": _("Deal"),
        "open": _("Open"),
        "unknown": _("Ask"),
    }.get(look, NOTHING)


def clipped(name: str) -> str:
    """A name as it fits into a cell, whatever its letters take once they are written as HTML."""
    if _written(name) <= NAME_BYTES:
        return name
    kept = name
    while kept and _written(kept) > NAME_BYTES - len("…".encode()):
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _written(name: str) -> int:
    return len(escape(name).encode())


def _stale(score: CellScore, on: dt.date, numbers: WhitespaceParameters) -> str:
    found = stale_facts(score.cell, money=score.likely, on=on, parameters=numbers)
    if found:
        return _("%s d over") % max(one.over for one in found)
    return _("fresh") if _told(score) else NOTHING


def _told(score: CellScore) -> bool:
    cell = score.cell
    return any((cell.holder, cell.eligibility, cell.need, cell.access, cell.budget))


@dataclass(frozen=True, slots=True)
class FoldedWords:
    """What folded cells are worded with: looked up once for a page, which has hundreds of them."""

    fantasy: str
    open: str

    @classmethod
    def looked_up(cls) -> FoldedWords:
        """In the reader's language."""
        return cls(_("%s fantasy"), _("%s open"))


def rolled(open_value: int, owned: int, fantasy: int, *, currency: str, words: FoldedWords) -> str:
    """What stands in a folded cell: open value, else what is owned, in minor units, and how many
    fantasy cells it leaves out; else nothing. Short: a cell of the page has sixty bytes."""
    left = words.fantasy % fantasy if fantasy else ""
    if open_value:
        money = short_money(Money(open_value, currency))
        return f"{money}, {left}" if left else words.open % money
    held = short_money(Money(owned, currency)) if owned else ""
    return ", ".join(part for part in (held, left) if part) or NOTHING


def words_of(look: str) -> str:
    """The name of a look."""
    return _(labels.CELL_STATES[look].text)
