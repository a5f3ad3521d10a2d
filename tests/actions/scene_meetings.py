"""What the scene holds of a plan's parts, its reviews and its people: rows that verbs are about.

The owner's running plan has a room open and a joint review to come; the plan of last year has its
review to come and was rolled forward; the one before has a room in which nothing stands.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sightline.actions import account_health, assumptions, objectives, priorities, risks, swot
from sightline.records.models import (
    Action,
    AwayWeek,
    Company,
    Explanation,
    ExplanationEvidence,
    HeldRole,
    MapLine,
    Plan,
    PlanRolled,
    Review,
    ReviewItem,
)
from tests import makers

if TYPE_CHECKING:
    from tests.actions.scene import Moments, Scene


def add_parts(scene: Scene, at: Moments) -> None:
    """One of each part of the running plan."""
    owner, plan = scene.owner, scene.plan.pk
    said = priorities.WantedPriority("Fewer stops", at.today, scene.world.champion.pk)
    gone = priorities.add_priority(owner, plan, said, today=at.today, now=at.now)
    priorities.remove_priority(owner, plan, gone, now=at.now)
    held = assumptions.WantedAssumption("The budget stays.")
    Company.objects.update(plan_fields=["swot"])
    asked = priorities.add_priority(owner, plan, said, today=at.today, now=at.now)
    leads = swot.WantedItem("threat", "They may merge", f"priority:{asked}")
    taken = swot.add_item(owner, plan, leads, now=at.now)
    swot.remove_item(owner, plan, taken, now=at.now)
    scene.rows |= {
        "priority": asked,
        "swot": swot.add_item(owner, plan, leads, now=at.now),
        "gone_swot": taken,
        "gone_priority": gone,
        "assumption": assumptions.add_assumption(owner, plan, held, now=at.now),
        "risk": risks.add_risk(owner, plan, risks.WantedRisk("A merger"), now=at.now),
        "objective": objectives.add_objective(
            owner, plan, objectives.WantedObjective("Win the plant"), now=at.now
        ),
        "health": account_health.override_health(
            owner, plan, 40, reason="They told us", until=at.soon, today=at.today, now=at.now
        ),
    }
    question = Explanation.objects.create(
        plan=scene.plan,
        product_line=scene.line,
        key="line:1",
        change=-5_000_00,
        before=20_000_00,
        currency="GBP",
        reason="Revenue fell",
        opened_on=at.today,
        changed_at=at.now,
    )
    column = ExplanationEvidence.objects.create(explanation=question, words="Fewer orders")
    scene.rows |= {"explanation": question, "column": column.pk}


def add_reviews(scene: Scene, at: Moments) -> None:
    """Rooms and reviews to come, with a promise that is asked about."""
    last, before = _plan(scene, 1), _plan(scene, 2)
    room = _review(scene, scene.plan, at, "open")
    promised = Action.objects.create(account=scene.account, subject="Send it", due_on=at.soon)
    promise = ReviewItem.objects.create(
        review=_review(scene, before, at, "closed"),
        key="play:0",
        kind="play",
        ending="commitment",
        due_on=at.soon,
        action=promised,
    )
    asked = ReviewItem.objects.create(
        review=room, key=f"commitment:{promise.pk}", kind="commitment"
    )
    about = ReviewItem.objects.create(
        review=room, key=f"assumption:{scene.assumption}", kind="assumption"
    )
    PlanRolled.objects.create(old=last, new=scene.plan)
    monday = at.today - timedelta(days=at.today.weekday())
    AwayWeek.objects.create(user=scene.world.owner, monday=monday)
    scene.rows |= {
        "last_plan": last,
        "room": room,
        "asked_promise": asked,
        "asked_assumption": about,
        "review": _review(scene, last, at, "planned"),
        "empty_room": _review(scene, before, at, "open"),
        "joint": _review(scene, scene.plan, at, "planned", kind="joint"),
    }


def add_people(scene: Scene, at: Moments) -> None:
    """Said of the people of the map by the owner, and the same person seen elsewhere."""
    champion, buyer = scene.world.champion, scene.world.buyer
    by = {"author_id": scene.owner.id, "said_at": at.now - timedelta(hours=1)}
    line = MapLine.objects.create(kind="influences", start=champion, end=buyer, **by)
    role = HeldRole.objects.create(contact=champion, role="champion", product_line=scene.line, **by)
    scene.rows |= {
        "map_line": line.pk,
        "held_role": role.pk,
        "twin": makers.contact(scene.account, "Priya Raman"),
    }


def _plan(scene: Scene, years: int) -> Plan:
    year = scene.plan.year - years
    return Plan.objects.create(
        account=scene.account,
        year=year,
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        currency="GBP",
        owner=scene.world.owner,
    )


def _review(scene: Scene, plan: Plan, at: Moments, state: str, *, kind: str = "review") -> Review:
    opened = at.now - timedelta(minutes=5) if state == "open" else None
    return Review.objects.create(
        plan=plan, account=scene.account, kind=kind, state=state, opened_at=opened, held_on=at.soon
    )
