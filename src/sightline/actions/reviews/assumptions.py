"""Whether an assumption still holds, answered in the room and kept on the plan itself."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from sightline.actions import assumptions
from sightline.actions.reviews.room import answer_item
from sightline.planning.errors import InvalidValue
from sightline.planning.periods import months_back
from sightline.records.models import Assumption, ReviewItem
from sightline.records.scoping import Person

PREFIX = "assumption:"
QUARTER_MONTHS = 3
STANDING = {
    "holds": Assumption.Standing.HOLDS.value,
    "no_longer": Assumption.Standing.FAILED.value,
    "unsure": Assumption.Standing.UNKNOWN.value,
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

    One that is to be looked at again keeps its day, or is asked again in a quarter. Raises
    `InvalidValue`, `StaleItem`, `RoomClosed` or `NotAllowed`.
    """
    if said not in STANDING:
        raise InvalidValue("It holds, does no longer, or nobody is sure.", field="said")
    with transaction.atomic():
        version = answer_item(person, item_id, said, why=why, seen_version=seen_version, now=now)
        key, plan = ReviewItem.objects.values_list("key", "review__plan_id").get(pk=item_id)
        number = key.removeprefix(PREFIX)
        rows = Assumption.objects.filter(plan_id=plan, removed_at=None)
        row = rows.filter(pk=int(number)).first() if number.isdecimal() else None
        if row is None:
            raise InvalidValue("That assumption is not in the plan any more.", field="said")
        to_come = row.look_again is not None and row.look_again > on
        assumptions.settle_assumption(
            person,
            plan,
            row.pk,
            STANDING[said],
            look_again=row.look_again if to_come else months_back(on, -QUARTER_MONTHS),
            today=on,
            seen_version=row.version,
            now=now,
        )
    return version
