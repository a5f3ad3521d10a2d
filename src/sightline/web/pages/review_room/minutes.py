"""The minutes in words: when, how an item ended, what was said, and which item it was about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.reviews import room
from sightline.records.queries.reviews.room import Minute
from sightline.records.queries.reviews.rows import ReviewRow
from sightline.web.pages.review_room.present import (
    ShownItem,
    ending_words,
    room_facts,
    shown_items,
)


@dataclass(frozen=True, slots=True)
class ShownMinute:
    """One line of the minutes, with the item it ended (empty: written by hand)."""

    at: datetime
    kind: str
    words: str
    text: str
    author: str
    item_id: int | None
    item: str


def shown_minutes(
    review: ReviewRow, scope: AccountScope, items: Sequence[ShownItem]
) -> tuple[ShownMinute, ...]:
    """The minutes, each line with the item it ended; items not drawn are read for their names."""
    lines = room.minutes_of(review.id, scope.rights)
    titles = {item.id: item.title for item in items}
    missing = {one.item_id for one in lines if one.item_id is not None} - set(titles)
    if missing:
        rows = room.readable_items(room.items_of(review.id, ids=sorted(missing)), scope.rights)
        facts = room_facts(rows, scope=scope, review_id=review.id, book=None, writable=False)
        titles |= {item.id: item.title for item in shown_items(rows, facts)}
    return tuple(_shown(one, titles) for one in lines)


def _shown(one: Minute, titles: Mapping[int, str]) -> ShownMinute:
    """A line in words; its item is named where the reader may see it."""
    item = titles.get(one.item_id, "") if one.item_id is not None else ""
    return ShownMinute(
        at=one.at,
        kind=one.kind,
        words=ending_words(one.kind),
        text=one.text,
        author=one.author,
        item_id=one.item_id if item else None,
        item=item,
    )
