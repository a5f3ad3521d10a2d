"""Who may do what with a review: those who write the plan, and for some verbs its sponsor."""

from __future__ import annotations

from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.models import Review
from sightline.records.scoping import Person, may_on


class RoomClosed(PlanningError):
    """The review is over, or not begun: nothing can be written in it."""

    code = "room_closed"


def writable(person: Person, review_id: int) -> Review:
    """The review, locked. Raises `NotAllowed` or `InvalidValue`."""
    review = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None:
        raise InvalidValue("There is no such review.", field="review")
    if not may_on(person, review.account_id, Category.PLAN, Act.WRITE):
        raise NotAllowed("You may not change this review.", field="review")
    return review


def in_the_room(person: Person, review_id: int) -> Review:
    """The review, locked, while its room is open. Raises `RoomClosed` as well."""
    review = writable(person, review_id)
    if review.state != Review.State.OPEN:
        raise RoomClosed("This review is not open.", field="review")
    return review
