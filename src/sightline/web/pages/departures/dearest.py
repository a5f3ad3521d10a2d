"""The ten departures that would cost most, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.money import Money
from sightline.planning.stakeholders import Side
from sightline.records.queries.departures import DearDeparture, Dearest
from sightline.wording.chances import percent


@dataclass(frozen=True, slots=True)
class DearRow:
    """One departure: who, where, what it would cost, and the way to the test."""

    place: int
    name: str
    title: str
    ours: bool
    account: str
    account_url: str
    test: str
    lost: Money
    share: str
    what: str
    note: str
    width: float


@dataclass(frozen=True, slots=True)
class ShownDearest:
    """The page; `as_of` None where nothing was computed yet."""

    rows: tuple[DearRow, ...]
    as_of: date | None


def shown_dearest(found: Dearest) -> ShownDearest:
    """Rows with the bar's width as a part of the dearest."""
    most = max((one.lost.minor for one in found.rows), default=0)
    return ShownDearest(
        tuple(_row(at, one, most) for at, one in enumerate(found.rows, start=1)), found.as_of
    )


def _row(place: int, one: DearDeparture, most: int) -> DearRow:
    ours = one.side is Side.OURS
    where = one.account
    if one.account_id is None:
        where = ngettext("%s account", "%s accounts", one.accounts) % one.accounts
    test = ""
    if one.account_id is not None and one.name:
        letter = "o" if ours else "t"
        test = reverse("departures:show", args=[one.account_id]) + f"?who={letter}{one.key}"
    return DearRow(
        place=place,
        name=one.name or _("Somebody in a unit you do not see"),
        title=one.title,
        ours=ours,
        account=where,
        account_url=reverse("account:show", args=[one.account_id]) if one.account_id else "",
        test=test,
        lost=one.lost,
        share=percent(one.share) if one.share is not None else _("not known"),
        what=_counts(one.stakes),
        note=_("%s of them without a known amount") % one.unvalued if one.unvalued else "",
        width=round(100 * one.lost.minor / most, 1) if most else 0.0,
    )


def _counts(stakes: tuple[str, ...]) -> str:
    """2 plays, 1 renewal, 3 cells, from the keys of what loses its path."""
    kinds = [key.partition(":")[0] for key in stakes]
    plays = kinds.count("play") + kinds.count("opportunity")
    renewals, cells = kinds.count("contract"), kinds.count("cell")
    parts = [
        ngettext("%s play", "%s plays", plays) % plays if plays else "",
        ngettext("%s renewal", "%s renewals", renewals) % renewals if renewals else "",
        ngettext("%s cell", "%s cells", cells) % cells if cells else "",
    ]
    return ", ".join(part for part in parts if part)
