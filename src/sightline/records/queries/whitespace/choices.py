"""What a cell's forms offer: our people, the customer's priorities, competitors; and who confirmed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sightline.records.models import CrmUser, JournalEntry, Priority
from sightline.records.queries.our_team import on_team
from sightline.records.queries.whitespace.said import competitors_by_use

MOST_SAID = 40
MOST_RIVALS = 40


@dataclass(frozen=True, slots=True)
class CellChoices:
    """Owner's key and name; priorities in the customer's words; names of competitors."""

    owners: tuple[tuple[str, str], ...] = ()
    priorities: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """When somebody last said that all of a cell is right, and who."""

    by: str
    at: datetime


def cell_choices(planning_id: int, *, reach: Sequence[int]) -> CellChoices:
    """Three queries."""
    team = CrmUser.objects.filter(on_team(reach), is_active=True)
    said = Priority.objects.filter(account_id=planning_id).order_by("pk")
    return CellChoices(
        owners=tuple(
            (str(pk), name) for pk, name in team.order_by("name").values_list("pk", "name")
        ),
        priorities=tuple(one[:200] for one in said.values_list("words", flat=True)[:MOST_SAID]),
        rivals=competitors_by_use(planning_id, most=MOST_RIVALS),
    )


def confirmed(cell_id: int) -> Confirmed | None:
    """One query."""
    entry = (
        JournalEntry.objects.filter(subject_kind="cell", subject_id=cell_id, verb="confirm_cell")
        .order_by("-pk")
        .values_list("actor__name", "at")
        .first()
    )
    return Confirmed(entry[0] or "", entry[1]) if entry is not None else None
