"""What the address asks of the grid: filter, order, what is shown, what is folded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from sightline.planning.whitespace import CellFilter, Order, Standing, State
from sightline.web.pages.whitespace.looks import SHOW_AS

PER_PAGE = 50
_KEPT = ("show", "by", "family", "state", "owner", "fit", "units", "open")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The reading of the address; unknown values fall back, they never fail."""

    show: str = "state"
    by: Order | None = None
    family: str = ""
    state: str = ""
    owner: str = ""
    fit: str = ""
    units: str = ""
    open: str = ""
    table: bool = False
    page: int = 1
    band: tuple[int, int] | None = None

    @property
    def filter(self) -> CellFilter:
        """The filter of the method."""
        standings = frozenset({Standing(self.fit)}) if self.fit in set(Standing) else frozenset()
        states = frozenset({State(self.state)}) if self.state in set(State) else frozenset()
        return CellFilter(
            families=frozenset({self.family}) if self.family else frozenset(),
            states=states,
            standings=standings,
            owners=frozenset({self.owner}) if self.owner else frozenset(),
            contradictory=True if self.fit == "contradictory" else None,
        )

    @property
    def filtered(self) -> bool:
        """Whether anything is left out."""
        return bool(self.family or self.state or self.owner or self.fit)


def chosen_of(query: Mapping[str, str]) -> Chosen:
    """Reads the query of the address."""
    show, by, page = query.get("show", ""), query.get("by", ""), query.get("page", "")
    return Chosen(
        show=show if show in SHOW_AS else "state",
        by=Order(by) if by in set(Order) else None,
        family=query.get("family", "")[:120],
        state=query.get("state", "")[:20],
        owner=query.get("owner", "")[:20],
        fit=query.get("fit", "")[:20],
        units=query.get("units", "")[:4000],
        open=query.get("open", "")[:400],
        table=query.get("as") == "table",
        band=_band(query.get("band", "")),
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
    )


def _band(text: str) -> tuple[int, int] | None:
    """Family and first row of further rows: "2.40"."""
    index, dot, start = text.partition(".")
    known = dot and index.isdecimal() and start.isdecimal() and len(text) < 12
    return (int(index), int(start)) if known else None


def address(query: Mapping[str, str], **changed: str) -> str:
    """The same page with some things chosen otherwise; an empty value goes."""
    made = QueryDict(mutable=True)
    for name in (*_KEPT, "as"):
        value = changed.get(name, query.get(name, ""))
        if value:
            made[name] = value
    return f"?{made.urlencode()}"
