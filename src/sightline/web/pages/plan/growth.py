"""Where does the growth come from: lines under-used, problems unaddressed, budgets not reached.

Three lists, each leading to where something can be done about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.planning.priorities import PriorityParameters, unanswered
from sightline.planning.stakeholders import BuyingRole, StakeholderParameters
from sightline.planning.whitespace import CellScore, Standing, add_up
from sightline.records.queries.account_grid import OTHER_UNITS, WHOLE
from sightline.records.queries.plan_parts.priorities import chains, priorities_of
from sightline.records.queries.whitespace import GridSetting, ScoredGrid, scored_grid
from sightline.web.pages.account.parts import Parts
from sightline.web.pages.whitespace.present import NO_WAY, left_words

MOST = 8


@dataclass(frozen=True, slots=True)
class Source:
    """One place growth may come from; `money` is likely a year, None where not known."""

    title: str
    note: str
    money: Money | None
    url: str


@dataclass(frozen=True, slots=True)
class Growth:
    """The three lists, and how many of each there are beyond those shown."""

    lines: tuple[Source, ...]
    problems: tuple[Source, ...]
    budgets: tuple[Source, ...]
    more: tuple[int, int, int]
    opinions: bool


def shown_growth(parts: Parts) -> Growth:
    """The lists of one account, largest money first. About thirty queries."""
    shell = parts.shell
    currency = shell.plan.currency if shell.plan is not None else shell.currency
    setting = GridSetting(shell.today, currency, parts.parameters)
    grid = scored_grid(shell.scope, setting=setting, rates=parts.setting.rates)
    lines, problems = _lines(grid, shell.scope.account_id), _problems(parts)
    budgets = _budgets(parts) if shell.rights.opinions else ()
    return Growth(
        lines=lines[:MOST],
        problems=problems[:MOST],
        budgets=budgets[:MOST],
        more=(
            max(0, len(lines) - MOST),
            max(0, len(problems) - MOST),
            max(0, len(budgets) - MOST),
        ),
        opinions=shell.rights.opinions,
    )


def _lines(grid: ScoredGrid, account_id: int) -> tuple[Source, ...]:
    """Lines with units that could use them and do not, by likely yearly value where there is a way
    in; what has none is counted beside it."""
    units = {unit.key: unit.name for unit in grid.units}
    units |= {WHOLE: _("the whole account"), OTHER_UNITS: _("other units")}
    found: dict[str, list[CellScore]] = {}
    for (_unit, line), score in grid.scores.items():
        if score.state.whitespace:
            found.setdefault(line, []).append(score)
    names = {line.key: line.name for line in grid.lines}
    sources = []
    for line, scores in found.items():
        sums = add_up(scores, currency=grid.currency)
        known = sums.money(sums.open_value) if sums.open_value else None
        best = max(scores, key=_worth)
        note = _("not in use in %(n)s of %(of)s units, most in %(unit)s") % {
            "n": len(scores),
            "of": len(grid.units),
            "unit": units[best.cell.unit],
        }
        left = left_words(sums, NO_WAY)
        note = f"{note}; {_('left out: %s') % left}" if left else note
        url = reverse("whitespace:cell", args=[account_id, best.cell.unit, line])
        sources.append(Source(names[line], note, known, url))
    return tuple(
        sorted(sources, key=lambda one: (-(one.money.minor if one.money else -1), one.title))
    )


def _worth(score: CellScore) -> tuple[bool, int]:
    """Cells that count first, then by likely value."""
    return score.standing is Standing.COUNTED, score.likely.minor if score.likely else -1


def _problems(parts: Parts) -> tuple[Source, ...]:
    """What the customer said and no play answers."""
    shell = parts.shell
    rows = priorities_of(shell.scope.planning_id)
    numbers = parts.parameters.section(PriorityParameters, "priorities")
    base = reverse("priorities:show", args=[shell.scope.account_id])
    return tuple(
        Source(
            chain.goal.words,
            _("said by %s, no play answers it") % chain.goal.said_by,
            None,
            f"{base}#priority-{chain.goal.key}",
        )
        for chain in unanswered(chains(rows, today=shell.today, parameters=numbers))
    )


def _budgets(parts: Parts) -> tuple[Source, ...]:
    """Economic buyers without two-way contact within the window."""
    shell = parts.shell
    numbers = parts.parameters.section(StakeholderParameters, "stakeholders")
    url = reverse("account:people", args=[shell.scope.account_id])
    found = []
    for one in parts.people.people:
        if not one.person.here or not one.person.holds(BuyingRole.ECONOMIC_BUYER):
            continue
        last = one.log.last_two_way
        if last is not None and (shell.today - last).days <= numbers.window_days:
            continue
        note = ", ".join(part for part in (one.person.title, _silence(last, shell.today)) if part)
        found.append(Source(one.person.name, note, None, url))
    return tuple(sorted(found, key=lambda one: one.title.casefold()))


def _silence(last: date | None, today: date) -> str:
    if last is None:
        return _("never in two-way contact")
    return _("no two-way contact for %s days") % (today - last).days
