"""Starting a play: its proposed name, the opportunity it may be already, a template's steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sightline.planning.money import Money
from sightline.planning.plays.facts import Action, Cell, Play, PlayParameters, Serves
from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class Opportunity:
    """An open opportunity of the CRM: the lines and units it is about, as far as known."""

    key: str
    name: str
    lines: frozenset[str]
    units: frozenset[str] = frozenset()
    close: dt.date | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An opportunity that may be this play, and why."""

    opportunity: Opportunity
    days_apart: int | None
    reason: Reason


def possible_links(
    play: Play,
    *,
    opportunities: Iterable[Opportunity],
    taken: frozenset[str],
    parameters: PlayParameters,
    unit_names: Mapping[str, str] | None = None,
    line_names: Mapping[str, str] | None = None,
) -> tuple[Link, ...]:
    """Open opportunities that share a line with the play, best first; those tied to another play
    are left out. The names are for the reason's words, by key.

    A unit, where the opportunity names any, must be one of the play's; a close date, where both
    are known, must lie within the window. First those that name the unit, then the nearest date.
    """
    lines = {line for _, line in play.cells}
    units = {unit for unit, _ in play.cells}
    found = []
    for one in opportunities:
        apart = _apart(play.target_close, one.close)
        near = apart is None or apart <= parameters.link_days
        placed = not one.units or bool(one.units & units)
        if one.key not in taken and one.lines & lines and placed and near:
            found.append(
                Link(
                    one,
                    apart,
                    _link_reason(one, lines, units, apart, (unit_names or {}, line_names or {})),
                )
            )
    far = parameters.link_days + 1
    found.sort(
        key=lambda link: (
            not link.opportunity.units,
            far if link.days_apart is None else link.days_apart,
            link.opportunity.key,
        )
    )
    return tuple(found)


def _apart(one: dt.date | None, other: dt.date | None) -> int | None:
    return abs((one - other).days) if one is not None and other is not None else None


def _link_reason(
    one: Opportunity,
    lines: set[str],
    units: set[str],
    apart: int | None,
    names: tuple[Mapping[str, str], Mapping[str, str]],
) -> Reason:
    of_units, of_lines = names
    same = ", ".join(sorted(of_lines.get(key, key) for key in one.lines & lines))
    parts = [f"same line ({same})"]
    if one.units & units:
        same = ", ".join(sorted(of_units.get(key, key) for key in one.units & units))
        parts.append(f"same unit ({same})")
    if apart is not None:
        parts.append(f"close dates {apart} days apart")
    return because("play.possible_link", f"{one.name}: {', '.join(parts)}", opportunity=one.key)


def proposed_name(
    cells: Sequence[Cell], *, unit_names: Mapping[str, str], line_names: Mapping[str, str]
) -> str:
    """As in "Field mobility in Manufacturing"; several are joined, from three on counted."""
    lines = list(dict.fromkeys(line_names.get(line, line) for _, line in cells))
    units = list(dict.fromkeys(unit_names.get(unit, unit) for unit, _ in cells))
    if not cells:
        return ""
    return f"{_joined(lines, 'lines')} in {_joined(units, 'units')}"


def _joined(names: list[str], word: str) -> str:
    return " and ".join(names) if len(names) < 3 else f"{len(names)} {word}"


@dataclass(frozen=True, slots=True)
class TemplateStep:
    """One step of a template, due so many days after the start; `role` says who of ours."""

    name: str
    offset_days: int
    role: str = ""


def started_actions(
    steps: Iterable[TemplateStep],
    *,
    play: str,
    start: dt.date,
    owner: str,
    owners: Mapping[str, str],
) -> tuple[Action, ...]:
    """The dated actions of a template on a play, in the order due. A step goes to whoever holds
    its role in `owners`, else to the play's owner. Keys repeat for a repeated start, so that
    starting twice makes nothing twice."""
    dated = sorted(enumerate(steps), key=lambda one: (one[1].offset_days, one[0]))
    return tuple(
        Action(
            key=f"{play}:{place}",
            name=step.name,
            owner=owners.get(step.role, owner),
            due=start + dt.timedelta(days=step.offset_days),
            serves=Serves.PLAY,
            target=play,
        )
        for place, step in dated
    )
