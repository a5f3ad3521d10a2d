"""Active executive relationships and new buying centres of a plan, as counts without names."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import (
    ContactLog,
    Person,
    StakeholderParameters,
    active_executives,
    fresh_ratings,
    is_executive,
    new_buying_centre,
    relationship,
)
from sightline.records.queries.bridging import PlanRow
from sightline.records.queries.metrics.values import Computed
from sightline.records.queries.people import AccountPeople, people_of


def people_metrics(plan: PlanRow, *, on: date, parameters: Parameters) -> tuple[Computed, Computed]:
    """The two counts. Eleven queries."""
    numbers = parameters.section(StakeholderParameters, "stakeholders")
    known = people_of([plan.account_id], with_opinions=True).get(plan.account_id, AccountPeople())
    rated = fresh_ratings(known.ratings, on=on, parameters=numbers)
    held = {
        one.key: relationship(
            one.key,
            log=known.logs.get(one.key, ContactLog()),
            ratings=rated.get(one.key, ()),
            on=on,
            parameters=numbers,
        )
        for one in known.people
    }
    active = active_executives(known.people, relationships=held, on=on, parameters=numbers)
    executives = sum(one.here and is_executive(one, parameters=numbers) for one in known.people)
    units: dict[str, list[Person]] = defaultdict(list)
    for one in known.people:
        for unit in one.units:
            units[unit].append(one)
    new = sum(
        new_buying_centre(
            people, logs=known.logs, plan_start=plan.starts_on, on=on, parameters=numbers
        )
        is not None
        for people in units.values()
    )
    return (
        Computed(
            "executives",
            float(len(active)) if known.people else None,
            (("part", str(len(active))), ("whole", str(executives))),
        ),
        Computed(
            "centres",
            float(new) if known.people else None,
            (("part", str(new)), ("whole", str(len(units)))),
        ),
    )
