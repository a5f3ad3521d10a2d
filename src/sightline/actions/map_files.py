"""Ask for a people map as a file: the drawing is a job's, the file is the asking person's alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sightline.actions import journal, outbox, queue
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category
from sightline.records.models import Account
from sightline.records.scoping import Person, may_on

JOB = "people_map"
KINDS = ("pdf", "pptx")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file of a map: of which kind, under which token the map waits, and what it holds of people."""

    kind: str
    paper: str
    opinions: bool
    roles: bool


def draw_map(person: Person, account_id: int, wanted: Wanted) -> int:
    """Ask for a map as a file; answers the job's id.

    Raises `InvalidValue` for another kind, `NotAllowed` where its reader may not see the account or
    what the map holds. Who took what out is journalled.
    """
    if wanted.kind not in KINDS:
        raise InvalidValue("A map is drawn as PDF or slides.", field="kind")
    category = Category.OPINIONS if wanted.opinions else Category.FACTS
    with transaction.atomic():
        if not may_on(person, account_id, category, Act.READ):
            raise NotAllowed("You may not take this map out.", field="account")
        account = Account.objects.get(pk=account_id)
        journal.record("take_out_map", actor_id=person.id, account_id=account_id, subject=account)
        payload = {
            "person": person.id,
            "account": account_id,
            "kind": wanted.kind,
            "paper": wanted.paper,
            "opinions": wanted.opinions,
            "roles": wanted.roles,
        }
        job = outbox.request(JOB, payload=payload, by=person.id)
    assert job is not None, "a request without a key is always a row of its own"
    return job


def stop_drawing(person: Person, job_id: int, *, now: datetime) -> None:
    """Stop a file of one's own: at once while it waits, after the card in hand while it is drawn.

    Raises `NotAllowed` for anybody else's. One that is settled stays as it is.
    """
    queue.ask_to_cancel_own(person, job_id, name=JOB, now=now)
