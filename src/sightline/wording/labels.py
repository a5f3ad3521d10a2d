"""Names for the stable codes that rules return, with the icon and tone that go with them.

An unknown code is a KeyError: a state that nobody named must not reach a screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["", "pos", "warn", "neg", "accent"]


@dataclass(frozen=True, slots=True)
class Label:
    """The English name of a code; `icon` is an icon's name or empty, `tone` a tag's tone."""

    text: str
    icon: str = ""
    tone: Tone = ""


CELL_STATES: dict[str, Label] = {
    "owned": Label("Owned", "check"),
    "in_progress": Label("In progress", "in-progress"),
    "open": Label("Open", "plus"),
    "competitor": Label("Competitor", "flag"),
    "in_house": Label("In-house", "house"),
    "blocked": Label("Blocked until", "lock"),
    "lapsed": Label("Lapsed", "lapsed"),
    "fantasy": Label("Fantasy, no path", "broken-chain"),
    "path_unknown": Label("Path unknown", "person-gone"),
    "unknown": Label("Unknown", "question"),
    "not_applicable": Label("Not applicable"),
}
CELLS_WITH_MONEY = frozenset({"owned", "in_progress", "open", "lapsed", "fantasy", "path_unknown"})
METRICS: dict[str, str] = {
    "nrr": "Net revenue retention",
    "grr": "Gross revenue retention",
    "expansion": "Expansion bookings",
    "renewals": "Renewal rate",
    "acv": "Annual contract value",
    "executives": "Active executive relationships",
    "centres": "New buying centres",
    "progression": "Play progression",
    "completion": "Action completion",
    "wallet": "Wallet share",
}
STRENGTHS: tuple[str, ...] = (
    "none",
    "aware",
    "in contact",
    "trusted",
    "supporter",
    "strong advocate",
)
STANCES: dict[str, str] = {
    "supports": "Supports",
    "neutral": "Neutral",
    "indifferent": "Indifferent",
    "against": "Against",
    "unknown": "Not known",
}
BUYING_ROLES: dict[str, Label] = {
    "economic_buyer": Label("Economic buyer", tone="warn"),
    "champion": Label("Champion", tone="pos"),
    "their_sponsor": Label("Sponsor", tone="pos"),
    "blocker": Label("Blocker", tone="neg"),
    "influencer": Label("Influencer"),
    "technical": Label("Technical"),
    "user": Label("User"),
    "procurement": Label("Procurement"),
    "coach": Label("Coach"),
    "unknown": Label("Role not known"),
}
MARKS: dict[str, Label] = {
    "inferred": Label("inferred", "link"),
    "stale": Label("stale", "clock", "warn"),
    "uncalibrated": Label("uncalibrated", "info", "accent"),
    "from_bookings": Label("from bookings", "document"),
    "provisional": Label("provisional", "question"),
    "override": Label("override", "edit"),
    "estimate": Label("estimate", "question"),
    "trailing": Label("trailing, not contracted", "clock"),
}
TIER_STATES: dict[str, str] = {
    "decided": "decided",
    "proposed": "to decide",
    "provisional": "provisional",
    "override": "override",
    "over_capacity": "over capacity",
}


def strength_words(level: int) -> str:
    """none, aware, in contact, trusted, supporter, strong advocate, for 0 to 5."""
    return STRENGTHS[level]
