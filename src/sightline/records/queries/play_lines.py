"""What became of the CRM lines of plays, where it is not what was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sightline.records.models import PlayCell, SyncIntent, SyncLink


@dataclass(frozen=True, slots=True)
class LineNote:
    """Lines of one play that were not made: `why` is `refused` with the service's own `words`,
    `no_price` or `no_value`; `lines` are the names of the product lines."""

    why: str
    words: str
    lines: tuple[str, ...]


def line_notes(play_ids: Iterable[int]) -> dict[int, tuple[LineNote, ...]]:
    """Why lines were not made, by play; each reason once. One query, two where there are any."""
    cells = PlayCell.objects.filter(play_id__in=list(play_ids))
    links = SyncLink.objects.filter(target="PlayLine", local_id__in=cells.values("pk"))
    left = links.filter(state=SyncLink.State.UNLINKED)
    refused = links.filter(intent__state=SyncIntent.State.REFUSED)
    said = {
        cell: (base.get("why", "refused"), words or "")
        for cell, base, words in (left | refused).values_list("local_id", "base", "intent__message")
    }
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
