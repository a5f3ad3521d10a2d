"""Plans as a file: amounts in major units with their currency beside them, cells guarded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from sightline.exchange.tables import written
from sightline.exchange.tables.written import KINDS, XLSX, Cell
from sightline.planning.money import Money
from sightline.records.queries.analytics import PlanRow

__all__ = ["KINDS", "XLSX", "cells", "csv_chunks", "header", "workbook"]


def header() -> list[str]:
    """The columns' names."""
    return [
        *(_("Account"), _("Owner"), _("Tier"), _("Plan year"), _("Target"), _("Expected landing")),
        *(_("Uncovered"), _("Chance"), _("No credible path"), _("Single-threaded")),
        *(_("Challenges open"), _("Currency"), _("Chance calibrated")),
    ]


def cells(row: PlanRow) -> list[Cell]:
    """One plan; what is not known is an empty cell, never zero."""
    facts = row.facts
    amounts = (facts.target, facts.landing, facts.single_threaded)
    known = [money for money in amounts if money is not None]
    return [
        *(row.name, row.owner, facts.tier, facts.year),
        *(_amount(facts.target), _amount(facts.landing), _amount(row.gap), facts.chance),
        *(_("yes") if facts.no_path else _("no"), _amount(facts.single_threaded)),
        *(facts.open_challenges, known[0].currency if known else None),
        None if facts.chance is None else _("yes") if facts.calibrated else _("no"),
    ]


def csv_chunks(rows: Iterable[PlanRow]) -> Iterator[str]:
    """The file in pieces."""
    return written.csv_chunks(header(), map(cells, rows))


def workbook(rows: Iterable[PlanRow]) -> bytes:
    """The workbook."""
    return written.workbook(_("Plans"), header(), map(cells, rows))


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else money.amount
