"""Steps of playbooks that a person owes this week: motion on accounts without a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from sightline.planning.permissions import Act, Category, Role
from sightline.records.models import Action, PlaybookStep
from sightline.records.prepared import prepared
from sightline.records.scoping import Person, asked_as, visible_accounts

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
    asked = asked_as(person, Category.PLAN, Act.WRITE)
    listed = _first_due(person.crm_user_id, until, *asked)
    count = len(listed)
    if count > MOST:
        count = _due(person.crm_user_id, until, *asked).count()
    return StepsDue(tuple(_step(row, on) for row in listed[:MOST]), count)


@prepared
def _first_due(
    owner: int,
    until: date,
    roles: frozenset[Role],
    sign_in: int | None,
    user: int | None,
    role: int | None,
    now: datetime | None,
) -> QuerySet[Action]:
    rows = _due(owner, until, roles, sign_in, user, role, now)
    related = rows.select_related("account", "playbook_step__run__playbook")
    return related.order_by("due_on", "pk")[: MOST + 1]


def _due(
    owner: int,
    until: date,
    roles: frozenset[Role],
    sign_in: int | None,
    user: int | None,
    role: int | None,
    now: datetime | None,
) -> QuerySet[Action]:
    """Somebody's open steps due before a day, on accounts whose plan they may write."""
    person = Person(sign_in or 0, "", "", roles, crm_user_id=user, crm_role_id=role)
    # asked account by account: a list of all that one may see is long, the steps are few
    seen = visible_accounts(person, Category.PLAN, Act.WRITE, now=now)
    return Action.objects.filter(
        Exists(seen.filter(pk=OuterRef("account_id"))),
        owner_id=owner,
        state=Action.State.OPEN,
        removed_at=None,
        due_on__lt=until,
        playbook_step__isnull=False,
    )


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
