"""Whether an assumption still holds, answered in the room and kept on the plan itself."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from sightline.actions import journal
from sightline.actions.reviews.room import answer_item
from sightline.planning.errors import InvalidValue
from sightline.records.models import Assumption, ReviewItem
from sightline.records.scoping import Person

PREFIX = "assumption:"
STANDING = {
    "holds": Assumption.Standing.HOLDS,
    "no_longer": Assumption.Standing.FAILED,
    "unsure": Assumption.Standing.UNKNOWN,
}


def answer_assumption(
    person: Person,
    item_id: int,
    said: str,
    *,
    why: str,
    seen_version: int,
    on: date,
    now: datetime,
) -> int:
    """Answer the item and settle its assumption; answers the item's new version.

    Raises `InvalidValue`, `StaleItem`, `RoomClosed` or `NotAllowed`.
    """
    if said not in STANDING:
        raise InvalidValue("It holds, does no longer, or nobody is sure.", field="said")
    with transaction.atomic():
        version = answer_item(person, item_id, said, why=why, seen_version=seen_version, now=now)
        key, account = ReviewItem.objects.values_list("key", "review__account_id").get(pk=item_id)
        number = key.removeprefix(PREFIX)
        row = (
            Assumption.objects.select_for_update()
            .filter(pk=int(number), plan__account_id=account, removed_at=None)
            .first()
            if key.startswith(PREFIX) and number.isdecimal()
            else None
        )
        if row is None:
            raise InvalidValue("That assumption is not in the plan any more.", field="said")
        values = {"standing": STANDING[said].value, "settled_on": on}
        changes = journal.differences(row, values)
        Assumption.objects.filter(pk=row.pk).update(
            **values, version=row.version + 1, changed_at=now
        )
        journal.record(
            "settle_assumption",
            actor_id=person.id,
            account_id=account,
            subject=row,
            changes=changes,
        )
    return version
