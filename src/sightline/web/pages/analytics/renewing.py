"""Renewals by quarter and by how far their strategy has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.money import Money, total
from sightline.records.queries.analytics import RenewalQuarter, Standing
from sightline.web.pages.analytics.asking import list_url
from sightline.wording.dates import day


@dataclass(frozen=True, slots=True)
class Part:
    """Contracts of one standing."""

    label: str
    count: int
    money: Money
    tone: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """A quarter; `prepared` 0 … 100 is the share of contracts with a whole strategy."""

    label: str
    until: str
    contracts: str
    money: Money
    parts: tuple[Part, ...]
    prepared: int | None
    unvalued: str
    running: bool
    url: str


def labels() -> dict[Standing, str]:
    """Standings in words."""
    return {
        Standing.WHOLE: _("With a strategy"),
        Standing.INFERRED: _("Read from a deal"),
        Standing.STARTED: _("Begun"),
        Standing.NONE: _("None"),
    }


def quarter_rows(found: Sequence[RenewalQuarter], *, currency: str) -> list[QuarterRow]:
    """Each quarter in words, the running one first."""
    return [
        _row(
            [one],
            label=one.quarter.label,
            until=day(one.quarter.window.end),
            currency=currency,
            running=place == 0,
        )
        for place, one in enumerate(found)
    ]


def total_row(found: Sequence[RenewalQuarter], *, currency: str) -> QuarterRow | None:
    """All quarters together; None where nothing ends."""
    if not any(one.contracts for one in found):
        return None
    return _row(found, label=_("Together"), until="", currency=currency, running=False)


def _row(
    found: Sequence[RenewalQuarter], *, label: str, until: str, currency: str, running: bool
) -> QuarterRow:
    contracts = sum(one.contracts for one in found)
    unvalued = sum(one.unvalued for one in found)
    zero, quarter = Money.zero(currency), label if running or until else ""
    parts = tuple(
        Part(
            words,
            sum(one.counts.get(standing, 0) for one in found),
            total((one.money.get(standing, zero) for one in found), currency=currency),
            "neg" if standing is Standing.NONE else "",
            list_url("renewals", quarter=quarter, standing=standing.value),
        )
        for standing, words in labels().items()
    )
    ready = parts[0].count + parts[1].count
    return QuarterRow(
        label=label,
        until=until,
        contracts=ngettext("%(n)s contract", "%(n)s contracts", contracts) % {"n": contracts},
        money=total((one.total(currency) for one in found), currency=currency),
        parts=parts,
        prepared=round(100 * ready / contracts) if contracts else None,
        unvalued=ngettext("%(n)s without a value", "%(n)s without a value", unvalued)
        % {"n": unvalued}
        if unvalued
        else "",
        running=running,
        url=list_url("renewals", quarter=quarter),
    )
