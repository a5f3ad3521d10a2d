"""Links in a mail: one act, one person, seven days, used once. Opening one changes nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from sightline.actions.monday.answers import Answer, answer_act
from sightline.planning.errors import PlanningError
from sightline.records.models import ActLink
from sightline.records.queries.messages import person_by_id


class LinkSpent(PlanningError):
    """The link was used, is past its time, or its person may not come in any more."""

    code = "link_spent"


def issue_link(
    sign_in_id: int, *, account_id: int, act: str, monday: date, now: datetime, days: int
) -> int:
    """The link for one act of a week; answers its id. A mail sent again carries the same one."""
    row, _ = ActLink.objects.get_or_create(
        sign_in_id=sign_in_id,
        account_id=account_id,
        act_key=act,
        monday=monday,
        defaults={"expires_at": now + timedelta(days=days)},
    )
    return row.pk


def use_link(link_id: int, *, answer: str, until: date | None, now: datetime) -> None:
    """Answer the act as its person. Raises LinkSpent, NotOffered or InvalidValue.

    Where the answer is refused the link stays as it was.
    """
    with transaction.atomic():
        row = ActLink.objects.select_for_update().filter(pk=link_id).first()
        if row is None or row.used_at is not None or row.expires_at <= now:
            raise LinkSpent("This link was used already, or is past its time.")
        person = person_by_id(row.sign_in_id)
        if person is None:
            raise LinkSpent("This link's person has no access any more.")
        answer_act(person, Answer(row.act_key, answer, until=until), now=now)
        ActLink.objects.filter(pk=row.pk).update(used_at=now)
