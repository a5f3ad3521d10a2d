"""Contracts and their renewals: when, how much, what the strategy lacks, what is due by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from sightline.planning.bridge import Risk
from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.renewals import (
    MilestoneState,
    RenewalFacts,
    chance_of_renewal,
    milestones,
    what_it_lacks,
    what_would_help,
)
from sightline.records.queries.account_renewals import ContractRow, StrategyRow
from sightline.wording import dates
from sightline.wording.chances import percent


@dataclass(frozen=True, slots=True)
class ShownMilestone:
    """One step on the way to the end."""

    days: int
    on: date
    state: str
    state_words: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownRenewal:
    """One contract as the page shows it; `lacks` is empty where the strategy is whole. `judged`
    False: the reader may not see plans, and nothing of the strategy is in here."""

    row: ContractRow
    title: str
    where: str
    money: Money | None
    days: int | None
    days_words: str
    tone: str
    goal: str
    risk: str
    chance: str
    chance_why: str
    calibrated: bool
    milestones: tuple[ShownMilestone, ...]
    lacks: tuple[str, ...]
    helps: tuple[str, ...]
    in_sight: bool
    judged: bool


def goal_words() -> dict[str, str]:
    """What a renewal can aim at."""
    return {
        "renew": _("Renew as it is"),
        "grow": _("Renew and grow"),
        "shorten": _("Renew for less or shorter"),
        "let_go": _("Let it end"),
    }


def risk_words() -> dict[str, str]:
    """How likely it is to be lost."""
    return {"low": _("Low"), "middle": _("Middle"), "high": _("High")}


def shown_renewals(
    rows: Sequence[ContractRow],
    *,
    today: date,
    record: tuple[int, int],
    parameters: Parameters,
    threads: int | None,
    judged: bool,
) -> tuple[ShownRenewal, ...]:
    """Every running contract; `record` is (renewed, settled) of the company's own past. Without
    `judged` only the facts of each."""
    shown = (
        _shown(row, today=today, record=record, parameters=parameters, threads=threads)
        for row in rows
    )
    return tuple(shown) if judged else tuple(_facts_only(one) for one in shown)


def _facts_only(one: ShownRenewal) -> ShownRenewal:
    row = replace(one.row, strategy=StrategyRow())
    return replace(
        one,
        row=row,
        tone="",
        goal="",
        risk="",
        chance="",
        chance_why="",
        lacks=(),
        helps=(),
        judged=False,
    )


def _shown(
    row: ContractRow,
    *,
    today: date,
    record: tuple[int, int],
    parameters: Parameters,
    threads: int | None,
) -> ShownRenewal:
    money = Money(row.value, row.currency) if row.value is not None and row.currency else None
    strategy = row.strategy
    risk = Risk(strategy.risk) if strategy.risk in set(Risk) else None
    chance = chance_of_renewal(
        risk=risk, renewed=record[0], closed=record[1], parameters=parameters
    )
    facts = RenewalFacts(
        contract=row.name,
        account=str(row.account_id),
        ends_on=row.ends_on or today,
        acv=money,
        goal=strategy.goal or None,
        owner=strategy.owner or None,
        decider=strategy.decider or None,
        risk=risk,
        threads=threads,
        price_position=strategy.notes or None,
    )
    days = (row.ends_on - today).days if row.ends_on is not None else None
    steps = _milestones(row.ends_on, today=today, parameters=parameters)
    sight = bool(steps) and any(step.state != MilestoneState.AHEAD.value for step in steps)
    lacks = tuple(reason.text for reason in what_it_lacks(facts))
    return ShownRenewal(
        row=row,
        title=row.name or _("Contract"),
        where=", ".join(part for part in (row.unit, row.line) if part),
        money=money,
        days=days,
        days_words=dates.days_between(row.ends_on, today=today) if row.ends_on else _("no end"),
        tone="warn" if sight and lacks else "",
        goal=goal_words().get(strategy.goal) or _("No goal yet"),
        risk=risk_words().get(strategy.risk, ""),
        chance=percent(chance.value),
        chance_why=chance.why.text,
        calibrated=chance.calibrated,
        milestones=steps,
        lacks=lacks,
        helps=tuple(reason.text for reason in what_would_help(facts)),
        in_sight=sight,
        judged=True,
    )


def _milestones(
    ends_on: date | None, *, today: date, parameters: Parameters
) -> tuple[ShownMilestone, ...]:
    if ends_on is None:
        return ()
    words = {
        MilestoneState.AHEAD: _("ahead"),
        MilestoneState.CURRENT: _("now"),
        MilestoneState.PASSED: _("passed"),
    }
    return tuple(
        ShownMilestone(one.days_before, one.on, one.state.value, words[one.state], one.text)
        for one in milestones(ends_on, on=today, parameters=parameters)
    )
