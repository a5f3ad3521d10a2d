"""Who stands behind "8 of 11 similar units own it": the peers that a person may see, by name."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from sightline.planning.permissions import Category
from sightline.records.models import ProductLine, Suggestion, SuggestionRun
from sightline.records.queries.analytics.behind import Found
from sightline.records.queries.analytics.dearest import Slice
from sightline.records.reach import Reach

# Of very many accounts only so many are compared for a page; counts come from all of them.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A cell: `unit` None is the account itself."""

    account: int
    unit: int | None
    line: int


@dataclass(frozen=True, slots=True)
class AlikeRow:
    """A peer: lines in common, likeness 0 to 1, and whether it owns the line asked about."""

    account_id: int
    account: str
    unit: str
    common: int
    likeness: float
    owns: bool


@dataclass(frozen=True, slots=True)
class Alike:
    """All peers and how many own the line; `rows` are those in reach, the owners first."""

    line: str
    buyer: str
    peers: int
    owning: int
    rows: tuple[AlikeRow, ...]

    def page(self, part: Slice) -> Found[AlikeRow]:
        """Some of the rows."""
        found = self.rows[part.skip : part.skip + part.most]
        return Found(found, more=len(self.rows) > part.skip + part.most)


def alike(reach: Reach, asked: Asked) -> Alike | None:
    """None where the cell is not in reach, nothing was ranked, or nobody could be compared. Three
    queries."""
    run = SuggestionRun.objects.filter(whole=True).order_by("-pk").first()
    line = ProductLine.objects.filter(pk=asked.line).values_list("name", flat=True).first()
    ranked = Suggestion.objects.filter(reach.on(Category.FACTS), run=run).select_related(
        "account", "unit"
    )
    own = ranked.filter(_here(asked)).first()
    if own is None or line is None or own.edge is None:
        return None
    others = ranked.exclude(pk=own.pk).order_by("account__sort_name", "unit__name", "pk")
    told = others.values_list("account_id", "account__name", "unit__name", "holds")
    rows = [_row(set(own.holds), asked.line, one) for one in told[:MOST]]
    edge = own.edge
    peers = [one for one in rows if one.likeness > 0 and one.likeness >= edge]
    owning = next((count for key, count, _ in own.lines if key == asked.line), 0)
    return Alike(
        line=line,
        buyer=own.unit.name if own.unit else own.account.name,
        peers=own.peers,
        owning=owning,
        rows=tuple(sorted(peers, key=lambda one: (not one.owns, -one.likeness))),
    )


def _here(asked: Asked) -> Q:
    """The buyer: a unit has lines of its account's children too."""
    if asked.unit is None:
        return Q(account_id=asked.account, unit=None)
    return Q(unit_id=asked.unit)


def _row(mine: set[int], line: int, told: tuple[int, str, str | None, list[int]]) -> AlikeRow:
    account, name, unit, holds = told
    theirs = set(holds)
    common, either = len(mine & theirs), len(mine | theirs)
    return AlikeRow(
        account, name, unit or "", common, common / either if either else 0.0, line in theirs
    )
