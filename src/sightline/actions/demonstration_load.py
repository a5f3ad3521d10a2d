"""Ask for the demonstration company from a page; the worker makes and loads it."""

from __future__ import annotations

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.planning.errors import NotAllowed
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.records.models import Account, Job
from sightline.records.scoping import Person

JOB = "demonstration.load"


def request_load(person: Person) -> bool:
    """Ask for it, unless there are accounts already; answers whether it was asked for.

    Raises `NotAllowed` for anybody but Operations.
    """
    if not relations_that_may(person.roles, category=Category.SETTINGS, act=Act.WRITE):
        raise NotAllowed("Only Operations may load the demonstration.", field="demonstration")
    with transaction.atomic():
        if Account.objects.exists():
            return False
        outbox.request(JOB, key="demonstration", by=person.id)
        journal.record("load_demonstration", actor_id=person.id)
    return True


def is_loading() -> bool:
    """Whether the worker is at it, or about to be. One query."""
    active = (Job.State.WAITING, Job.State.RUNNING)
    return Job.objects.filter(name=JOB, state__in=active).exists()
