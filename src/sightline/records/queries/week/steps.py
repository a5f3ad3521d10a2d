"""Steps of playbooks that a person owes this week: motion on accounts without a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sightline.planning.permissions import Act, Category
from sightline.records.models import Action, PlaybookStep
from sightline.records.scoping import Person, visible_accounts

MOST = 7


@dataclass(frozen=True, slots=True)
class StepDue:
    """One step with its account; `version` guards settling it."""

    id: int
    version: int
    subject: str
    account_id: int
    account: str
    playbook: str
    due_on: date
    late: bool


@dataclass(frozen=True, slots=True)
class StepsDue:
    """The first of them by day, and how many there are in all."""

    steps: tuple[StepDue, ...]
    count: int


def steps_due(person: Person, *, on: date, until: date) -> StepsDue:
    """A person's own open steps due before a day, overdue ones included. Two queries."""
    if person.crm_user_id is None:
        return StepsDue((), 0)
    rows = Action.objects.filter(
        owner_id=person.crm_user_id,
        state=Action.State.OPEN,
        removed_at=None,
        due_on__lt=until,
        playbook_step__isnull=False,
        account__in=visible_accounts(person, Category.PLAN, Act.WRITE).values("pk"),
    )
    listed = list(
        rows.select_related("account", "playbook_step__run__playbook").order_by("due_on", "pk")[
            : MOST + 1
        ]
    )
    count = len(listed) if len(listed) <= MOST else rows.count()
    return StepsDue(tuple(_step(row, on) for row in listed[:MOST]), count)


def step_owner(person: Person, action_id: int) -> bool:
    """Whether an action is a person's own open playbook step. One query."""
    if person.crm_user_id is None:
        return False
    return Action.objects.filter(
        pk=action_id, owner_id=person.crm_user_id, playbook_step__isnull=False
    ).exists()


def _step(row: Action, on: date) -> StepDue:
    assert row.account is not None and row.due_on is not None
    made_of: PlaybookStep = getattr(row, "playbook_step")  # noqa: B009
    return StepDue(
        id=row.pk,
        version=row.version,
        subject=row.subject,
        account_id=row.account_id or 0,
        account=row.account.name,
        playbook=made_of.run.playbook.name,
        due_on=row.due_on,
        late=row.due_on < on,
    )
