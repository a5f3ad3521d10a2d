"""The books of an opportunity's products after its play changed: which to add, to change, to take out.

Only lines that a play asked for are touched, and only while they stand there as they were written:
one that somebody changed there is left, and its play says so until somebody has it written anyway.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from sightline.actions.plays import lines_of
from sightline.actions.sync import deal_lines
from sightline.actions.sync.context import Context
from sightline.actions.sync.deal_lines import CHANGED, ON_ITS_WAY, TARGET, major
from sightline.agreement.records import Deed, Outcome, Settled
from sightline.records.models import Opportunity, Play, PlayCell, SyncIntent, SyncLink

GONE = "gone"
Place = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One line there that is to change: `was` and `then` in major units, `then` None where it is
    taken out. With `anyway` whatever stands there is written over. `earlier` was asked before, in an
    answer that was lost perhaps; `minor` is `then` in minor units."""

    link_id: int
    deal: str
    remote_id: str
    was: str | None
    then: str | None
    anyway: bool
    asked_by: int | None
    earlier: tuple[str, ...] = ()
    minor: int | None = None

    @property
    def deed(self) -> Deed:
        """What is asked of the line."""
        return Deed.DELETE if self.then is None else Deed.UPDATE


def renew(
    connection_id: int,
    play: Play,
    *,
    value: int | None,
    currency: str,
    shares: Sequence[Mapping[str, Any]],
    asked_by: int | None,
    whole: bool,
) -> bool:
    """Have the opportunity's lines follow the play's cells and `value`; whether any is to change.

    `shares` say what each cell is of the whole, as the play was last told; else the lines' own
    values do. An opportunity none of whose lines a play asked for is left alone, unless `whole`: then
    lines that are missing are made, and those that somebody changed there are written over.
    """
    links = list(
        SyncLink.objects.filter(connection=connection_id, target=TARGET, base__play=play.pk)
    )
    if not links and not whole:
        return False
    cells = list(play.cells.order_by("pk"))
    held = _matched(links, cells)
    kept = {link.pk for link in held.values()}
    places = [(one.unit_id, one.product_line_id) for one in cells]
    known = _known(shares) or _known(link.base for link in held.values())
    values = tuple((place, known[place]) for place in places if place in known)
    lines = lines_of(places, value=value, currency=currency, values=values)
    moved = False
    for cell, place, line in zip(cells, places, lines, strict=True):
        link = held.pop(cell.pk, None)
        if link is None:
            deal_lines.beginning(
                *(connection_id, play.pk, cell.pk),
                place=place,
                value=line["amount"],
                asked_by=asked_by,
            ).save()
            moved = True
            continue
        said = {"unit": place[0], "line": place[1], "asked_by": asked_by}
        moved |= _want(link, cell.pk, said, line["amount"], anyway=whole)
    for link in links:
        if link.pk not in kept:
            _take_out(link, asked_by=asked_by, anyway=whole)
            moved = True
    return moved


def _matched(links: Iterable[SyncLink], cells: Iterable[PlayCell]) -> dict[int, SyncLink]:
    """The link of each cell: its own, else that of a cell of the same place that went."""
    by_cell = {link.local_id: link for link in links}
    now = {cell.pk for cell in cells}
    by_place = {_place(link.base): link for link in links if link.local_id not in now}
    found = {}
    for cell in cells:
        link = by_cell.get(cell.pk) or by_place.get((cell.unit_id, cell.product_line_id))
        if link is not None:
            found[cell.pk] = link
    return found


def _place(said: Mapping[str, Any]) -> Place:
    return said.get("unit"), said.get("line")


def _known(said: Iterable[Mapping[str, Any]]) -> dict[Place, int]:
    """Money by place, in minor units; of those that have any."""
    found = {}
    for one in said:
        minor = one.get("amount", one.get("then", one.get("value")))
        if minor is not None:
            found[_place(one)] = int(minor)
    return found


def _want(
    link: SyncLink, cell_id: int, said: Mapping[str, Any], minor: int | None, *, anyway: bool
) -> bool:
    """Have one line say this much; whether that is to be written."""
    passing = ("due", "then", "why", "out")
    base = {name: told for name, told in link.base.items() if name not in passing}
    base |= said
    moved = True
    due, asked = bool(link.base.get("due")), link.base.get("then")
    if link.state != SyncLink.State.LINKED:
        base["earlier"] = _asked_before(base, base.get("value"), minor)
        link.state, base["value"] = SyncLink.State.CREATING, minor
    elif minor is not None and (anyway or due or minor != base.get("value")):
        base["earlier"] = _asked_before(base, asked if due else None, minor)
        base |= {"due": True, "then": minor, "anyway": anyway}
    else:
        moved = False
    _kept(link, base, local_id=cell_id)
    return moved


def _asked_before(base: Mapping[str, Any], last: int | None, now: int | None) -> list[int]:
    """Every value that a write whose end nobody knows may have carried, but for the one of now."""
    return sorted({*base.get("earlier", ()), *([] if last is None else [last])} - {now})


def _take_out(link: SyncLink, *, asked_by: int | None, anyway: bool) -> None:
    base = {name: told for name, told in link.base.items() if name != "why"}
    if link.state == SyncLink.State.CREATING:  # it may be there all the same
        _kept(link, base | {"out": True, "asked_by": asked_by}, local_id=link.local_id)
        return
    if link.state != SyncLink.State.LINKED:
        link.delete()
        return
    asked = base.get("then") if base.get("due") else None
    base["earlier"] = _asked_before(base, asked, None)
    told = {"due": True, "then": None, "anyway": anyway, "asked_by": asked_by}
    _kept(link, base | told, local_id=link.local_id)


def _kept(link: SyncLink, base: Mapping[str, Any], *, local_id: int | None) -> None:
    link.base, link.local_id = dict(base), local_id
    link.save(update_fields=["base", "local_id", "state"])
    SyncIntent.objects.filter(link=link).delete()


def due(context: Context) -> list[Change]:
    """The lines that are to change, of opportunities that are open and there. Two queries."""
    links = SyncLink.objects.filter(
        connection=context.connection_id,
        target=TARGET,
        state=SyncLink.State.LINKED,
        base__due=True,
    ).exclude(intent__state=SyncIntent.State.REFUSED)
    rows = list(links.order_by("pk"))
    deals = Opportunity.objects.filter(
        play__in=[link.base["play"] for link in rows],
        source=context.source_id,
        removed_at=None,
        is_closed=False,
    ).exclude(outside_id="")
    by_play = {
        play: (deal, currency)
        for play, deal, currency in deals.values_list("play", "outside_id", "currency")
    }
    return [
        _change(link, *by_play[link.base["play"]]) for link in rows if link.base["play"] in by_play
    ]


def _change(link: SyncLink, deal: str, currency: str) -> Change:
    was, then = link.base.get("value"), link.base.get("then")
    return Change(
        link_id=link.pk,
        deal=deal,
        remote_id=link.remote_id,
        was=None if was is None else major(was, currency),
        then=None if then is None else major(then, currency),
        anyway=bool(link.base.get("anyway")),
        asked_by=link.base.get("asked_by"),
        earlier=tuple(major(one, currency) for one in link.base.get("earlier", ())),
        minor=then,
    )


def settle(one: Change, outcome: Outcome, *, now: dt.datetime) -> None:
    """Book how one write ended; what is not known is compared anew in the next round."""
    if outcome.settled is Settled.DONE:
        done(one)
    elif outcome.settled is Settled.GONE:
        gone(one)
    elif outcome.settled is Settled.REFUSED:
        values = {} if one.then is None else {"UnitPrice": one.then}
        deal_lines.refuse(one.link_id, one.deed, values, outcome, asked_by=one.asked_by, now=now)


def done(one: Change) -> None:
    """The line says what it should, or is out."""
    with transaction.atomic():
        link = SyncLink.objects.filter(pk=one.link_id).first()
        if link is None:
            return
        now = link.base.get("then")
        if one.then is None and now is None:
            link.delete()
            return
        if one.then is None:  # its cell is there again: so will be the line
            link.state, link.remote_id = SyncLink.State.CREATING, ""
            link.save(update_fields=["remote_id"])
        base = {k: told for k, told in link.base.items() if k not in ON_ITS_WAY}
        base["value"] = one.minor if one.then is not None else now
        if one.then is not None and now != one.minor:  # somebody changed the play meanwhile
            base |= {"due": True, "then": now, "anyway": bool(link.base.get("anyway"))}
        _kept(link, base, local_id=link.local_id)


def gone(one: Change) -> None:
    """Somebody took the line out there."""
    if one.then is None:
        done(one)
    else:
        _left(one, GONE)


def changed_there(one: Change) -> None:
    """Somebody changed the line there: it is left as it is."""
    _left(one, CHANGED)


def _left(one: Change, why: str) -> None:
    with transaction.atomic():
        link = SyncLink.objects.filter(pk=one.link_id).first()
        if link is None:
            return
        if why == GONE:
            link.state, link.remote_id = SyncLink.State.UNLINKED, ""
            link.save(update_fields=["remote_id"])
        base = {k: told for k, told in link.base.items() if k != "earlier"}
        _kept(link, {**base, "due": False, "why": why}, local_id=link.local_id)
