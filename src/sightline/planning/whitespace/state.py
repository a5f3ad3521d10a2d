"""What a cell is shown as, derived from its four facts, and where these contradict each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from sightline.planning.money import Money
from sightline.planning.reasons import Reason, because, dated
from sightline.planning.whitespace.facts import (
    CellFacts,
    EligibilityKind,
    Footprint,
    HolderKind,
    Origin,
    WhitespaceParameters,
)


class State(StrEnum):
    """The first that holds, in this order."""

    NOT_APPLICABLE = "not_applicable"
    OWNED = "owned"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    COMPETITOR = "competitor"
    IN_HOUSE = "in_house"
    OPEN = "open"
    UNKNOWN = "unknown"


WHITESPACE = frozenset({State.COMPETITOR, State.IN_HOUSE, State.OPEN, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class CellState:
    """The state with its reason. `also_in_progress`: owned with an open opportunity; `lapsed`: a
    contract ended and twelve months without revenue."""

    state: State
    reason: Reason
    also_in_progress: bool = False
    lapsed: bool = False
    contradictions: tuple[Reason, ...] = ()

    @property
    def whitespace(self) -> bool:
        """Whether there may be something to win here."""
        return self.state in WHITESPACE


class Signs(NamedTuple):
    """What decides a cell's state, without its words: equal signs, equal state.

    `eligibility` as it stands on the day: None too where a block is over.
    """

    owned: bool
    deal: bool
    holder: HolderKind | None
    eligibility: EligibilityKind | None
    needed: bool


def derive_state(cell: CellFacts, *, on: dt.date) -> CellState:
    """What the cell is on a day. Pure in its facts: the same facts give the same look."""
    signs = signs_of(cell, on=on)
    state = state_of(signs)
    if state is State.UNKNOWN and cell.holder is None and cell.eligibility is None:
        # most cells of a large grid: nobody said anything
        return _LAPSED if has_lapsed(cell.footprint, on=on) else _SILENT
    return CellState(
        state=state,
        reason=_WHY[state](cell, on),
        also_in_progress=state is State.OWNED and signs.deal,
        lapsed=not signs.owned and has_lapsed(cell.footprint, on=on),
        contradictions=contradictions(cell, on=on),
    )


def signs_of(cell: CellFacts, *, on: dt.date) -> Signs:
    """What of the cell decides its state."""
    return Signs(
        owned=cell.footprint is not None and cell.footprint.owned,
        deal=bool(cell.deals),
        holder=cell.holder.kind if cell.holder is not None else None,
        eligibility=cell.eligibility.stands(on=on) if cell.eligibility is not None else None,
        needed=cell.need is not None and cell.need.level > 0,
    )


@cache
def state_of(signs: Signs) -> State:
    """The first of the states that holds. There are few signs, and cells in thousands share them."""
    return next(state for state, holds in _ORDER if holds(signs))


def has_lapsed(footprint: Footprint | None, *, on: dt.date) -> bool:
    """A contract has ended and no revenue came for twelve months; not loaded is not lapsed."""
    if footprint is None or footprint.owned or footprint.revenue is None:
        return False
    end = footprint.contract_end
    return end is not None and end < on


def _open(signs: Signs) -> bool:
    """Somebody said that nothing stands in the way: held by nobody, applicable, or needed."""
    if signs.holder is not None:
        return signs.holder is HolderKind.NOBODY
    return signs.eligibility is EligibilityKind.APPLICABLE or signs.needed


_ORDER: tuple[tuple[State, Callable[[Signs], bool]], ...] = (
    (State.NOT_APPLICABLE, lambda one: one.eligibility is EligibilityKind.NOT_APPLICABLE),
    (State.OWNED, lambda one: one.owned),
    (State.IN_PROGRESS, lambda one: one.deal),
    (State.BLOCKED, lambda one: one.eligibility is EligibilityKind.BLOCKED),
    (State.COMPETITOR, lambda one: one.holder is HolderKind.COMPETITOR),
    (State.IN_HOUSE, lambda one: one.holder is HolderKind.IN_HOUSE),
    (State.OPEN, _open),
    (State.UNKNOWN, lambda one: True),
)


def _excluded_words(cell: CellFacts, on: dt.date) -> Reason:
    said = cell.eligibility.reason if cell.eligibility is not None else ""
    return because("cell.not_applicable", f"not applicable: {said}")


def _owned_words(cell: CellFacts, on: dt.date) -> Reason:
    if cell.footprint is None or cell.footprint.under_contract:
        return _OWNED
    revenue = cell.footprint.revenue
    return because("cell.owned", "revenue in the last twelve months", revenue=revenue)


def _deal_words(cell: CellFacts, on: dt.date) -> Reason:
    count = len(cell.deals)
    text = f"{count} open {'opportunity' if count == 1 else 'opportunities'}"
    return because("cell.in_progress", text, deals=cell.deals)


def _blocked_words(cell: CellFacts, on: dt.date) -> Reason:
    fact = cell.eligibility
    until = f"until {dated(fact.until)}" if fact and fact.until else "until further notice"
    return because("cell.blocked", f"blocked {until}: {fact.reason if fact else ''}")


def _competitor_words(cell: CellFacts, on: dt.date) -> Reason:
    fact = cell.holder
    if fact is None or fact.contract_end is None:
        tail = "end of contract not known"
    elif fact.contract_end < on:
        tail = f"contract ended {dated(fact.contract_end)}: who holds it now?"
    else:
        tail = f"until {dated(fact.contract_end)}"
    seen = "reported: " if fact and fact.reported else ""
    name = fact.competitor if fact is not None else ""
    return because("cell.competitor", f"{seen}{name}, {tail}")


def _open_words(cell: CellFacts, on: dt.date) -> Reason:
    if cell.holder is not None:
        return _HELD_BY_NOBODY
    fact = cell.eligibility
    applicable = fact is not None and fact.kind is EligibilityKind.APPLICABLE
    return _APPLICABLE if applicable else _NEEDED


_OWNED = because("cell.owned", "an active asset or contract line")
_IN_HOUSE = because("cell.in_house", "the customer does it itself")
_HELD_BY_NOBODY = because("cell.open", "nobody holds the spend")
_APPLICABLE = because("cell.open", "applicable; who holds the spend is not asked")
_NEEDED = because("cell.open", "there is a need; the holder is not asked")
_NOT_KNOWN = because("cell.unknown", "who holds the spend is not known")


_SILENT = CellState(State.UNKNOWN, _NOT_KNOWN)
_LAPSED = CellState(State.UNKNOWN, _NOT_KNOWN, lapsed=True)
_WHY: Mapping[State, Callable[[CellFacts, dt.date], Reason]] = {
    State.NOT_APPLICABLE: _excluded_words,
    State.OWNED: _owned_words,
    State.IN_PROGRESS: _deal_words,
    State.BLOCKED: _blocked_words,
    State.COMPETITOR: _competitor_words,
    State.IN_HOUSE: lambda _cell, _on: _IN_HOUSE,
    State.OPEN: _open_words,
    State.UNKNOWN: lambda _cell, _on: _NOT_KNOWN,
}


def contradictions(cell: CellFacts, *, on: dt.date) -> tuple[Reason, ...]:
    """Facts of the cell that cannot all hold; each is a question, none is resolved here."""
    owned = cell.footprint is not None and cell.footprint.owned
    return (*_eligibility_conflicts(cell, owned, on), *_holder_conflicts(cell, owned))


def _eligibility_conflicts(cell: CellFacts, owned: bool, on: dt.date) -> tuple[Reason, ...]:
    fact, found = cell.eligibility, []
    if fact is None:
        return ()
    excluded = fact.kind is EligibilityKind.NOT_APPLICABLE
    if excluded and owned:
        found.append(because("conflict.excluded_owned", "not applicable, yet we sell there"))
    if excluded and cell.deals:
        found.append(because("conflict.excluded_deal", "not applicable, yet a deal is open"))
    if fact.blocks(on=on) and cell.deals:
        found.append(because("conflict.blocked_deal", "blocked, yet a deal is open"))
    return tuple(found)


def _holder_conflicts(cell: CellFacts, owned: bool) -> tuple[Reason, ...]:
    fact = cell.holder
    if fact is None:
        return ()
    if owned and fact.kind is HolderKind.NOBODY:
        return (because("conflict.open_revenue", "recorded as held by nobody, yet we sell there"),)
    if owned and fact.kind is HolderKind.IN_HOUSE:
        return (because("conflict.in_house_revenue", "recorded as in-house, yet we sell there"),)
    if owned and fact.kind is HolderKind.COMPETITOR:
        text = f"recorded as held by {fact.competitor}, yet we sell there: shared, or out of date?"
        return (because("conflict.competitor_revenue", text),)
    if fact.kind is HolderKind.US and not owned and cell.footprint is not None:
        return (because("conflict.us_without_revenue", "recorded as ours, yet nothing is sold"),)
    return ()


@dataclass(frozen=True, slots=True)
class StaleFact:
    """A fact older than its kind's limit, by `over` days; `money` is the cell's likely value."""

    unit: str
    line: str
    kind: str
    age: int
    over: int
    money: Money | None
    reason: Reason

    @property
    def weight(self) -> int:
        """Money × days beyond the limit, in minor units × days; unvalued weighs nothing."""
        return (self.money.minor if self.money else 0) * self.over


def stale_facts(
    cell: CellFacts, *, money: Money | None, on: dt.date, parameters: WhitespaceParameters
) -> tuple[StaleFact, ...]:
    """Which facts of a cell want refreshing. Facts read live from CRM or ledger never age."""
    found = []
    for kind, origin, limit in _aging(cell, parameters):
        age = (on - origin.on).days
        if origin.live or age < limit:
            continue
        text = f"{kind.replace('_', ' ')}: {age} days old, limit {limit}"
        why = because(f"stale.{kind}", text, age=age, limit=limit)
        found.append(StaleFact(cell.unit, cell.line, kind, age, age - limit, money, why))
    return tuple(found)


def _aging(cell: CellFacts, parameters: WhitespaceParameters) -> Iterable[tuple[str, Origin, int]]:
    days = parameters.fact_days
    if cell.holder is not None:
        reported = parameters.reported_days if cell.holder.reported else days
        yield "holder", cell.holder.origin, reported
        if cell.holder.contract_end is not None:
            yield "contract_end", cell.holder.origin, parameters.contract_end_days
    for kind, fact in (
        ("eligibility", cell.eligibility),
        ("need", cell.need),
        ("access", cell.access),
        ("budget", cell.budget),
    ):
        if fact is not None:
            yield kind, fact.origin, days
    for estimate in cell.estimates:
        yield "value", estimate.origin, days


def worth_refreshing(
    facts: Iterable[StaleFact], *, parameters: WhitespaceParameters
) -> tuple[StaleFact, ...]:
    """The weekly list: few, by money × age beyond the limit."""
    ordered = sorted(facts, key=lambda one: (-one.weight, -one.over, one.unit, one.line, one.kind))
    return tuple(ordered[: parameters.weekly_facts])
