"""The books of an opportunity's products: one for each cell of the play that asked for it.

A line is begun with its opportunity and made once that is there. What may or may not have been done
is settled by reading the opportunity's products: one that is there is taken, never made again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sightline.actions.plays import lines_of
from sightline.actions.sync.context import Context
from sightline.agreement.records import Deed, Outcome, Settled
from sightline.planning.money import minor_digits
from sightline.records.models import (
    Job,
    Opportunity,
    Play,
    PlayCell,
    Product,
    SyncIntent,
    SyncLink,
)

TARGET = "PlayLine"
NO_PRICE, NO_VALUE = "no_price", "no_value"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line to be made: the opportunity, its id there (empty where it is still to be made), the
    ids there of the products that are sold under the cell's line, and the money a year in major
    units and in `minor` ones. `asked_by` asked for it.

    `earlier` is what was asked before, in minor units: an answer that was lost may have said it. `out`:
    the cell went meanwhile, so that a line that was made all the same is to be taken out."""

    link_id: int
    cell_id: int
    opportunity: int
    deal: str
    products: tuple[str, ...]
    value: str | None
    currency: str
    asked_by: int | None
    minor: int | None = None
    earlier: tuple[int, ...] = ()
    out: bool = False

    def said(self, minor: int) -> str:
        """A value as the CRM says it."""
        return major(minor, self.currency)


def begin(connection_id: int, play: Play, *, asked_by: int, job: str) -> None:
    """Say that a line is to be made for every cell of a play whose opportunity was just begun.

    The shares are those of the request that is waiting under the `job` name, where there is one;
    else the value is split evenly.
    """
    cells = {(one.unit_id, one.product_line_id): one.pk for one in play.cells.all()}
    asked = Job.objects.filter(name=job, key=f"play:{play.pk}").order_by("-pk").first()
    lines = asked.payload.get("lines") if asked is not None else None
    if {(one["unit"], one["line"]) for one in lines or ()} != set(cells):
        lines = lines_of(tuple(cells), value=play.value, currency=play.currency, values=())
    SyncLink.objects.filter(
        connection=connection_id, target=TARGET, local_id__in=cells.values()
    ).delete()
    SyncLink.objects.bulk_create(
        beginning(
            connection_id,
            play.pk,
            cells[one["unit"], one["line"]],
            place=(one["unit"], one["line"]),
            value=one["amount"],
            asked_by=asked_by,
        )
        for one in lines or ()
    )


def beginning(
    connection_id: int,
    play_id: int,
    cell_id: int,
    *,
    place: tuple[int | None, int],
    value: int | None,
    asked_by: int | None,
) -> SyncLink:
    """The book of a line that is still to be made; `value` in minor units."""
    return SyncLink(
        connection_id=connection_id,
        target=TARGET,
        local_id=cell_id,
        state=SyncLink.State.CREATING,
        base={
            "play": play_id,
            "unit": place[0],
            "line": place[1],
            "value": value,
            "asked_by": asked_by,
        },
    )


def waiting(context: Context) -> list[Wanted]:
    """The lines that are still to be made, or to be looked for, of opportunities that are there."""
    links = _begun(context)
    if not links:
        return []
    there = PlayCell.objects.filter(play__opportunity__source=context.source_id)
    there = there.exclude(play__opportunity__outside_id="")
    return _wanted_of(context, links, there) + _leaving(context, links)


def waiting_with(context: Context, deals: Collection[int]) -> list[Wanted]:
    """The lines that are still to be made, of opportunities (by their keys here) that are not there
    yet either."""
    new = PlayCell.objects.filter(play__opportunity__in=deals, play__opportunity__outside_id="")
    links = _begun(context) if deals else []
    return _wanted_of(context, links, new) if links else []


def _begun(context: Context) -> list[SyncLink]:
    """The links of lines that are not known to be there; refused ones wait for somebody."""
    links = SyncLink.objects.filter(
        connection=context.connection_id, target=TARGET, state=SyncLink.State.CREATING
    )
    return list(links.exclude(intent__state=SyncIntent.State.REFUSED))


def _wanted_of(
    context: Context, links: Sequence[SyncLink], among: QuerySet[PlayCell]
) -> list[Wanted]:
    rows = among.filter(pk__in=[one.local_id for one in links], play__opportunity__removed_at=None)
    cells = {one.pk: one for one in rows.select_related("play__opportunity")}
    deals = {pk: one.play.opportunity for pk, one in cells.items()}
    products = _products(context, {one.product_line_id for one in cells.values()})
    found = []
    for link in links:
        cell, deal = cells.get(link.local_id or 0), deals.get(link.local_id or 0)
        if cell is not None and deal is not None:
            found.append(_wanted(link, deal, products.get(cell.product_line_id, ())))
    return sorted(found, key=lambda one: one.cell_id)


def _leaving(context: Context, links: Sequence[SyncLink]) -> list[Wanted]:
    """Lines whose cell went before anybody knew whether they were made."""
    gone = [one for one in links if one.base.get("out")]
    if not gone:
        return []
    rows = Opportunity.objects.filter(
        play__in=[one.base["play"] for one in gone], source=context.source_id, removed_at=None
    ).exclude(outside_id="")
    deals = {play: one for one in rows for play in [one.play.pk]}
    products = _products(context, {one.base["line"] for one in gone})
    return [
        _wanted(one, deals[one.base["play"]], products.get(one.base["line"], ()))
        for one in gone
        if one.base["play"] in deals
    ]


def _products(context: Context, lines: Iterable[int]) -> dict[int, list[str]]:
    rows = Product.objects.filter(
        line__in=list(lines), source=context.source_id, is_active=True, removed_at=None
    ).exclude(outside_id="")
    found: dict[int, list[str]] = {}
    for line, product in rows.order_by("pk").values_list("line_id", "outside_id"):
        found.setdefault(line or 0, []).append(product)
    return found


def _wanted(link: SyncLink, deal: Opportunity, products: Sequence[str]) -> Wanted:
    minor: int | None = link.base.get("value")
    return Wanted(
        link_id=link.pk,
        cell_id=link.local_id or 0,
        opportunity=deal.pk,
        deal=deal.outside_id,
        products=tuple(products),
        value=None if minor is None else major(minor, deal.currency),
        currency=deal.currency,
        asked_by=link.base.get("asked_by"),
        minor=minor,
        earlier=tuple(link.base.get("earlier", ())),
        out=bool(link.base.get("out")),
    )


def major(minor: int, currency: str) -> str:
    """Money as the CRM takes it, in major units."""
    return format(Decimal(minor).scaleb(-minor_digits(currency or "USD")), "f")


def taken(context: Context, link_ids: Iterable[int] | None = None) -> set[str]:
    """The ids there of lines that a cell has already, or of these links."""
    held = SyncLink.objects.filter(connection=context.connection_id, target=TARGET)
    held = held if link_ids is None else held.filter(pk__in=list(link_ids))
    return set(held.exclude(remote_id="").values_list("remote_id", flat=True))


CHANGED = "changed_there"
# What is known of a line while it is written, and not once it is known how that ended.
ON_ITS_WAY = ("due", "then", "anyway", "earlier", "out")


def take(one: Wanted, remote_id: str, *, says: int | None = None) -> None:
    """The line is there under this id, and `says` a value of ours in minor units (by itself the one
    that was asked for). What the play says by now is written next, where it is another. A line that
    says what we never asked for (`says` below zero) was changed there, and is left."""
    with transaction.atomic():
        link = SyncLink.objects.select_for_update().filter(pk=one.link_id).first()
        if link is None:
            return
        said, now = one.minor if says is None else says, link.base.get("value")
        base = {name: told for name, told in link.base.items() if name not in ON_ITS_WAY}
        if link.base.get("out"):
            base |= {"value": said, "due": True, "then": None}
        elif said is not None and said < 0:
            base["why"] = CHANGED
        elif said != now:
            base |= {"value": said, "due": now is not None, "then": now}
        link.remote_id, link.state, link.base = remote_id, SyncLink.State.LINKED, base
        link.save(update_fields=["remote_id", "state", "base"])
        SyncIntent.objects.filter(link=link).delete()


def forget(one: Wanted) -> None:
    """The line of a cell that went was never made."""
    links = SyncLink.objects.filter(pk=one.link_id, state=SyncLink.State.CREATING)
    links.filter(base__out=True).delete()


def leave(one: Wanted, why: str) -> None:
    """No line is made for this cell, and its play says why."""
    with transaction.atomic():
        link = SyncLink.objects.select_for_update().filter(pk=one.link_id).first()
        if link is None:
            return
        link.state, link.base = SyncLink.State.UNLINKED, {**link.base, "why": why}
        link.save(update_fields=["state", "base"])
        SyncIntent.objects.filter(link=link).delete()


def refuse(
    link_id: int,
    deed: Deed,
    values: Mapping[str, Any],
    outcome: Outcome,
    *,
    asked_by: int | None,
    now: dt.datetime,
) -> None:
    """Keep a refusal, in the service's own words, until somebody tries again."""
    SyncIntent.objects.update_or_create(
        link_id=link_id,
        defaults={
            "deed": deed,
            "values": dict(values),
            "state": SyncIntent.State.REFUSED,
            "code": outcome.code[:80],
            "message": outcome.message[:2000],
            "fields": list(outcome.fields),
            "asked_by_id": asked_by,
            "changed_at": now,
            "next_at": now,
        },
    )


def settle(one: Wanted, values: Mapping[str, Any], outcome: Outcome, *, now: dt.datetime) -> None:
    """Book how one write ended. A refusal stands, in the service's own words, until somebody tries
    again; what is not known or may be tried again is looked for first in the next round."""
    if outcome.settled is Settled.DONE:
        take(one, outcome.id)
    elif outcome.settled in (Settled.REFUSED, Settled.GONE):
        refuse(one.link_id, Deed.CREATE, values, outcome, asked_by=one.asked_by, now=now)
