"""Where an act is done, and whether it is a call."""

from __future__ import annotations

from sightline.planning.weekly import ActKind, Item
from sightline.records.queries.week.reading import Evidence
from sightline.web.pages.monday.empty import address

PLACES = {
    "renewal": "account:renewals",
    "step": "plays:activity",
    "thread": "stakeholders:show",
    "challenge": "challenges:show",
    "signal": "plan:signals",
    "priority": "priorities:show",
}
FACTS = {"cell": "whitespace:show", "wallet": "wallet:show"}


def place_of(item: Item, kept: Evidence | None, account_id: int) -> str:
    """The page that an act leads to; the account's own where there is none of its kind."""
    kind, _, key = item.act.partition(":")
    contact = kept.contact_id if kept is not None else None
    if contact is not None and (kind == "contact" or key.startswith("strength-")):
        return address("stakeholders:person", args=(account_id, contact))
    name = FACTS.get(key.partition("-")[0]) if kind == "fact" else PLACES.get(kind)
    return address(name or "account:show", "account:show", args=(account_id,))


def is_call(item: Item) -> bool:
    """Whether a call to one of theirs does it."""
    return item.kind is ActKind.CALL
