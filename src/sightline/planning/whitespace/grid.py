"""Choosing and ordering cells, and what a family's default says where nobody has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sightline.planning.whitespace.facts import (
    CellFacts,
    Confidence,
    Eligibility,
    EligibilityKind,
    Origin,
    WhitespaceParameters,
)
from sightline.planning.whitespace.rank import CellScore, Standing
from sightline.planning.whitespace.state import State, stale_facts


@dataclass(frozen=True, slots=True)
class CellFilter:
    """Which cells to show; an empty set asks nothing. `families` needs each line's family."""

    units: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    states: frozenset[State] = frozenset()
    standings: frozenset[Standing] = frozenset()
    owners: frozenset[str] = frozenset()
    least_need: int | None = None
    contradictory: bool | None = None


class Order(StrEnum):
    """How a list of cells is put in order."""

    RANK = "rank"
    VALUE = "value"
    NAME = "name"
    STALENESS = "staleness"


def select_cells(
    scores: Iterable[CellScore], *, wanted: CellFilter, family_of: Mapping[str, str]
) -> tuple[CellScore, ...]:
    """The cells that meet every part of the filter, in the order given."""
    return tuple(score for score in scores if _meets(score, wanted, family_of))


def _meets(score: CellScore, wanted: CellFilter, family_of: Mapping[str, str]) -> bool:
    cell = score.cell
    chosen = (
        (wanted.units, cell.unit),
        (wanted.lines, cell.line),
        (wanted.families, family_of.get(cell.line)),
        (wanted.states, score.state.state),
        (wanted.standings, score.standing),
        (wanted.owners, cell.owner),
    )
    if any(some and value not in some for some, value in chosen):
        return False
    if wanted.least_need is not None and (score.need is None or score.need < wanted.least_need):
        return False
    return wanted.contradictory in (None, bool(score.state.contradictions))


def order_cells(
    scores: Iterable[CellScore],
    *,
    by: Order,
    names: Mapping[str, str],
    on: dt.date,
    parameters: WhitespaceParameters,
) -> tuple[CellScore, ...]:
    """Highest first, unknown last; equal ones by unit and line name. `names` maps keys to names."""

    def name(score: CellScore) -> tuple[str, str, str, str]:
        unit, line = score.cell.key
        return (names.get(unit, unit).casefold(), names.get(line, line).casefold(), unit, line)

    measures: dict[Order, Callable[[CellScore], int | None]] = {
        Order.RANK: lambda one: one.rank.minor if one.rank else None,
        Order.VALUE: lambda one: one.likely.minor if one.likely else None,
        Order.NAME: lambda one: 0,
        Order.STALENESS: lambda one: _oldest(one, on=on, parameters=parameters),
    }
    measure = measures[by]

    def place(score: CellScore) -> tuple[bool, int, tuple[str, str, str, str]]:
        value = measure(score)
        return (value is None, -(value or 0), name(score))

    return tuple(sorted(scores, key=place))


def _oldest(score: CellScore, *, on: dt.date, parameters: WhitespaceParameters) -> int | None:
    found = stale_facts(score.cell, money=score.likely, on=on, parameters=parameters)
    return max((one.over for one in found), default=None)


@dataclass(frozen=True, slots=True)
class FamilyDefault:
    """A rule of one product family: not sold to units outside a size in staff."""

    family: str
    reason: str
    least_staff: int | None = None
    most_staff: int | None = None


def default_eligibility(
    rule: FamilyDefault, *, staff: int | None, on: dt.date
) -> Eligibility | None:
    """Not applicable where the unit is outside the rule; None where it is inside, or where its
    size is not known: then nothing is decided."""
    if staff is None:
        return None
    small = rule.least_staff is not None and staff < rule.least_staff
    large = rule.most_staff is not None and staff > rule.most_staff
    if not (small or large):
        return None
    origin = Origin(f"default of {rule.family}", on, confidence=Confidence.MEDIUM, live=True)
    return Eligibility(EligibilityKind.NOT_APPLICABLE, origin, reason=rule.reason)


def family_default(
    rules: Iterable[FamilyDefault], *, family: str | None, staff: int | None, on: dt.date
) -> Eligibility | None:
    """What the defaults say of a unit's cells in one family, where nobody has said anything."""
    for rule in rules:
        if rule.family == family:
            found = default_eligibility(rule, staff=staff, on=on)
            if found is not None:
                return found
    return None


def with_default(
    cell: CellFacts,
    *,
    rules: Iterable[FamilyDefault],
    family: str | None,
    staff: int | None,
    on: dt.date,
) -> CellFacts:
    """The cell with its family's default, where nobody has said anything about eligibility."""
    if cell.eligibility is not None:
        return cell
    found = family_default(rules, family=family, staff=staff, on=on)
    return cell if found is None else replace(cell, eligibility=found)
