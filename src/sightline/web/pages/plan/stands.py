"""What the plan stands on, in short, for its overview: what they want, what is assumed, what may
go wrong. The whole of each is a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sightline.planning.priorities import PriorityParameters
from sightline.records.queries.plan_parts import grounds, moves
from sightline.records.queries.plan_parts.priorities import chains, priorities_of
from sightline.web.pages.account.parts import Parts
from sightline.web.pages.assumptions.present import (
    ShownAssumption,
    ShownRisk,
    shown_assumptions,
    shown_risks,
)
from sightline.web.pages.priorities.present import Page, page_of

MOST = 3


@dataclass(frozen=True, slots=True)
class Stands:
    """The first few of each, with how many there are."""

    priorities: Page
    assumptions: tuple[ShownAssumption, ...]
    risks: tuple[ShownRisk, ...]

    @property
    def shaky(self) -> int:
        """Assumptions that are false, or due to be looked at."""
        return sum(one.due or one.row.standing == "false" for one in self.assumptions)


def shown_stands(parts: Parts) -> Stands:
    """Five queries, and three more where something rests on an assumption."""
    shell = parts.shell
    plan = shell.plan
    assert plan is not None
    rows = priorities_of(shell.scope.planning_id)
    numbers = parts.parameters.section(PriorityParameters, "priorities")
    kept = grounds.assumptions_of(plan.id)
    loaded = any(row.loads for row in kept) or any(row.answers for row in rows)
    offered = moves.moves_of(shell.scope.seen_ids, with_contracts=True) if loaded else ()
    found = chains(rows, today=shell.today, parameters=numbers)
    return Stands(
        priorities=page_of(found, rows=rows, moves=offered),
        assumptions=shown_assumptions(
            kept,
            moves=offered,
            today=shell.today,
            currency=plan.currency,
            rates=parts.setting.rates,
            on=plan.starts_on,
        ),
        risks=shown_risks(grounds.risks_of(plan.id), currency=plan.currency),
    )
