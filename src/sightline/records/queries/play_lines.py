"""Where the CRM lines of plays are not what their plays say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from sightline.records.models import (
    OpportunityLine,
    PlayCell,
    SyncConnection,
    SyncIntent,
    SyncLink,
)

MISSING = "missing"
# what somebody did there, or was never asked for, may be written by a person who says so
OFFERED = frozenset({"changed_there", "gone", MISSING})


@dataclass(frozen=True, slots=True)
class LineNote:
    """Lines of one play that are other there: `why` is `refused` with the service's own `words`,
    `no_price`, `no_value`, `changed_there`, `gone` (somebody took it out) or `missing` (never asked
    for); `lines` are the names of the product lines."""

    why: str
    words: str
    lines: tuple[str, ...]

    @property
    def offered(self) -> bool:
        """Whether writing them is offered."""
        return self.why in OFFERED


def line_notes(play_ids: Iterable[int]) -> dict[int, tuple[LineNote, ...]]:
    """Why lines are other, by play; each reason once. Two queries, three where there are any."""
    cells = PlayCell.objects.filter(play_id__in=list(play_ids))
    links = SyncLink.objects.filter(target="PlayLine", local_id__in=cells.values("pk"))
    left = links.filter(state=SyncLink.State.UNLINKED) | links.filter(base__why="changed_there")
    refused = links.filter(intent__state=SyncIntent.State.REFUSED)
    said = {
        cell: (base.get("why", "refused"), words or "")
        for cell, base, words in (left | refused).values_list("local_id", "base", "intent__message")
    }
    said |= dict.fromkeys(_missing(cells).values_list("pk", flat=True), (MISSING, ""))
    if not said:
        return {}
    found: dict[int, dict[tuple[str, str], list[str]]] = {}
    named = cells.filter(pk__in=list(said)).order_by("pk")
    for pk, play, line in named.values_list("pk", "play_id", "product_line__name"):
        names = found.setdefault(play, {}).setdefault(said[pk], [])
        names += [line] if line not in names else []
    return {
        play: tuple(LineNote(why, words, tuple(lines)) for (why, words), lines in notes.items())
        for play, notes in found.items()
    }


def _missing(cells: QuerySet[PlayCell]) -> QuerySet[PlayCell]:
    """Cells of open opportunities that sell products, but none of this cell's line, and for which
    no line was asked."""
    lines = OpportunityLine.objects.filter(
        opportunity=OuterRef("play__opportunity"), removed_at=None, product_line__isnull=False
    )
    asked = SyncLink.objects.filter(target="PlayLine", local_id=OuterRef("pk"))
    there = SyncConnection.objects.filter(source=OuterRef("play__opportunity__source"))
    return cells.filter(
        Exists(lines),
        ~Exists(lines.filter(product_line=OuterRef("product_line"))),
        ~Exists(asked),
        Exists(there),
        play__opportunity__is_closed=False,
        play__opportunity__removed_at=None,
    )
