"""Year's end: a decision per item of the old plan, then the new plan made of them.

The old plan is frozen and stays readable; nothing in it is changed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from sightline.actions import journal, plays, swot
from sightline.actions.plans import draft_plan
from sightline.actions.reviews.freeze import freeze
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.fiscal import FiscalYear
from sightline.planning.periods import months_back
from sightline.planning.permissions import Act, Category
from sightline.planning.reviews import Decision, Verdict, roll_forward
from sightline.records.models import (
    Action,
    Assumption,
    Objective,
    Opportunity,
    Plan,
    PlanMetric,
    PlanMetricMove,
    PlanRisk,
    PlanRolled,
    RollDecision,
)
from sightline.records.queries import rolling
from sightline.records.queries.account_scope import account_scope
from sightline.records.scoping import Person, may_on

YEAR = 12


def decide_item(
    person: Person, plan_id: int, key: str, verdict: str, *, why: str, now: datetime
) -> None:
    """Keep, change (why) or drop (why) one item. A later decision takes the place of the one before.

    Raises `MissingValue`, `InvalidValue` or `NotAllowed`.
    """
    if verdict not in set(Verdict):
        raise InvalidValue("Keep it, change it or drop it.", field="verdict")
    Decision(key, Verdict(verdict), why)
    with transaction.atomic():
        plan = _writable(person, plan_id)
        if PlanRolled.objects.filter(old=plan).exists():
            raise InvalidValue("This plan was rolled forward already.", field="plan")
        if key not in {row.key for row in rolling.roll_rows(plan_id, reach=_reach(person, plan))}:
            raise InvalidValue("That is not in the plan.", field="key")
        RollDecision.objects.update_or_create(
            plan=plan,
            key=key,
            defaults={
                "verdict": verdict,
                "why": why.strip()[:500],
                "decided_by_id": person.id,
                "decided_at": now,
            },
        )
        journal.record(
            "decide_roll",
            actor_id=person.id,
            account_id=plan.account_id,
            subject=plan,
            changes={key: (None, verdict)},
        )


def roll_plan(
    person: Person, plan_id: int, *, year: FiscalYear, currency: str, on: date, now: datetime
) -> int:
    """The new year's plan from what was decided; answers its id.

    Raises `MissingValue` while an item is undecided, `InvalidValue` where it was rolled already.
    """
    with transaction.atomic():
        plan = _writable(person, plan_id)
        held = PlanRolled.objects.filter(old=plan).first()
        if held is not None:
            return held.new_id
        rows = rolling.roll_rows(plan_id, reach=_reach(person, plan))
        made = RollDecision.objects.filter(plan=plan, key__in=[row.key for row in rows])
        rolled = roll_forward(
            rolling.roll_items(rows),
            [Decision(one.key, Verdict(one.verdict), one.why) for one in made],
        )
        freeze(plan.pk, review=None, person=person, on=on, now=now)
        new_id = draft_plan(plan.account_id, year=year, currency=currency, actor_id=person.id)
        copied = _carry(plan, new_id, {*rolled.kept, *rolled.changed}, person, now)
        swot.carry_items(
            plan,
            new_id,
            copied=copied,
            dropped=set(rolled.dropped),
            author_id=person.id,
            now=now,
        )
        _drop_plays(person, plan, rolled.dropped, now)
        PlanRolled.objects.create(old=plan, new_id=new_id, rolled_by_id=person.id, rolled_at=now)
        journal.record(
            "roll_plan",
            actor_id=person.id,
            account_id=plan.account_id,
            subject=plan,
            changes={
                "kept": (None, len(rolled.kept)),
                "changed": (None, len(rolled.changed)),
                "dropped": (None, len(rolled.dropped)),
            },
        )
    return new_id


def sign_roll(person: Person, plan_id: int, *, now: datetime) -> None:
    """The sponsor signs off what was kept, changed and dropped."""
    with transaction.atomic():
        rolled = PlanRolled.objects.select_for_update().filter(old_id=plan_id).first()
        if rolled is None:
            raise InvalidValue("This plan was not rolled forward yet.", field="plan")
        account = rolled.old.account_id
        if not may_on(person, account, Category.PLAN, Act.SIGN_OFF):
            raise NotAllowed("Only the account's sponsor signs it off.", field="plan")
        if rolled.signed_at is not None:
            return
        PlanRolled.objects.filter(pk=rolled.pk).update(signed_by_id=person.id, signed_at=now)
        journal.record("sign_roll", actor_id=person.id, account_id=account, subject=rolled.old)


def _writable(person: Person, plan_id: int) -> Plan:
    plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
    if plan is None or not may_on(person, plan.account_id, Category.PLAN, Act.WRITE):
        raise NotAllowed("You may not roll this plan forward.", field="plan")
    return plan


def _carry(
    old: Plan, new_id: int, keys: Collection[str], person: Person, now: datetime
) -> dict[str, str]:
    """What goes on, copied into the new plan; what is already there stays as somebody wrote it.

    Answers the keys of what was copied with the keys of their copies.
    """
    copied: dict[str, str] = {}
    new = Plan.objects.select_for_update().get(pk=new_id)
    if "target" in keys and new.target is None and new.currency == old.currency:
        new.target, new.target_source = old.target, "rolled"
    if "thesis" in keys and not new.thesis:
        new.thesis = old.thesis
    new.version += 1
    new.changed_at = now
    new.save()
    for objective in Objective.objects.filter(pk__in=_ids("objective", keys), plan=old):
        goal = Objective.objects.create(
            plan=new,
            words=objective.words,
            measure=objective.measure,
            owner_id=objective.owner_id,
            created_by_id=person.id,
        )
        copied[f"objective:{objective.pk}"] = f"objective:{goal.pk}"
    for held in Assumption.objects.filter(pk__in=_ids("assumption", keys), plan=old):
        belief = Assumption.objects.create(
            plan=new,
            words=held.words,
            proved_wrong_by=held.proved_wrong_by,
            look_again=held.look_again,
            standing=held.standing,
            created_by_id=person.id,
        )
        copied[f"assumption:{held.pk}"] = f"assumption:{belief.pk}"
    for risk in PlanRisk.objects.filter(pk__in=_ids("risk", keys), plan=old):
        danger = PlanRisk.objects.create(
            plan=new,
            words=risk.words,
            reason=risk.reason,
            likelihood=risk.likelihood,
            severity=risk.severity,
            owner_id=risk.owner_id,
            answer=risk.answer,
            about=risk.about,
            created_by_id=person.id,
        )
        copied[f"risk:{risk.pk}"] = f"risk:{danger.pk}"
    _carry_metrics(old, new, keys)
    return copied


def _carry_metrics(old: Plan, new: Plan, keys: Collection[str]) -> None:
    """Targets of metrics go on by a year, with the open plays that are to move them; each baseline
    is frozen anew when the target is next set."""
    there = set(PlanMetric.objects.filter(plan=new).values_list("key", flat=True))
    for metric in PlanMetric.objects.filter(pk__in=_ids("metric", keys), plan=old):
        if metric.key in there:
            continue
        by = min(new.ends_on, max(new.starts_on, months_back(metric.by, -YEAR)))
        copy = PlanMetric.objects.create(plan=new, key=metric.key, target=metric.target, by=by)
        going_on = Q(play__outcome="", play__parked=False) | Q(opportunity__is_closed=False)
        PlanMetricMove.objects.bulk_create(
            PlanMetricMove(metric=copy, play_id=move.play_id, opportunity_id=move.opportunity_id)
            for move in metric.moves.filter(going_on)
        )


def _drop_plays(person: Person, plan: Plan, keys: Collection[str], now: datetime) -> None:
    """Plays belong to the account: one that is dropped is set aside with its reason kept. A deal
    alone is the CRM's: its owner is asked to close it there, by the end of the year."""
    for play_id in _ids("play", keys):
        plays.park_play(person, play_id, parked=True, now=now)
    for deal in Opportunity.objects.filter(pk__in=_ids("opportunity", keys), is_closed=False):
        Action.objects.create(
            account_id=deal.account_id,
            opportunity=deal,
            owner_id=deal.owner_id,
            subject=f"Close it in the CRM: {deal.name}"[:255],
            due_on=plan.ends_on,
        )


def _reach(person: Person, plan: Plan) -> tuple[int, ...]:
    """The plan's accounts that this person may see: deals elsewhere go on without being asked."""
    scope = account_scope(person, plan.account_id)
    return scope.seen_ids if scope is not None else ()


def _ids(kind: str, keys: Collection[str]) -> list[int]:
    return [int(key.partition(":")[2]) for key in keys if key.startswith(f"{kind}:")]
