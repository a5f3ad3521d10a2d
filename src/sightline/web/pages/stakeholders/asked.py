"""What of the map was asked for: every choice stands in the address, so that it can be sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

LAYOUTS = ("lines", "units", "plot")
VIEWS = ("roles", "strength", "stance", "coverage", "contact", "play", "decision", "changes")
MOST_FOLDED = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """One way to see the map. Empty texts are not asked for; `plain` leaves out what is thought of
    people, whoever reads."""

    layout: str = "lines"
    view: str = "roles"
    at: date | None = None
    since: date | None = None
    play: str = ""
    unit: str = ""
    line: str = ""
    ours: str = ""
    role: str = ""
    focus: str = ""
    person: str = ""
    folded: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    everybody: bool = False
    plain: bool = False
    table: bool = False
    words: str = ""
    page: int = 1

    def query(self, **changes: object) -> str:
        """The address's query with some choices changed."""
        asked = replace(self, **changes)  # type: ignore[arg-type]
        plain = Asked()
        pairs: list[tuple[str, str]] = []
        for name in Asked.__slots__:
            value = getattr(asked, name)
            if value == getattr(plain, name):
                continue
            if isinstance(value, tuple):
                pairs.append((name, ",".join(value)))
            elif isinstance(value, bool):
                pairs.append((name, "1"))
            else:
                pairs.append((name, value.isoformat() if isinstance(value, date) else str(value)))
        return urlencode(pairs)

    def url(self, account_id: int, **changes: object) -> str:
        """The address of the map with some choices changed."""
        query = self.query(**changes)
        address = reverse("stakeholders:show", args=[account_id])
        return f"{address}?{query}" if query else address

    @property
    def narrowed(self) -> bool:
        """Whether somebody is faded by a filter."""
        return bool(self.ours or self.role or self.unit or self.play or self.line)


def asked_for(query: QueryDict) -> Asked:
    """Reads an address; what is not understood is not asked for."""
    return Asked(
        layout=_one(query.get("layout", ""), LAYOUTS),
        view=_one(query.get("view", ""), VIEWS),
        at=_day(query.get("at", "")),
        since=_day(query.get("since", "")),
        play=_key(query.get("play", "")),
        unit=_key(query.get("unit", "")),
        line=_key(query.get("line", "")),
        ours=_key(query.get("ours", "")),
        role=query.get("role", "")[:20],
        focus=_key(query.get("focus", "")),
        person=_key(query.get("person", "")),
        folded=_keys(query.get("folded", "")),
        opened=_keys(query.get("opened", "")),
        everybody=query.get("everybody", "") == "1",
        plain=query.get("plain", "") == "1",
        table=query.get("table", "") == "1",
        words=" ".join(query.get("words", "").split())[:80],
        page=max(1, int(_key(query.get("page", "")) or 1)),
    )


def _one(value: str, of: tuple[str, ...]) -> str:
    return value if value in of else of[0]


def _key(value: str) -> str:
    return value if value.isdecimal() and len(value) <= 18 else ""


def _keys(value: str) -> tuple[str, ...]:
    parts = value.split(",")[:MOST_FOLDED]
    return tuple(dict.fromkeys(part for part in parts if _key(part)))


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
