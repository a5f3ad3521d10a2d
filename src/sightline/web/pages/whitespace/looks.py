"""How one cell looks: its sign, what is written in it, and the same in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.planning.whitespace import CellScore, Seen, WhitespaceParameters, stale_facts
from sightline.wording import dates, labels
from sightline.wording.cells import look_of
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


def classes_of(seen: Seen) -> str:
    """The look's letter, with a second sign for an open deal and one for a contradiction."""
    return LETTERS[look_of(seen)] + (" p2" if seen.also else "") + (" x" if seen.disputed else "")


def shown_in(seen: Seen, *, show: str) -> str:
    """What is written in the cell, never empty: a link needs a name. `staleness` has words of its
    own."""
    if show == "money":
        return short_money(seen.money) if seen.money is not None else NOTHING
    if show == "rank":
        return short_money(seen.rank) if seen.rank is not None else NOTHING
    return _state_words(seen)


def _state_words(seen: Seen) -> str:
    look = look_of(seen)
    if look == "competitor":
        return clipped(seen.competitor or _("Competitor"))
    if look == "in_house":
        return _("In-house")
    if look == "blocked":
        return dates.month(seen.until) if seen.until else _("Blocked")
    money = seen.money if look in labels.CELLS_WITH_MONEY or look == "unknown" else None
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


def stale_words(score: CellScore, *, on: dt.date, numbers: WhitespaceParameters) -> str:
    """How long past its day the oldest fact of a cell is."""
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
