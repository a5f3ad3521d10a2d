"""What lists read of a plan equals a fresh computation after every verb, once its work is done.

Each verb is called by somebody who may; the jobs that it asked for run; the stored row is compared
with figures computed anew. A verb that touches a plan and asks for nothing leaves an old row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
from django.db import transaction

from sightline.actions import plans
from sightline.actions.plan_drafts import plan_figures, refresh_plans
from sightline.actions.progress import Silent
from sightline.jobs.handle import JobHandle
from sightline.jobs.registry import function_of
from sightline.planning.errors import NotAllowed
from sightline.records.models import Job, PlanResult
from sightline.records.queries import bridging
from tests.actions.calls import CALLS, Call
from tests.actions.scene import NOW, TODAY, Scene, make_scene

pytestmark = pytest.mark.django_db
# What moves a plan: were these not to change its row, the comparison would prove nothing.
MOVERS = ("plans.set_target", "renewals.set_renewal")
# Their work is another concept's, or needs files that the scene does not hold.
ELSEWHERE = frozenset({"demonstration.request_removal", "demonstration_load.request_load"})
# A drawing of the people map is its reader's; it moves no plan.
OUTSIDE = (
    *("crm.", "sync", "imports.", "demonstration.", "tidy", "daily", "prepare_week"),
    "people_map",
)
MOST_ROUNDS = 8


class _Back(Exception):
    """Takes back what a call did."""


def stored(plan_id: int) -> Mapping[str, Any]:
    row = PlanResult.objects.get(plan_id=plan_id)
    chance = None if row.chance is None else round(float(row.chance), 5)
    names = ("base", "landing", "gap", "challenges", "single_threaded", "parts", "input_version")
    return {**{name: getattr(row, name) for name in names}, "chance": chance}


def fresh(plan_id: int) -> Mapping[str, Any]:
    (row,) = bridging.plan_rows([plan_id])
    found = plan_figures(row, setting=bridging.bridge_setting(TODAY), today=TODAY, now=NOW)
    assert found is not None
    chance = None if found.chance is None else round(found.chance, 5)
    names = ("base", "landing", "gap", "challenges", "single_threaded", "parts", "input_version")
    return {**{name: getattr(found, name) for name in names}, "chance": chance}


class FirstTry(Silent):
    """Nobody watches, and it was not tried before."""

    attempt = 1


def work() -> None:
    """Do what was asked for, and what that asks for in turn."""
    for _ in range(MOST_ROUNDS):
        waiting = [
            job
            for job in Job.objects.filter(state=Job.State.WAITING).order_by("pk")
            if not job.name.startswith(OUTSIDE)
        ]
        if not waiting:
            return
        for job in waiting:
            Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
            function_of(job.name)(job.payload, cast(JobHandle, FirstTry()))
    raise AssertionError("jobs go on asking for jobs")


def by_whoever_may(call: Call, scene: Scene) -> None:
    for person in scene.people.values():
        try:
            with transaction.atomic():
                call(scene, person)
            return
        except NotAllowed:
            continue
    raise AssertionError("nobody may")


@pytest.fixture
def scene() -> Scene:
    made = make_scene()
    asked = Job.objects.filter(state=Job.State.WAITING)
    asked.exclude(pk=made.waiting_job).update(state=Job.State.DONE)
    refresh_plans(TODAY, job=Silent())
    return made


def test_the_row_equals_a_fresh_computation_after_every_verb(scene: Scene) -> None:
    before, differ, moved = stored(scene.plan.pk), {}, set()
    assert before == fresh(scene.plan.pk)
    for name in sorted(CALLS.keys() - ELSEWHERE):
        try:
            with transaction.atomic():
                by_whoever_may(CALLS[name], scene)
                work()
                kept, anew = stored(scene.plan.pk), fresh(scene.plan.pk)
                if kept != anew:
                    differ[name] = {key: (kept[key], anew[key]) for key in kept}
                if kept != before:
                    moved.add(name)
                raise _Back
        except _Back:
            pass
    assert not differ
    assert set(MOVERS) <= moved, sorted(moved)


def test_a_change_that_asked_for_no_work_would_be_found(scene: Scene) -> None:
    plans.set_target(scene.owner, scene.plan.pk, 1_000_00, seen_version=scene.plan.version, now=NOW)
    assert stored(scene.plan.pk) != fresh(scene.plan.pk)
