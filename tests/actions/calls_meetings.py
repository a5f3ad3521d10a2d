"""How verbs on a plan's parts, its reviews and its people are called on the scene.

Where somebody may not even see what a verb is about, it says that there is no such thing:
`hidden` reads that as the refusal it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sightline.actions import (
    account_health,
    assumptions,
    commitments,
    explanations,
    objectives,
    priorities,
    relationships,
    risks,
    rolling,
    season,
    seen_again,
    swot,
)
from sightline.actions import stakeholders as people
from sightline.actions.people_data.ask import ask_erasure
from sightline.actions.reviews import allow, closing, joint, room, schedule
from sightline.actions.reviews.assumptions import answer_assumption
from sightline.actions.stakeholders.access import require
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.fiscal import FiscalYear
from sightline.planning.periods import Window
from sightline.planning.permissions import Category
from sightline.planning.reviews import Ending
from sightline.records.models import AwayWeek, SeenAddress
from sightline.records.queries.plan_parts.explanations import Asked
from sightline.records.queries.rolling import roll_rows
from sightline.records.scoping import Person, visible_accounts
from tests.actions.scene import NOW, SOON, TODAY, Scene

Call = Callable[[Scene, Person], Any]


def hidden(call: Call) -> Call:
    """A refusal where the person does not see the account and is told that nothing is there."""

    def asked(scene: Scene, person: Person) -> Any:
        try:
            return call(scene, person)
        except InvalidValue as unseen:
            if visible_accounts(person).filter(pk=scene.account.pk).exists():
                raise
            raise NotAllowed("There is no such person.") from unseen

    return asked


def _explain(s: Scene, p: Person) -> Any:
    names = sorted(explanations.NAMES)[: explanations.LEAST_RIVALS]
    said = explanations.Said(
        rivals=tuple((name, "so it looks", "") for name in names),
        belief=names[0],
        would_change="An order",
        look_again=SOON,
    )
    asked = Asked("line:2", s.line.pk, s.line.name, -1_00, 9_00, "GBP", "fell")
    return explanations.explain(p, s.plan.pk, asked, said, today=TODAY, now=NOW)


def _roll(s: Scene, p: Person) -> Any:
    """Everything of last year's plan is dropped, then it is rolled on into a year to come."""
    plan = s.plan.pk
    for row in roll_rows(plan, reach=[s.account.pk]):
        rolling.decide_item(p, plan, row.key, "drop", why="over", now=NOW)
    days = Window(s.plan.ends_on + timedelta(days=1), s.plan.ends_on + timedelta(days=365))
    year = FiscalYear(s.plan.year + 1, days, ())
    return rolling.roll_plan(p, plan, year=year, currency="GBP", on=TODAY, now=NOW)


def _threat(scene: Scene) -> swot.WantedItem:
    return swot.WantedItem("threat", "A rival is in", f"risk:{scene.risk}")


def _seen(scene: Scene) -> int:
    """An address that wrote about the account."""
    row, _ = SeenAddress.objects.get_or_create(
        account=scene.account, address="zoe@x.example", defaults={"last_on": TODAY}
    )
    return row.pk


def _take_back(s: Scene, p: Person) -> int:
    """What one said oneself a moment ago."""
    then = NOW + timedelta(seconds=1)
    people.move_person(p, s.account.pk, s.twin.pk, s.world.champion.pk, now=then)
    return people.take_back(p, s.account.pk, then, now=then + timedelta(seconds=1))


def _saying(s: Scene, p: Person) -> people.Saying:
    return people.Saying(p, s.account.pk, s.world.champion.pk, NOW)


PARTS: dict[str, Call] = {
    "account_health.end_override": lambda s, p: account_health.end_override(p, s.plan.pk, now=NOW),
    "account_health.override_health": lambda s, p: account_health.override_health(
        p, s.plan.pk, 50, reason="They told us", until=SOON, today=TODAY, now=NOW
    ),
    "assumptions.remove_assumption": lambda s, p: assumptions.remove_assumption(
        p, s.plan.pk, s.assumption, now=NOW
    ),
    "assumptions.settle_assumption": lambda s, p: assumptions.settle_assumption(
        p,
        s.plan.pk,
        s.assumption,
        "false",
        look_again=None,
        today=TODAY,
        seen_version=1,
        now=NOW,
    ),
    "explanations.add_column": lambda s, p: explanations.add_column(
        p,
        s.plan.pk,
        s.explanation.pk,
        explanations.Column(
            "They stopped a line", {sorted(explanations.NAMES)[0]: "for"}, "them", Decimal(1)
        ),
        now=NOW,
    ),
    "explanations.explain": _explain,
    "explanations.remove_column": lambda s, p: explanations.remove_column(
        p, s.plan.pk, s.explanation.pk, s.column, now=NOW
    ),
    "explanations.settle_explanation": lambda s, p: explanations.settle_explanation(
        p,
        s.plan.pk,
        s.explanation.pk,
        sorted(explanations.NAMES)[0],
        seen_version=s.explanation.version,
        now=NOW,
    ),
    "objectives.set_objective_state": lambda s, p: objectives.set_objective_state(
        p, s.plan.pk, s.objective, "met", seen_version=1, now=NOW
    ),
    "priorities.add_priority": lambda s, p: priorities.add_priority(
        p,
        s.plan.pk,
        priorities.WantedPriority("Faster starts", TODAY, said_as="their works council"),
        today=TODAY,
        now=NOW,
    ),
    "priorities.answer_priority": lambda s, p: priorities.answer_priority(
        p, s.plan.pk, s.priority, [f"play:{s.play.pk}"], seen_version=1, now=NOW
    ),
    "priorities.remove_priority": lambda s, p: priorities.remove_priority(
        p, s.plan.pk, s.priority, now=NOW
    ),
    "priorities.restore_priority": lambda s, p: priorities.restore_priority(
        p, s.plan.pk, s.gone_priority, today=TODAY
    ),
    "priorities.set_standing": lambda s, p: priorities.set_standing(
        p, s.plan.pk, s.priority, "confirmed", seen_version=1, now=NOW
    ),
    "risks.end_risk": lambda s, p: risks.end_risk(p, s.plan.pk, s.risk, today=TODAY),
    "risks.set_risk": lambda s, p: risks.set_risk(
        p, s.plan.pk, s.risk, risks.WantedRisk("A takeover"), seen_version=1, now=NOW
    ),
    "rolling.decide_item": lambda s, p: rolling.decide_item(
        p, s.plan.pk, f"objective:{s.objective}", "keep", why="", now=NOW
    ),
    "rolling.roll_plan": _roll,
    "rolling.sign_roll": lambda s, p: rolling.sign_roll(p, s.last_plan.pk, now=NOW),
    "swot.add_item": lambda s, p: swot.add_item(p, s.plan.pk, _threat(s), now=NOW),
    "swot.remove_item": lambda s, p: swot.remove_item(p, s.plan.pk, s.swot, now=NOW),
    "swot.restore_item": lambda s, p: swot.restore_item(p, s.plan.pk, s.gone_swot),
    "swot.set_item": lambda s, p: swot.set_item(
        p, s.plan.pk, s.swot, _threat(s), seen_version=1, now=NOW
    ),
    "season.set_season": lambda s, p: season.set_season(
        p, TODAY.year + 1, TODAY, SOON, until={}, now=NOW
    ),
}

REVIEWS: dict[str, Call] = {
    "commitments.answer_commitment": lambda s, p: commitments.answer_commitment(
        p,
        s.asked_promise.pk,
        kept=True,
        why="",
        seen_version=s.asked_promise.version,
        on=TODAY,
        now=NOW,
    ),
    "commitments.carry_over": lambda s, p: commitments.carry_over(
        p, s.asked_promise.pk, SOON + timedelta(days=7), why="holidays", now=NOW
    ),
    "reviews.allow.in_the_room": lambda s, p: allow.in_the_room(p, s.room.pk),
    "reviews.allow.writable": lambda s, p: allow.writable(p, s.review.pk),
    "reviews.assumptions.answer_assumption": lambda s, p: answer_assumption(
        p,
        s.asked_assumption.pk,
        "holds",
        why="",
        seen_version=s.asked_assumption.version,
        on=TODAY,
        now=NOW,
    ),
    "reviews.closing.close_review": lambda s, p: closing.close_review(
        p, s.empty_room.pk, on=TODAY, now=NOW
    ),
    "reviews.joint.close_joint": lambda s, p: joint.close_joint(p, s.joint.pk, on=TODAY, now=NOW),
    "reviews.joint.write_note": lambda s, p: joint.write_note(
        p,
        s.joint.pk,
        joint.NewNote("priority", "Fewer stops", contact_id=s.world.champion.pk),
        on=TODAY,
        now=NOW,
    ),
    "reviews.room.answer_item": lambda s, p: room.answer_item(
        p, s.asked_promise.pk, "not_kept", why="no time", seen_version=1, now=NOW
    ),
    "reviews.room.mark_attendance": lambda s, p: room.mark_attendance(
        p, s.room.pk, s.world.owner.pk, "present", now=NOW
    ),
    "reviews.room.open_room": lambda s, p: room.open_room(
        p, s.review.pk, [room.NewItem("play:1", "play")], on=TODAY, now=NOW
    ),
    "reviews.room.reopen_item": lambda s, p: room.reopen_item(p, s.asked_promise.pk, now=NOW),
    "reviews.room.run_clock": lambda s, p: room.run_clock(
        p, s.room.pk, part="progress", running=True, now=NOW
    ),
    "reviews.room.settle_item": lambda s, p: room.settle_item(
        p,
        s.asked_promise.pk,
        room.Settling(Ending.DECISION, "Go on"),
        seen_version=s.asked_promise.version,
        now=NOW,
    ),
    "reviews.room.write_minute": lambda s, p: room.write_minute(p, s.room.pk, "Agreed.", now=NOW),
    "reviews.schedule.move_review": lambda s, p: schedule.move_review(
        p, s.review.pk, SOON, reason="holidays", on=TODAY, now=NOW
    ),
    "reviews.schedule.plan_review": lambda s, p: schedule.plan_review(
        p, s.last_plan.pk, SOON, kind="joint", on=TODAY
    ),
}

PEOPLE: dict[str, Call] = {
    "people_data.ask.ask_erasure": lambda s, p: ask_erasure(
        p, s.twin.pk, seen_version=s.twin.version, confirmed=True, now=NOW
    ),
    "relationships.ask_for": hidden(
        lambda s, p: relationships.ask_for(
            p, s.account.pk, relationships.Wanted(s.world.champion.pk, "champion", None, SOON)
        )
    ),
    "seen_again.answer": hidden(
        lambda s, p: seen_again.answer(p, s.world.buyer.pk, s.twin.pk, same=True, now=NOW)
    ),
    "stakeholders.access.require": lambda s, p: require(p, s.account.pk, Category.OPINIONS),
    "stakeholders.asking.set_map_settings": lambda s, p: people.set_map_settings(
        p, people.MapChoices(("interests",), (), {}), seen_version=1
    ),
    "stakeholders.linking.draw_line": lambda s, p: people.draw_line(
        p,
        s.account.pk,
        "conflicts",
        start_id=s.world.champion.pk,
        end_id=s.world.buyer.pk,
        now=NOW,
    ),
    "stakeholders.linking.end_line": lambda s, p: people.end_line(
        p, s.account.pk, s.map_line, now=NOW
    ),
    "stakeholders.opinions.say": lambda s, p: people.say(_saying(s, p), "stance", "supports"),
    "stakeholders.opinions.say_many": lambda s, p: people.say_many(
        p, s.account.pk, [s.world.champion.pk], kind="stance", value="supports", now=NOW
    ),
    "stakeholders.opinions.rate": lambda s, p: people.rate(_saying(s, p), 3),
    "stakeholders.opinions.read_notes": lambda s, p: people.read_notes(
        p, s.account.pk, s.world.champion.pk
    ),
    "stakeholders.people.add_person": lambda s, p: people.add_person(
        p, s.account.pk, people.NewPerson("Ada Novak"), now=NOW, on=TODAY
    ),
    "stakeholders.people.set_fact": lambda s, p: people.set_fact(
        p, s.account.pk, s.world.champion.pk, "title", "Director", now=NOW, on=TODAY
    ),
    "stakeholders.roles.end_role": lambda s, p: people.end_role(
        p, s.account.pk, s.held_role, now=NOW
    ),
    "stakeholders.roles.hold_role": lambda s, p: people.hold_role(
        p,
        s.account.pk,
        s.world.champion.pk,
        "technical",
        of=people.Decision(line_id=s.line.pk),
        influence=2,
        now=NOW,
    ),
    "stakeholders.roles.set_role": lambda s, p: people.set_role(
        p, s.account.pk, s.world.champion.pk, "coach", seen=None, now=NOW
    ),
    "stakeholders.roles.tell_role": lambda s, p: people.tell_role(
        p, s.account.pk, s.twin.pk, s.world.deal.pk, "technical"
    ),
    "stakeholders.seen.add_seen": lambda s, p: people.add_seen(
        p, s.account.pk, _seen(s), now=NOW, on=TODAY
    ),
    "stakeholders.seen.forget_seen": lambda s, p: people.forget_seen(p, s.account.pk, _seen(s)),
    "stakeholders.undoing.take_back": _take_back,
}


OWN_WEEKS: dict[str, tuple[Call, Callable[[Scene], Any]]] = {
    "reviews.schedule.mark_away": (
        lambda s, p: schedule.mark_away(p, TODAY, away=False),
        lambda s: AwayWeek.objects.filter(user=s.world.owner),
    ),
}
