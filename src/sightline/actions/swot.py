"""Strengths, weaknesses, opportunities and threats: each leads to something of the plan.

Asked only where Operations switched it on; what was written stays while it is off.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import models, transaction

from sightline.actions.plan_parts import changed, sentence, told, writable_plan
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed
from sightline.records.models import (
    Account,
    Assumption,
    Contract,
    Objective,
    Opportunity,
    Plan,
    PlanRisk,
    Play,
    Priority,
    SwotItem,
)
from sightline.records.queries.company import company_facts
from sightline.records.scoping import Person

LONGEST = 255
COPIED = ("objective", "assumption", "risk")
"""What a rolled plan has copies of; everything else belongs to the account."""


@dataclass(frozen=True, slots=True)
class WantedItem:
    """What a person wrote; `leads_to` is the key of what it leads to."""

    kind: str
    words: str
    leads_to: str


def add_item(person: Person, plan_id: int, wanted: WantedItem, *, now: datetime) -> int:
    """Write one down; answers its id. Raises `NotAllowed`, `MissingValue` or `InvalidValue`."""
    with transaction.atomic():
        plan = writable_plan(person, plan_id)
        values = _checked(plan, wanted)
        row = SwotItem.objects.create(plan=plan, created_by_id=person.id, changed_at=now, **values)
        told("add_swot", person, plan, row, {"leads_to": ("", wanted.leads_to)})
    return row.pk


def set_item(
    person: Person,
    plan_id: int,
    item_id: int,
    wanted: WantedItem,
    *,
    seen_version: int,
    now: datetime,
) -> None:
    """Change one. Raises `StalePart` where somebody was quicker."""
    with transaction.atomic():
        plan, row = _own(person, plan_id, item_id)
        values = _checked(plan, wanted)
        changes = changed(row, values, seen_version=seen_version, now=now)
        if changes:
            told("set_swot", person, plan, row, changes)


def remove_item(person: Person, plan_id: int, item_id: int, *, now: datetime) -> None:
    """Take it away; it can be put back."""
    with transaction.atomic():
        plan, row = _own(person, plan_id, item_id)
        SwotItem.objects.filter(pk=row.pk).update(removed_at=now)
        told("remove_swot", person, plan, row)


def restore_item(person: Person, plan_id: int, item_id: int) -> None:
    """Put back what was taken away."""
    with transaction.atomic():
        plan = writable_plan(person, plan_id)
        row = SwotItem.objects.filter(pk=item_id, plan=plan).first()
        if row is None:
            raise NotAllowed("That item is not of this plan.", field="item")
        SwotItem.objects.filter(pk=row.pk).update(removed_at=None)
        told("restore_swot", person, plan, row)


def carry_items(
    old: Plan,
    new_id: int,
    *,
    copied: Mapping[str, str],
    dropped: Collection[str],
    author_id: int,
    now: datetime,
) -> int:
    """Copy into a rolled plan what leads to something that goes on; answers how many.

    `copied` maps keys of the old plan to their copies in the new one.
    """
    new = Plan.objects.get(pk=new_id)
    rows = []
    for item in SwotItem.objects.filter(plan=old, removed_at=None).order_by("pk"):
        own = item.leads_to.partition(":")[0] in COPIED
        leads_to = copied.get(item.leads_to, "") if own else item.leads_to
        if leads_to and item.leads_to not in dropped and _stands(new, leads_to):
            rows.append(
                SwotItem(
                    plan=new,
                    kind=item.kind,
                    words=item.words,
                    leads_to=leads_to,
                    created_by_id=author_id,
                    changed_at=now,
                )
            )
    return len(SwotItem.objects.bulk_create(rows))


def _checked(plan: Plan, wanted: WantedItem) -> dict[str, str]:
    if "swot" not in company_facts().plan_fields:
        raise InvalidValue("Operations has not switched this on.", field="swot")
    if wanted.kind not in SwotItem.Kind.values:
        raise InvalidValue("A strength, a weakness, an opportunity or a threat.", field="kind")
    words = sentence(wanted.words, field="words", most=LONGEST)
    if not wanted.leads_to:
        raise MissingValue("Say where it leads.", field="leads_to")
    if not _stands(plan, wanted.leads_to):
        raise InvalidValue("Say where it leads: it is not in this plan.", field="leads_to")
    return asdict(wanted) | {"words": words}


def _stands(plan: Plan, key: str) -> bool:
    """Whether a key is something open of the plan or its account."""
    kind, _sep, number = key.partition(":")
    if kind not in _OPEN or not number.isdecimal() or len(number) > 15:
        return False
    return _OPEN[kind](plan).filter(pk=int(number), removed_at=None).exists()


def _family(plan: Plan) -> models.QuerySet[Account]:
    return Account.objects.filter(planning_account_id=plan.account_id)


_OPEN: Mapping[str, Callable[[Plan], models.QuerySet[models.Model]]] = {
    "play": lambda plan: Play.objects.filter(account__in=_family(plan), outcome=""),
    "opportunity": lambda plan: Opportunity.objects.filter(
        account__in=_family(plan), is_closed=False
    ),
    "contract": lambda plan: Contract.objects.filter(account__in=_family(plan), is_active=True),
    "priority": lambda plan: Priority.objects.filter(account_id=plan.account_id),
    "risk": lambda plan: PlanRisk.objects.filter(plan=plan, ended_on=None),
    "assumption": lambda plan: Assumption.objects.filter(plan=plan),
    "objective": lambda plan: Objective.objects.filter(plan=plan, state=Objective.State.OPEN),
}


def _own(person: Person, plan_id: int, item_id: int) -> tuple[Plan, SwotItem]:
    plan = writable_plan(person, plan_id)
    row = (
        SwotItem.objects.select_for_update().filter(pk=item_id, plan=plan, removed_at=None).first()
    )
    if row is None:
        raise NotAllowed("That item is not of this plan.", field="item")
    return plan, row
