"""Ask for plans to be printed: the work is a job's, the file is the asking person's alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from sightline.actions import journal, outbox, queue
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category
from sightline.records.models import Account
from sightline.records.scoping import Person, visible_accounts

JOB = "two_pages"


def print_plans(person: Person, account_ids: Iterable[int]) -> int:
    """Ask for the two pages of some accounts' plans; answers the job's id.

    One account makes a PDF, several a zip. Raises `InvalidValue` for none, `NotAllowed` where a
    plan is not the person's to read. Who took what out is journalled.
    """
    wanted = sorted(set(account_ids))
    if not wanted:
        raise InvalidValue("There is no plan to print.", field="accounts")
    with transaction.atomic():
        seen = visible_accounts(person, Category.PLAN, Act.READ).filter(pk__in=wanted)
        if seen.count() != len(wanted):
            raise NotAllowed("You may not read all of these plans.", field="accounts")
        for account in Account.objects.filter(pk__in=wanted).order_by("pk"):
            journal.record("print_plan", actor_id=person.id, account_id=account.pk, subject=account)
        job = outbox.request(JOB, payload={"person": person.id, "accounts": wanted}, by=person.id)
    assert job is not None, "a request without a key is always a row of its own"
    return job


def stop_print(person: Person, job_id: int, *, now: datetime) -> None:
    """Stop a print of one's own: at once while it waits, after the plan in hand while it runs.

    Raises `NotAllowed` for anybody else's. One that is settled stays as it is.
    """
    queue.ask_to_cancel_own(person, job_id, name=JOB, now=now)
