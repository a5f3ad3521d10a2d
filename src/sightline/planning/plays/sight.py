"""The line of sight of an action: what it serves, which cells, what money, towards which target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sightline.planning.money import Money, total
from sightline.planning.plays.facts import Action, Cell, Play, Serves
from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class Purpose:
    """A renewal, a relationship (a person) or a risk that actions may serve.

    `money` is what it carries; `cells` those it touches; `plays` the plays and `renewals` those it
    leads to, for a relationship or a risk.
    """

    kind: Serves
    key: str
    name: str
    money: Money | None = None
    cells: tuple[Cell, ...] = ()
    plays: tuple[str, ...] = ()
    renewals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanIndex:
    """A plan's plays, purposes and target, by key. `target_kinds` says which part of the target a
    play counts towards (retain, uplift, cross-sell, expand), where that is known."""

    plays: Mapping[str, Play]
    purposes: Mapping[tuple[Serves, str], Purpose]
    currency: str
    target: Money | None = None
    target_kinds: Mapping[str, str] = field(default_factory=dict)
    cell_names: Mapping[Cell, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One link: `kind` is serves, leads_to, cell, money or target; `text` says it in words."""

    kind: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Sight:
    """The whole chain, and where it breaks, if it does. `money` is counted once over all paths."""

    action: str
    steps: tuple[Step, ...]
    money: Money | None
    broken: Reason | None

    @property
    def complete(self) -> bool:
        """Whether the chain runs from the action to the target."""
        return self.broken is None


def line_of_sight(action: Action, *, index: PlanIndex) -> Sight:
    """Action to play, renewal, relationship or risk, to cells, to money, to the target.

    The chain stops, and says why, at the first link that is not there.
    """
    if action.serves is None or action.target is None:
        return _broken(action, (), "sight.nothing", "serves no play, renewal, relationship or risk")
    found = _served(action.serves, action.target, index)
    if found is None:
        text = f"the {action.serves.value} it served is no longer in the plan"
        return _broken(action, (), "sight.gone", text)
    first, plays, purposes = found
    steps = [first, *_leads(first.key, plays, purposes)]
    touched = [cell for play in plays for cell in play.cells]
    touched += [cell for purpose in purposes for cell in purpose.cells]
    cells = dict.fromkeys(touched)
    names = index.cell_names
    steps += [Step("cell", "/".join(one), names.get(one, " · ".join(one))) for one in cells]
    return _money_and_target(action, steps, plays, purposes, bool(cells), index)


def _served(
    kind: Serves, key: str, index: PlanIndex
) -> tuple[Step, tuple[Play, ...], tuple[Purpose, ...]] | None:
    """The first step, the plays reached, and the renewals reached or the purpose itself."""
    if kind is Serves.PLAY:
        play = index.plays.get(key)
        if play is None:
            return None
        return Step("serves", key, f"play: {play.name}"), (play,), _renewals([play], (), index)
    purpose = index.purposes.get((kind, key))
    if purpose is None:
        return None
    plays = tuple(index.plays[one] for one in purpose.plays if one in index.plays)
    others = _renewals(plays, purpose.renewals, index)
    reached = others if plays or others else (purpose,)
    return Step("serves", key, f"{kind.value}: {purpose.name}"), plays, reached


def _renewals(
    plays: Iterable[Play], renewals: Iterable[str], index: PlanIndex
) -> tuple[Purpose, ...]:
    keys = [*renewals, *(one.renewal for one in plays if one.renewal)]
    found = (index.purposes.get((Serves.RENEWAL, key)) for key in dict.fromkeys(keys))
    return tuple(one for one in found if one is not None)


def _leads(first: str, plays: tuple[Play, ...], purposes: tuple[Purpose, ...]) -> list[Step]:
    steps = [Step("leads_to", one.key, f"play: {one.name}") for one in plays if one.key != first]
    steps += [
        Step("leads_to", one.key, f"{one.kind.value}: {one.name}")
        for one in purposes
        if one.key != first
    ]
    return steps


def _money_and_target(
    action: Action,
    steps: list[Step],
    plays: tuple[Play, ...],
    purposes: tuple[Purpose, ...],
    has_cells: bool,
    index: PlanIndex,
) -> Sight:
    renewing = any(one.kind is Serves.RENEWAL for one in purposes)
    if not has_cells and not renewing:
        return _broken(action, steps, "sight.no_cell", "leads to no cell and no renewal")
    money = _money(plays, purposes, index)
    if money is None:
        return _broken(action, steps, "sight.no_money", "what it leads to has no value yet")
    steps.append(Step("money", "", str(money)))
    if index.target is None:
        return _broken(action, steps, "sight.no_target", "the plan has no target yet", money)
    kinds = dict.fromkeys(
        index.target_kinds[one.key] for one in plays if one.key in index.target_kinds
    )
    part = f" ({', '.join(kinds)})" if kinds else ""
    steps.append(Step("target", "", f"target {index.target}{part}"))
    return Sight(action.key, tuple(steps), money, None)


def _money(
    plays: tuple[Play, ...], purposes: tuple[Purpose, ...], index: PlanIndex
) -> Money | None:
    """The play's own value; a renewal's money beside it only where no play carries that renewal."""
    carried = {one.renewal for one in plays if one.renewal}
    amounts = [one.value for one in plays if one.value is not None]
    amounts += [one.money for one in purposes if one.money is not None and one.key not in carried]
    return total(amounts, currency=index.currency) if amounts else None


def _broken(
    action: Action,
    steps: Iterable[Step],
    code: str,
    text: str,
    money: Money | None = None,
) -> Sight:
    return Sight(action.key, tuple(steps), money, because(code, text, action=action.key))


def without_sight(actions: Iterable[Action], *, index: PlanIndex) -> tuple[Sight, ...]:
    """Activity that leads nowhere yet: listed, not counted."""
    found = (line_of_sight(one, index=index) for one in actions)
    return tuple(one for one in found if not one.complete)
