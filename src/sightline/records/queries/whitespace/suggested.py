"""What the newest ranking over all customers says of an account's cells, and what was declined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import Any

from django.db.models import QuerySet

from sightline.planning.whitespace import PeerCounts
from sightline.records.models import DeclinedSuggestion, Suggestion, SuggestionRun
from sightline.records.prepared import prepared
from sightline.records.queries.account_grid import OTHER_UNITS, WHOLE, GridFacts
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.company import company_zone

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Declined:
    """A cell that is not suggested again, why, and by whom."""

    reason: str
    author: str
    on: date


@dataclass(frozen=True, slots=True)
class Suggested:
    """Peers by cell, as counted for each buyer; empty before a ranking was made.

    `version` is the ledger's version that the ranking read.
    """

    counts: Mapping[Key, PeerCounts] = field(default_factory=dict)
    declined: Mapping[Key, Declined] = field(default_factory=dict)
    as_of: date | None = None
    version: int = 0


def newest_ranking() -> int:
    """The ranking that is read now; 0 before any. One query."""
    return next(iter(_newest()), 0)


@prepared
def _newest() -> QuerySet[SuggestionRun, Any]:
    rows = SuggestionRun.objects.filter(whole=True).order_by("-pk")
    return rows.values_list("pk", flat=True)[:1]


def suggested(scope: AccountScope, facts: GridFacts) -> Suggested:
    """Everything the newest ranking says of the visible accounts of a family. Three queries."""
    declined = declined_cells(scope.planning_id)
    run = SuggestionRun.objects.filter(whole=True).order_by("-pk").first()
    if run is None:
        return Suggested(declined=declined)
    names = {line.key: line.name for line in facts.lines}
    counts: dict[Key, PeerCounts] = {}
    largest: dict[str, int] = {}
    for row in Suggestion.objects.filter(run=run, account_id__in=scope.seen_ids).order_by("pk"):
        unit = facts.places.key(row.account_id, row.unit_id)
        # of two buyers that stand in one column the one that owns more speaks
        if unit == OTHER_UNITS or row.owned < largest.get(unit, 0):
            continue
        largest[unit] = row.owned
        for line, owning, recent in row.lines:
            if str(line) in names:
                counts[unit, str(line)] = _counts(
                    run, row, names[str(line)], (line, owning, recent)
                )
    return Suggested(counts, declined, run.as_of, run.ledger_version)


def declined_cells(account_id: int) -> dict[Key, Declined]:
    """The cells somebody turned down, on the company's days. One query, one more where any is."""
    rows = DeclinedSuggestion.objects.filter(account_id=account_id).select_related("declined_by")
    found = list(rows)
    zone = company_zone() if found else UTC
    return {
        (str(row.unit_id) if row.unit_id else WHOLE, str(row.product_line_id)): Declined(
            row.reason,
            row.declined_by.name if row.declined_by else "",
            row.declined_at.astimezone(zone).date(),
        )
        for row in found
    }


def _counts(
    run: SuggestionRun, row: Suggestion, name: str, told: tuple[int, int, int]
) -> PeerCounts:
    line, owning, recent = told
    adopters = run.lines.get(str(line), [0, 0])[0]
    return PeerCounts(
        line=name,
        similar=row.peers,
        having=min(owning, row.peers),
        recent=recent,
        everyone=run.buyers,
        everyone_having=adopters,
        shared=round(row.shared),
        lines=row.owned,
        similarity=row.similarity,
        months=run.months,
    )
