"""What is known for a joint review: the customer's priorities, and promises of both sides.

Rows are read wide on purpose: which of their fields a customer may see is decided by the allow-list
of `planning.reviews.joint` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from sightline.planning.reviews import JointFacts
from sightline.records.models import Asset, Attendance, Company, Contract, JointNote, Review
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.reviews import parts
from sightline.records.queries.reviews.room import notes_of
from sightline.records.queries.reviews.rows import ReviewRow

OURS = JointNote.Kind.OURS.value
PROMISED = (OURS, JointNote.Kind.THEIRS.value)
Row = Mapping[str, object]


def joint_facts(review: ReviewRow, scope: AccountScope, *, on: date) -> JointFacts:
    """Everything that a pack could be made from. Seven queries."""
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
    """Each line in each unit once, from its first contract or asset in force. Two queries."""
    found: dict[tuple[str, str], Row] = {}
    in_force = Q(starts_on=None) | Q(starts_on__lte=on)
    held: list[Contract | Asset] = []
    for model in (Contract, Asset):
        rows = model.objects.filter(
            in_force,
            account_id__in=scope.seen_ids,
            is_active=True,
            removed_at=None,
            product_line__isnull=False,
        )
        held += rows.select_related("product_line", "unit").order_by("pk")
    for row in sorted(held, key=lambda one: one.starts_on or on):
        line = row.product_line.name if row.product_line else ""
        unit = row.unit.name if row.unit else ""
        found.setdefault(
            (line, unit),
            {
                "line": line,
                "unit": unit,
                "since": row.starts_on,
                "ends_on": row.ends_on,
                "name": row.name,
            },
        )
    return tuple(found[key] for key in sorted(found))
