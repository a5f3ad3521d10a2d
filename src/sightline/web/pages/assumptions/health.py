"""An account's health from what its page already read."""

from __future__ import annotations

from sightline.planning.health import Health, HealthParameters, health_of
from sightline.planning.stakeholders import Status, Verdict
from sightline.planning.stakeholders.rhythm import decides
from sightline.records.queries.plan_parts.health import (
    PeopleHealth,
    health_facts,
    override_of,
)
from sightline.web.pages.account.parts import Parts


def health_now(parts: Parts) -> Health:
    """The health on this day, with the override in force. Three queries beside the people's."""
    shell = parts.shell
    deciding = [one for one in parts.people.people if one.person.here and decides(one.person)]
    quiet = sum(one.status.status is Status.QUIET for one in deciding)
    single = {Verdict.SINGLE: True, Verdict.HELD: False}.get(parts.people.threads.verdict)
    dated = [row for row in parts.contracts if row.ends_on is not None]
    first = dated[0] if dated else None
    ready = None
    if first is not None:
        held = first.strategy
        ready = bool(held.goal and held.owner_id and held.decider_id)
    facts = health_facts(
        shell.scope.member_ids,
        people=PeopleHealth(len(deciding) or None, quiet, parts.people.logged_days, single),
        next_renewal=first.ends_on if first else None,
        renewal_ready=ready,
    )
    kept = override_of(shell.scope.planning_id)
    return health_of(
        facts,
        today=shell.today,
        parameters=parts.parameters.section(HealthParameters, "health"),
        override=kept.value if kept is not None else None,
    )
