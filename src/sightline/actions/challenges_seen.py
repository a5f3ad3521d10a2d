"""Keep since when a plan's challenges are unanswered, and whether the owner was reminded."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sightline.planning.challenges import Challenge, ChallengeList
from sightline.records.models import ChallengeSeen, WeekOpened
from sightline.records.prepared import prepared
from sightline.records.queries.company import company_zone

LONGEST_TITLE = 300
LONGEST_KEY = 200
LONGEST_WAY = 300


def keep_seen(plan_id: int, listed: ChallengeList, *, today: date) -> None:
    """One row for each open challenge, as of the first day that it was seen open; those answered or
    gone are forgotten. Two queries where nothing moved, one more where something did.

    Its owner was reminded once a Monday page was opened on a later day.
    """
    open_now = {one.key[:LONGEST_KEY]: one for one in listed.open}
    with transaction.atomic():
        held = {row.key: row for row in ChallengeSeen.objects.filter(plan_id=plan_id)}
        gone = [row.pk for key, row in held.items() if key not in open_now]
        if gone:
            ChallengeSeen.objects.filter(pk__in=gone).delete()
        new = [
            _written(ChallengeSeen(plan_id=plan_id, key=key, first_seen=today), one)
            for key, one in open_now.items()
            if key not in held
        ]
        ChallengeSeen.objects.bulk_create(new, ignore_conflicts=True)
        staying = [(row, open_now[key]) for key, row in held.items() if key in open_now]
        _keep_changes(plan_id, staying)


def _keep_changes(plan_id: int, staying: list[tuple[ChallengeSeen, Challenge]]) -> None:
    opened = None
    if any(row.reminded_on is None for row, _ in staying):
        opened = _last_monday(plan_id)
    changed = []
    for row, one in staying:
        before = _kept(row)
        if row.reminded_on is None and opened is not None and opened > row.first_seen:
            row.reminded_on = opened
        _written(row, one)
        if before != _kept(row):
            changed.append(row)
    ChallengeSeen.objects.bulk_update(
        changed, ["money", "title", "way_out", "about", "reminded_on"]
    )


def _kept(row: ChallengeSeen) -> tuple[object, ...]:
    return row.money, row.title, row.way_out, tuple(row.about), row.reminded_on


def _written(row: ChallengeSeen, one: Challenge) -> ChallengeSeen:
    row.money = one.money.minor if one.money else None
    row.title = one.title[:LONGEST_TITLE]
    row.way_out = one.way_out.text[:LONGEST_WAY]
    row.about = list(one.about)
    return row


def _last_monday(plan_id: int) -> date | None:
    """The last of the company's days on which the plan's or the account's owner opened their Monday."""
    last = next(iter(_opened(plan_id)), None)
    return last.astimezone(company_zone()).date() if last else None


@prepared
def _opened(plan_id: int) -> QuerySet[WeekOpened, Any]:
    rows = WeekOpened.objects.filter(sign_in__crm_user__accounts__plans=plan_id)
    return rows.order_by("-opened_at").values_list("opened_at", flat=True)[:1]
