"""Competitors as cards and a time line of windows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.drawing import timeline
from sightline.drawing.sheet import Drawing
from sightline.planning.money import Money
from sightline.planning.whitespace import add_up, competitors
from sightline.records.queries.competitors import AHEAD, Met, Rivalry, Rivals, Seat
from sightline.web.pages.whitespace.place import Work, cell_url
from sightline.web.pages.whitespace.present import NO_WAY, left_words, line_names, unit_names
from sightline.wording import dates
from sightline.wording.money import short_money

SHOWN = 8  # as many as competitors/rivals.html shows at once
MOST_AT_ONCE = 250
A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Held:
    """One cell that a competitor holds."""

    name: str
    note: str
    url: str
    ends: date | None
    money: Money | None
    reported: bool


@dataclass(frozen=True, slots=True)
class Rival:
    """One competitor: what it holds, worth what, how much of it we have no way to (`no_way`), and
    how deals with it went. `more` leads to the cells beyond those in `held`."""

    name: str
    held: tuple[Held, ...]
    money: Money | None
    unvalued: int
    deals: str
    no_way: str = ""
    count: int | None = None
    more: str = ""

    @property
    def cells(self) -> int:
        """How many cells it holds, of which `held` may be the first."""
        return len(self.held) if self.count is None else self.count

    @property
    def rest(self) -> int:
        """How many cells stand beyond those shown at once."""
        return max(0, (self.cells if self.more else len(self.held)) - SHOWN)


def in_account(work: Work) -> tuple[Rival, ...]:
    """Competitors of one account by the likely value of what they hold."""
    units, lines = unit_names(work), line_names(work)
    grid = work.grid
    found = competitors(grid.scores.values(), currency=grid.currency, on=grid.on)
    rivals = []
    for one in found:
        held = []
        for unit, line in one.cells:
            score = grid.scores[unit, line]
            holder = score.cell.holder
            held.append(
                Held(
                    name=lines[line],
                    note=units[unit],
                    url=cell_url(work.account_id, unit, line),
                    ends=holder.contract_end if holder else None,
                    money=score.likely,
                    reported=holder.reported if holder else False,
                )
            )
        sums = add_up((grid.scores[key] for key in one.cells), currency=grid.currency)
        left = left_words(sums, NO_WAY)
        rivals.append(Rival(one.name, tuple(held), one.money, one.unvalued, "", left))
    return tuple(rivals)


def everywhere(found: Rivals) -> tuple[Rival, ...]:
    """Competitors over all accounts, those that hold most first.

    Where they hold more than MOST_AT_ONCE together, or not all is kept, each shows its first cells
    and the way to more.
    """
    many = sum(one.cells for one in found.all) > MOST_AT_ONCE
    rivals = []
    for one in found.all:
        led_on = one.cells > SHOWN and (many or len(one.seats) < one.cells)
        shown = one.seats[:SHOWN] if led_on else one.seats
        more = "?" + urlencode({"of": one.competitor}) if led_on else ""
        rivals.append(_rival(one, shown, more=more))
    return tuple(rivals)


def of_one(one: Rivalry, seats: Iterable[Seat]) -> Rival:
    """A competitor with a page of its cells."""
    return _rival(one, seats, more="")


def _rival(one: Rivalry, seats: Iterable[Seat], *, more: str) -> Rival:
    held = tuple(_held(seat) for seat in seats)
    return Rival(one.competitor, held, None, 0, _deals(one.met), count=one.cells, more=more)


def ahead(found: Rivals, *, today: date) -> Drawing | None:
    """Contract ends of the next two years over all accounts."""
    events = [
        _event(seat.competitor, _held(seat)) for seat in found.windows if seat.ends is not None
    ]
    return _timeline(events, today=today)


def _held(seat: Seat) -> Held:
    return Held(
        name=seat.line,
        note=f"{seat.account}: {seat.unit}" if seat.unit else seat.account,
        url=cell_url(seat.account_id, seat.unit_key, seat.line_key),
        ends=seat.ends,
        money=None,
        reported=seat.reported,
    )


def windows(rivals: Iterable[Rival], *, today: date) -> Drawing | None:
    """Contract ends of the next two years; None where none is known."""
    events = [
        _event(rival.name, held)
        for rival in rivals
        for held in rival.held
        if held.ends is not None and today <= held.ends <= today + AHEAD
    ]
    return _timeline(events, today=today)


def _event(rival: str, held: Held) -> timeline.Event:
    assert held.ends is not None
    return timeline.Event(
        name=f"{rival}: {held.name}",
        on=held.ends,
        note=f"{held.note}, {short_money(held.money)}" if held.money else held.note,
        tone="warn",
        href=held.url,
    )


def _timeline(events: Iterable[timeline.Event], *, today: date) -> Drawing | None:
    shown = sorted(events, key=lambda one: one.on)[:40]
    if not shown:
        return None
    return timeline.timeline(
        shown,
        key="windows",
        first=today,
        last=today + AHEAD,
        today=today,
        label=dates.day,
        words=timeline.Words(
            title=_("Windows ahead"),
            today=_("Today"),
            columns=(_("Competitor and line"), _("Ends"), _("Where")),
        ),
    )


def _deals(met: Met) -> str:
    if not met.open + met.won + met.lost:
        return ""
    closed = met.won + met.lost
    words = ngettext("%s open deal", "%s open deals", met.open) % met.open
    told = {"won": met.won, "closed": closed}
    return words + "; " + _("won %(won)s of %(closed)s against them") % told
