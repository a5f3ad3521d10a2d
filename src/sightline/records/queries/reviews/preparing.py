"""What a review needs beforehand: how ready it is, counted from content and never from ticks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from sightline.planning.bridge import Bridge, BridgeParameters, build_bridge, chance_of_target
from sightline.planning.challenges import (
    ChallengeList,
    ChallengeParameters,
    PlanFacts,
    challenges_of,
)
from sightline.planning.reviews import Readiness, ReadinessFacts, ReviewParameters, readiness
from sightline.records.models import AccountMeasures, Attendance
from sightline.records.prepared import prepared as prepared_read
from sightline.records.queries import bridging
from sightline.records.queries.account_scope import Rights
from sightline.records.queries.bridging import PlanRow
from sightline.records.queries.challenge_answers import answers_of
from sightline.records.queries.challenge_rules import rules_in_force
from sightline.records.queries.challenging import Challenged, challenge_facts
from sightline.records.queries.people import AccountPeople
from sightline.records.queries.plan_challenges import readable
from sightline.records.queries.reviews import parts
from sightline.records.queries.reviews.room import Promise, promises_of
from sightline.records.queries.reviews.rows import ReviewRow, last_closed


@dataclass(frozen=True, slots=True)
class Argued:
    """A plan with its path and what it argues, computed once for a page."""

    plan: PlanRow
    facts: PlanFacts
    listed: ChallengeList
    bridge: Bridge
    chance: float | None
    calibrated: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """How ready a review is, with what came of the last one's promises."""

    readiness: Readiness
    promises: tuple[Promise, ...]
    last: ReviewRow | None
    since: date


def argued(
    plan_id: int,
    *,
    setting: bridging.BridgeSetting,
    now: datetime,
    known: AccountPeople | None = None,
) -> Argued:
    """The bridge and every challenge of a plan. About thirty queries, eleven fewer where the people
    on its map are `known`. Raises `MissingRate`."""
    plan = bridging.plan_rows([plan_id])[0]
    today = setting.company.today(now)
    numbers = setting.parameters.section(BridgeParameters, "bridge")
    bridge = build_bridge(
        bridging.bridge_facts(plan, setting=setting), today=today, parameters=numbers
    )
    chance = chance_of_target(bridge, parameters=numbers)
    facts = challenge_facts(Challenged(plan, setting, bridge, chance, now, known))
    own = rules_in_force()
    listed = challenges_of(
        facts,
        parameters=setting.parameters.section(ChallengeParameters, "challenges"),
        answers=answers_of(plan_id, zone=setting.company.time_zone),
        extra=own.extra,
        switched_off=own.switched_off,
    )
    return Argued(plan, facts, listed, bridge, chance.probability, chance.calibrated)


def prepared(
    review: ReviewRow,
    found: Argued,
    *,
    setting: bridging.BridgeSetting,
    today: date,
    rights: Rights,
) -> Prepared:
    """How ready a review is on a day. Challenges count as far as `rights` let them be read, so that
    no number tells of what is not shown. Six queries."""
    listed = readable(found.listed, rights)
    last = last_closed(review.plan_id)
    plan = found.plan
    since = last.held_on if last is not None and last.held_on else plan.starts_on
    promises = promises_of([last.id]) if last is not None else ()
    held_on = review.held_on or today
    numbers = setting.parameters.section(ReviewParameters, "reviews")
    counted = ReadinessFacts(
        **_assumptions(review.plan_id, since, held_on),
        **_promised(promises, held_on),
        plays_with_next_step=sum(bool(play.next_action) for play in found.facts.plays),
        plays=len(found.facts.plays),
        challenges_answered=len(listed.answered),
        challenges=len(listed.answered) + len(listed.open),
        **_renewals(found.facts, setting, today),
        sponsor_invited=_sponsor_invited(review),
        data_as_of=_as_of(plan.account_ids),
    )
    return Prepared(
        readiness(counted, review=held_on, today=today, parameters=numbers), promises, last, since
    )


def _assumptions(plan_id: int, since: date, held_on: date) -> dict[str, int]:
    """An assumption was looked at when it was settled since, or is not to be looked at yet."""
    rows = parts.assumptions_of(plan_id)
    looked = sum(
        (row.settled_on is not None and row.settled_on >= since)
        or (row.look_again is not None and row.look_again > held_on)
        for row in rows
    )
    return {"assumptions_confirmed": looked, "assumptions": len(rows)}


def _promised(promises: tuple[Promise, ...], held_on: date) -> dict[str, int]:
    due = [one for one in promises if one.due_on is not None and one.due_on <= held_on]
    answered = sum(one.kept is not None for one in due)
    return {"commitments_answered": answered, "commitments": len(due)}


def _renewals(facts: PlanFacts, setting: bridging.BridgeSetting, today: date) -> dict[str, int]:
    days = setting.parameters.section(ChallengeParameters, "challenges").renewal_days
    near = [one for one in facts.renewals if 0 <= (one.due - today).days <= days]
    ready = sum(one.goal and one.owner and one.decider for one in near)
    return {"renewals_ready": ready, "renewals_in_sight": len(near)}


def _sponsor_invited(review: ReviewRow) -> bool | None:
    """None where the account has no sponsor: that is a gap, not a missing invitation."""
    sponsor = review.sponsor_id
    return bool(_seat(review.id, sponsor)) if sponsor is not None else None


@prepared_read
def _seat(review_id: int, user_id: int) -> QuerySet[Attendance, Any]:
    return Attendance.objects.filter(review_id=review_id, user_id=user_id).values_list("pk")


def _as_of(account_ids: tuple[int, ...]) -> date | None:
    return max(_measured(list(account_ids)), default=None)


@prepared_read
def _measured(account_ids: list[int]) -> QuerySet[AccountMeasures, date]:
    rows = AccountMeasures.objects.filter(account_id__in=account_ids)
    return rows.values_list("as_of", flat=True)
