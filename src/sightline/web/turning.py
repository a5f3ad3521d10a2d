"""Turning the pages of a list that is not counted: rows are read along an index, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

DEEPEST = 400  # rows before a page are passed over one by one: filters narrow further than this


def page_of(request: HttpRequest, name: str = "page") -> int:
    """The page asked for, the first where the address says nothing of use."""
    asked = request.GET.get(name, "")
    known = asked.isascii() and asked.isdecimal() and len(asked) < 6
    return min(max(1, int(asked)), DEEPEST) if known else 1


@dataclass(frozen=True, slots=True)
class Turn:
    """The way to the pages before and after page `number`; empty where there is none."""

    newer: str
    older: str

    @property
    def any(self) -> bool:
        """Whether there is anything to turn."""
        return bool(self.newer or self.older)


def turn(request: HttpRequest, number: int, *, more: bool, name: str = "page") -> Turn:
    """Queries of the pages beside one, with whatever else the address asks for."""

    def query(page: int) -> str:
        asked = request.GET.copy()
        asked[name] = str(page)
        return asked.urlencode()

    return Turn(
        newer=query(number - 1) if number > 1 else "",
        older=query(number + 1) if more and number < DEEPEST else "",
    )
