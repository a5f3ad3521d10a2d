"""How much somebody weighs in decisions, in four levels: the height at which a map places them."""

from __future__ import annotations

from sightline.planning.stakeholders.facts import Person, StakeholderParameters
from sightline.planning.stakeholders.rhythm import is_executive

DECIDES, SHAPES, TAKES_PART, NO_PART = 3, 2, 1, 0


def power(person: Person, *, parameters: StakeholderParameters) -> int:
    """0 no part, 1 takes part, 2 shapes, 3 decides.

    The highest influence said of them, where one was; else by the heaviest role: a weight of
    `power_decides` and above 3, of `power_shapes` and above 2, any other role 1. Without a role
    an executive counts as 2, because a title is a hint and no part in a decision.
    """
    said = [held.influence for held in person.roles if held.influence is not None]
    if said:
        return max(said)
    weights = [parameters.role_weights.get(held.role.value, 0.0) for held in person.roles]
    if not weights:
        return SHAPES if is_executive(person, parameters=parameters) else NO_PART
    heaviest = max(weights)
    if heaviest >= parameters.power_decides:
        return DECIDES
    return SHAPES if heaviest >= parameters.power_shapes else TAKES_PART
