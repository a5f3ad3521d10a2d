"""What is known for a joint review: the customer's priorities, and promises of both sides.

Rows are read wide on purpose: which of their fields a customer may see is decided by the allow-list
of `planning.reviews.joint` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sightline.planning.reviews import JointFacts
from sightline.records.models import Attendance, Company, Contract, JointNote, Review
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.reviews import parts
from sightline.records.queries.reviews.room import notes_of
from sightline.records.queries.reviews.rows import ReviewRow

OURS = JointNote.Kind.OURS.value
PROMISED = (OURS, JointNote.Kind.THEIRS.value)
Row = Mapping[str, object]


def joint_facts(review: ReviewRow, scope: AccountScope, *, on: date) -> JointFacts:
    """Everything that a pack could be made from. Six queries."""
    company = Company.objects.values_list("name", flat=True).first() or ""
    present = Attendance.objects.filter(review_id=review.id).exclude(state=Attendance.State.ABSENT)
    meeting: Row = {
        "customer": review.account,
        "our_company": company,
        "held_on": review.held_on,
        "ours_present": tuple(present.order_by("pk").values_list("user__name", flat=True)),
        "moved_reason": review.moved_reason,
    }
    return JointFacts(
        {
            "meeting": (meeting,),
            "priority": tuple(
                {
                    "id": one.id,
                    "words": one.words,
                    "who": one.who,
                    "said_on": one.said_on,
                    "standing": one.standing,
                }
                for one in parts.priorities_of(scope.planning_id)
            ),
            "promise": _promises(review),
            "delivered": _delivered(scope, on),
        }
    )


def _promises(review: ReviewRow) -> tuple[Row, ...]:
    """Promises of both sides, of this meeting and the ones before."""
    meetings = Review.objects.filter(account_id=review.account_id, kind=Review.Kind.JOINT)
    found: list[Row] = []
    for pk in meetings.order_by("-held_on", "-pk").values_list("pk", flat=True):
        for note in notes_of(pk):
            if note.kind not in PROMISED:
                continue
            found.append(
                {
                    "id": note.id,
                    "words": note.text,
                    "whose": note.kind,
                    "who": note.owner if note.kind == OURS else note.who,
                    "by": note.due_on,
                    "kept": {"done": True, "dropped": False}.get(note.action_state),
                    "action_state": note.action_state,
                }
            )
    return tuple(found)


def _delivered(scope: AccountScope, on: date) -> tuple[Row, ...]:
    rows = Contract.objects.filter(
        account_id__in=scope.seen_ids, is_active=True, removed_at=None, product_line__isnull=False
    ).select_related("product_line", "unit")
    return tuple(
        {
            "line": row.product_line.name if row.product_line else "",
            "unit": row.unit.name if row.unit else "",
            "since": row.starts_on,
            "ends_on": row.ends_on,
            "value": row.annual_value,
            "name": row.name,
        }
        for row in rows.order_by("starts_on", "pk")
        if row.starts_on is None or row.starts_on <= on
    )
