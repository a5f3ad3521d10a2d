"""Filters, orders and ways of showing as links: what is chosen stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sightline.planning.whitespace import Order, Standing, State
from sightline.web.pages.whitespace.chosen import Chosen, address
from sightline.web.pages.whitespace.looks import words_of
from sightline.web.pages.whitespace.place import Work


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One select of the filter form."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Controls:
    """The form's selects, and where the grid, the table and the whole of it are."""

    selects: tuple[Control, ...]
    kept: tuple[tuple[str, str], ...]
    grid_url: str
    table_url: str
    clear_url: str
    filtered: bool


def controls_of(work: Work, chosen: Chosen, query: Mapping[str, str]) -> Controls:
    """Every control with what is chosen now."""
    families = dict.fromkeys(line.family for line in work.grid.lines if line.family)
    states = [(one.value, words_of(one.value)) for one in State]
    fits = [
        (Standing.COUNTED.value, _("Counted")),
        (Standing.FANTASY.value, _("Fantasy")),
        (Standing.NO_PATH.value, _("No path yet")),
        (Standing.PATH_UNKNOWN.value, _("Path unknown")),
        (Standing.NO_VALUE.value, _("No value")),
        ("contradictory", _("Contradictions")),
    ]
    shows = [
        ("state", _("State")),
        ("money", _("Money")),
        ("rank", _("Rank")),
        ("staleness", _("Staleness")),
    ]
    orders = [
        (Order.RANK.value, _("By rank")),
        (Order.VALUE.value, _("By value")),
        (Order.NAME.value, _("By name")),
        (Order.STALENESS.value, _("By staleness")),
    ]
    selects: tuple[Control, ...] = (
        _select("show", _("Show"), shows, chosen.show, none=""),
        _select(
            "by", _("Order"), orders, chosen.by.value if chosen.by else "", none=_("As listed")
        ),
        _select(
            "family", _("Family"), [(one, one) for one in families], chosen.family, none=_("All")
        ),
        _select("state", _("State"), states, chosen.state, none=_("All")),
        _select("fit", _("Fit"), fits, chosen.fit, none=_("All")),
    )
    if work.grid.owners:
        owners = sorted(work.grid.owners.items(), key=lambda one: one[1])
        selects = (*selects, _select("owner", _("Owner"), owners, chosen.owner, none=_("All")))
    kept = tuple((name, query[name]) for name in ("as", "units", "open") if query.get(name))
    return Controls(
        selects=selects,
        kept=kept,
        grid_url=address(query, **{"as": ""}),
        table_url=address(query, **{"as": "table"}),
        clear_url=address(query, family="", state="", fit="", owner=""),
        filtered=chosen.filtered,
    )


def _select(
    name: str, label: str, choices: list[tuple[str, str]], chosen: str, *, none: str
) -> Control:
    every = [("", none), *choices] if none else choices
    options = tuple(Option(value, str(text), value == chosen) for value, text in every)
    return Control(name, label, options)
