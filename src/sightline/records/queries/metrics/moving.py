"""What moved in a quarter: deals through their stages, actions by their dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q

from sightline.planning.metrics.leading import ActionFacts, PlayStages
from sightline.planning.periods import Window
from sightline.records.models import Action, JournalEntry, Stage, StageChange

DAY = timedelta(days=1)


def plays_of(account_ids: Sequence[int], *, start: datetime) -> tuple[PlayStages, ...]:
    """Deals that were in an open stage before the quarter's first moment, with the furthest place they
    reached since; won lies past every stage. Two queries."""
    stages = {row.pk: row for row in Stage.objects.all()}
    past_all = max((row.position for row in stages.values()), default=0) + 1
    rows = (
        StageChange.objects.filter(
            opportunity__account_id__in=account_ids,
            opportunity__removed_at=None,
            opportunity__is_renewal=False,
            stage__isnull=False,
            removed_at=None,
        )
        .order_by("opportunity_id", "at", "pk")
        .values_list("opportunity_id", "stage_id", "at")
    )
    then: dict[int, int] = {}
    since: dict[int, list[int]] = {}
    for deal, stage, at in rows:
        if stage is None:
            continue
        if at < start:
            then[deal] = stage
        else:
            since.setdefault(deal, []).append(stage)
    found = []
    for deal, stage in then.items():
        held = stages[stage]
        if held.is_closed:
            continue
        later = [stages[one] for one in since.get(deal, ())]
        places = [
            past_all if one.is_won else one.position
            for one in later
            if one.is_won or not one.is_closed
        ]
        found.append(PlayStages(str(deal), held.position, max([held.position, *places])))
    return tuple(found)


def actions_of(account_ids: Sequence[int], *, window: Window) -> tuple[ActionFacts, ...]:
    """Actions due in the quarter, or first promised for it and moved, as the journal tells. Two
    queries."""
    moved: dict[int, date] = {}
    entries = JournalEntry.objects.filter(
        account_id__in=account_ids, subject_kind="action", changes__has_key="due_on"
    ).order_by("at", "pk")
    for subject, changes in entries.values_list("subject_id", "changes"):
        before = changes["due_on"][0]
        if subject is not None and before and subject not in moved:
            moved[subject] = date.fromisoformat(before)
    # a call logged by hand is a record of what was, not a promise that was kept
    rows = Action.objects.filter(
        account_id__in=account_ids, removed_at=None, due_on__isnull=False, logged_call=None
    )
    wanted = rows.filter(
        Q(due_on__gte=window.start, due_on__lte=window.end) | Q(pk__in=list(moved))
    )
    return tuple(
        ActionFacts(
            key=str(action.pk),
            first_due=moved.get(action.pk, action.due_on),
            due=action.due_on,
            done_on=action.done_on,
            dropped_with_reason=action.state == Action.State.DROPPED and bool(action.state_reason),
        )
        for action in wanted
        if action.due_on is not None
    )
