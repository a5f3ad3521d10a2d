"""Competitors as cards and a time line of windows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.drawing import timeline
from sightline.drawing.sheet import Drawing
from sightline.planning.money import Money
from sightline.planning.whitespace import add_up, competitors
from sightline.records.queries.competitors import Met, Seat
from sightline.web.pages.whitespace.place import Work, cell_url
from sightline.web.pages.whitespace.present import NO_WAY, left_words, line_names, unit_names
from sightline.wording import dates
from sightline.wording.money import short_money

AHEAD = timedelta(days=730)
SHOWN = 8  # as many as competitors/rivals.html shows at once


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
    how deals with it went."""

    name: str
    held: tuple[Held, ...]
    money: Money | None
    unvalued: int
    deals: str
    no_way: str = ""

    @property
    def rest(self) -> int:
        """How many cells stand beyond those shown at once."""
        return max(0, len(self.held) - SHOWN)


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


def everywhere(seats: Iterable[Seat], met: Sequence[Met]) -> tuple[Rival, ...]:
    """Competitors over all accounts, those that hold most first."""
    by_name: dict[str, list[Held]] = {one.competitor: [] for one in met}
    for seat in seats:
        by_name.setdefault(seat.competitor, []).append(
            Held(
                name=seat.line,
                note=f"{seat.account}: {seat.unit}" if seat.unit else seat.account,
                url=cell_url(seat.account_id, seat.unit_key, seat.line_key),
                ends=seat.ends,
                money=None,
                reported=seat.reported,
            )
        )
    deals = {one.competitor: _deals(one) for one in met}
    rivals = [
        Rival(name, tuple(held), None, 0, deals.get(name, "")) for name, held in by_name.items()
    ]
    return tuple(sorted(rivals, key=lambda one: (-len(one.held), one.name.casefold())))


def windows(rivals: Iterable[Rival], *, today: date) -> Drawing | None:
    """Contract ends of the next two years; None where none is known."""
    events = [
        timeline.Event(
            name=f"{rival.name}: {held.name}",
            on=held.ends,
            note=f"{held.note}, {short_money(held.money)}" if held.money else held.note,
            tone="warn",
            href=held.url,
        )
        for rival in rivals
        for held in rival.held
        if held.ends is not None and today <= held.ends <= today + AHEAD
    ]
    if not events:
        return None
    return timeline.timeline(
        sorted(events, key=lambda one: one.on)[:40],
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
    closed = met.won + met.lost
    words = ngettext("%s open deal", "%s open deals", met.open) % met.open
    told = {"won": met.won, "closed": closed}
    return words + "; " + _("won %(won)s of %(closed)s against them") % told
