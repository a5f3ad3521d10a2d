"""How each verb of a person is called on the scene: one line a verb, arguments that it accepts.

`CALLS` are verbs that ask whether the person may; `OWN` are verbs on a person's own rows, with the
rows of the scene's owner that nobody else's call may touch.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from sightline.actions import (
    challenges,
    demonstration,
    demonstration_load,
    grants,
    jobs,
    outcomes,
    pins,
    play_actions,
    play_cells,
    plays,
    renewals,
    settings,
    signals,
    targets,
    tiers,
    units,
    views,
    wallet,
    weights,
    whitespace,
    whitespace_bulk,
    whitespace_confirm,
)
from sightline.actions import plans as plan_verbs
from sightline.actions.monday import answers as monday
from sightline.actions.monday import undo
from sightline.planning.challenges import AnswerKind
from sightline.planning.fiscal import PeriodRow
from sightline.planning.money import Money
from sightline.planning.plays import Serves
from sightline.planning.tiering import CRITERIA
from sightline.records.models import CellFact, MondayAnswer, Pin, Play, SavedView
from sightline.records.scoping import Person
from tests import makers
from tests.actions.calls_asking import ASKING, OWN_ASKING
from tests.actions.calls_meetings import OWN_WEEKS, PARTS, PEOPLE, REVIEWS
from tests.actions.calls_selling import SELLING
from tests.actions.scene import NOW, SOON, TODAY, Scene

Call = Callable[[Scene, Person], Any]


def _answering(kind: AnswerKind) -> challenges.Answering:
    return challenges.Answering("renewal:2", kind, "seen", reason="Being written", until=SOON)


def _write_lines(s: Scene, p: Person) -> None:
    """Of a play that has an opportunity."""
    deal = makers.opportunity(s.account, "Pilot")
    Play.objects.filter(pk=s.play.pk).update(opportunity=deal)
    play_cells.write_lines(p, s.play.pk, now=NOW)


def _company(s: Scene, p: Person) -> Any:
    wanted = settings.CompanyValues(
        "Northlight", "GBP", "months", 4, "exit_acv", "line", "Europe/London"
    )
    return settings.set_company(p, wanted, seen_version=s.company_version)


CALLS: dict[str, Call] = {
    **PARTS,
    **REVIEWS,
    **PEOPLE,
    **SELLING,
    **ASKING,
    "challenges.answer_challenge": lambda s, p: challenges.answer_challenge(
        p, s.plan.pk, _answering(AnswerKind.ACT), today=TODAY, now=NOW
    ),
    "challenges.take_back_answer": lambda s, p: challenges.take_back_answer(p, s.answer, now=NOW),
    "demonstration.request_removal": lambda s, p: demonstration.request_removal(p),
    "demonstration_load.request_load": lambda s, p: demonstration_load.request_load(p),
    "grants.grant_account": lambda s, p: grants.grant_account(
        p, grants.Entry(s.reader.id, s.account.pk, "audit"), now=NOW
    ),
    "grants.withdraw_grant": lambda s, p: grants.withdraw_grant(p, s.grant),
    "jobs.cancel_job": lambda s, p: jobs.cancel_job(p, s.waiting_job, now=NOW),
    "jobs.retry_job": lambda s, p: jobs.retry_job(p, s.failed_job, now=NOW),
    "outcomes.want_share": lambda s, p: outcomes.want_share(
        p, TODAY.year, outcomes.ShareWanted("grr"), Decimal("0.9"), seen=0, now=NOW
    ),
    "outcomes.want": lambda s, p: outcomes.want(
        p, TODAY.year, Money(9_000_000_00, "GBP"), seen=0, now=NOW
    ),
    "pins.pin": lambda s, p: pins.pin(p, s.account.pk),
    "plans.set_target": lambda s, p: plan_verbs.set_target(
        p, s.plan.pk, 91_000_00, seen_version=s.plan.version, now=NOW
    ),
    "plans.set_thesis": lambda s, p: plan_verbs.set_thesis(
        p, s.plan.pk, "Field first.", seen_version=s.plan.version, now=NOW
    ),
    "play_actions.add_action": lambda s, p: play_actions.add_action(
        p, s.account.pk, play_actions.NewAction("Call", due_on=SOON)
    ),
    "play_actions.block_action": lambda s, p: play_actions.block_action(
        p, s.action, "no budget", escalate_to=None, now=NOW
    ),
    "play_actions.drop_action": lambda s, p: play_actions.drop_action(
        p, s.action, reason="not needed", seen_version=1, now=NOW
    ),
    "play_actions.finish_action": lambda s, p: play_actions.finish_action(
        p, s.action, seen_version=1, now=NOW, on=TODAY
    ),
    "play_actions.move_action": lambda s, p: play_actions.move_action(
        p, s.action, SOON, reason="holidays", seen_version=1, now=NOW
    ),
    "play_actions.reopen_action": lambda s, p: play_actions.reopen_action(
        p, s.done_action, now=NOW
    ),
    "play_actions.serve": lambda s, p: play_actions.serve(
        p,
        s.action,
        play_actions.NewAction("x", serves=Serves.PLAY, target_id=s.play.pk),
        now=NOW,
    ),
    "play_actions.tick_item": lambda s, p: play_actions.tick_item(
        p, s.action, 0, done=True, now=NOW
    ),
    "play_cells.set_cells": lambda s, p: play_cells.set_cells(
        p, s.play.pk, [(None, s.world.extra.pk)], seen_version=s.play.version, now=NOW
    ),
    "play_cells.write_lines": _write_lines,
    "plays.change_play": lambda s, p: plays.change_play(
        p, s.play.pk, {"value": 70_000_00}, seen_version=s.play.version, now=NOW
    ),
    "plays.link_opportunity": lambda s, p: plays.link_opportunity(
        p, s.play.pk, s.world.deal.pk, now=NOW
    ),
    "plays.park_play": lambda s, p: plays.park_play(p, s.play.pk, parked=True, now=NOW),
    "plays.request_opportunity": lambda s, p: plays.request_opportunity(p, s.play.pk, now=NOW),
    "plays.set_people": lambda s, p: plays.set_people(p, s.play.pk, [s.world.champion.pk], now=NOW),
    "plays.settle_play": lambda s, p: plays.settle_play(
        p, s.play.pk, "lost", reason="price", now=NOW, on=TODAY
    ),
    "plays.start_play": lambda s, p: plays.start_play(
        p,
        s.account.pk,
        plays.NewPlay("Rollout", cells=s.cells, value=50_000_00, currency="GBP"),
        crm=plays.InCrm(create=True),
        now=NOW,
        on=TODAY,
    ),
    "renewals.set_renewal": lambda s, p: renewals.set_renewal(
        p,
        s.world.contract.pk,
        renewals.WantedStrategy(
            goal=renewals.GOALS[0],
            risk="high",
            owner_id=s.world.owner.pk,
            decider_id=s.world.champion.pk,
        ),
        seen_version=0,
        now=NOW,
    ),
    "settings.drop_number": lambda s, p: settings.drop_number(p, s.own_number),
    "settings.set_company": _company,
    "settings.set_line_kind": lambda s, p: settings.set_line_kind(
        p, s.line.pk, "one_off", seen_version=s.line.version
    ),
    "settings.set_number": lambda s, p: settings.set_number(
        p, settings.OwnNumber(s.own_number, s.own_value, TODAY, "tried out"), now=NOW
    ),
    "settings.set_plan_fields": lambda s, p: settings.set_plan_fields(
        p, [], seen_version=s.company_version
    ),
    "settings.set_periods": lambda s, p: settings.set_periods(p, _periods(TODAY.year)),
    "signals.dismiss_signal": lambda s, p: signals.dismiss_signal(
        p, s.signal, reason="in hand", now=NOW
    ),
    "signals.restore_signal": lambda s, p: signals.restore_signal(p, s.signal),
    "targets.set_target_parts": lambda s, p: targets.set_target_parts(
        p,
        s.plan.pk,
        [targets.WantedPart("retain", 91_000_00)],
        seen_version=s.plan.version,
        on=TODAY,
        now=NOW,
    ),
    "tiers.accept_many": lambda s, p: tiers.accept_many(p, {s.account.pk: None}, now=NOW),
    "tiers.accept_tier": lambda s, p: tiers.accept_tier(
        p, s.account.pk, seen_decision=None, now=NOW
    ),
    "tiers.answer_importance": lambda s, p: tiers.answer_importance(
        p, s.account.pk, dict.fromkeys(CRITERIA, 2), reason="reference", now=NOW
    ),
    "tiers.override_tier": lambda s, p: tiers.override_tier(
        p, s.account.pk, tiers.Override(2, "merger", SOON), seen_decision=None, now=NOW
    ),
    "tiers.undo_decision": lambda s, p: tiers.undo_decision(p, s.decision, now=NOW),
    "tiers.undo_many": lambda s, p: tiers.undo_many(p, [s.decision], now=NOW),
    "units.add_unit": lambda s, p: units.add_unit(p, s.account.pk, "Logistics"),
    "units.merge_unit": lambda s, p: units.merge_unit(p, s.other_unit.pk, s.unit.pk, now=NOW),
    "units.move_unit": lambda s, p: units.move_unit(p, s.other_unit.pk, s.unit.pk, now=NOW),
    "wallet.add_estimate": lambda s, p: wallet.add_estimate(
        p,
        s.account.pk,
        wallet.GivenEstimate(300_000_00, "GBP", "their report"),
        on=TODAY,
        now=NOW,
    ),
    "wallet.class_supplier": lambda s, p: wallet.class_supplier(
        p, s.account.pk, s.supplier, "competitor"
    ),
    "wallet.keep_spend": lambda s, p: wallet.keep_spend(
        p,
        s.account.pk,
        wallet.GivenFile("more.csv", "1" * 64, 2, "GBP"),
        s.months,
        parameters=s.numbers,
        now=NOW,
    ),
    "wallet.same_supplier": lambda s, p: wallet.same_supplier(
        p, s.account.pk, s.supplier, s.other_supplier
    ),
    "wallet.set_step": lambda s, p: wallet.set_step(p, s.account.pk, 9_000_00, currency="GBP"),
    "wallet.undo_spend": lambda s, p: wallet.undo_spend(p, s.spend, now=NOW),
    "weights.adopt": lambda s, p: weights.adopt(
        p, {s.own_number: s.own_value}, reason="tried out", since=TODAY, now=NOW
    ),
    "weights.ask_to_measure": lambda s, p: weights.ask_to_measure(p),
    "weights.ask_to_try": lambda s, p: weights.ask_to_try(
        p, {"tiering.capacity_tier_1": 3}, version="1"
    ),
    "whitespace.choose_method": lambda s, p: whitespace.choose_method(
        s.place, "hand", saying=s.saying(p)
    ),
    "whitespace.decline_suggestion": lambda s, p: whitespace.decline_suggestion(
        s.place, "no fit", saying=s.saying(p)
    ),
    "whitespace.override_path": lambda s, p: whitespace.override_path(
        s.place, "access", 3, reason="met", saying=s.saying(p)
    ),
    "whitespace.require_write": lambda s, p: whitespace.require_write(p, s.account.pk),
    "whitespace.say_eligibility": lambda s, p: whitespace.say_eligibility(
        s.place, "not_applicable", reason="no plant", saying=s.saying(p)
    ),
    "whitespace.say_holder": lambda s, p: whitespace.say_holder(
        s.place, "competitor", competitor="Tessera", saying=s.saying(p)
    ),
    "whitespace.say_need": lambda s, p: whitespace.say_need(s.place, 1, saying=s.saying(p)),
    "whitespace.say_value": lambda s, p: whitespace.say_value(
        s.place, (1_00, 2_00, 3_00), currency="GBP", saying=s.saying(p)
    ),
    "whitespace.set_cell_owner": lambda s, p: whitespace.set_cell_owner(
        s.place, s.world.owner.pk, saying=s.saying(p)
    ),
    "whitespace.take_back": lambda s, p: whitespace.take_back(s.said, "need", saying=s.saying(p)),
    "whitespace_confirm.confirm_cell": lambda s, p: whitespace_confirm.confirm_cell(
        s.place, saying=s.saying(p), seen=list(CellFact.objects.values_list("pk", flat=True))
    ),
    "whitespace_bulk.say_of_many": lambda s, p: whitespace_bulk.say_of_many(
        [s.place, s.said], whitespace_bulk.Bulk("need", {"level": 0}), saying=s.saying(p)
    ),
    "whitespace_bulk.undo_batch": lambda s, p: whitespace_bulk.undo_batch(p, s.batch, now=NOW),
}


def _periods(year: int) -> tuple[PeriodRow, ...]:
    months = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    return tuple(
        PeriodRow(
            year, n + 1, months[n], date.fromordinal(months[n + 1].toordinal() - 1), n // 3 + 1
        )
        for n in range(12)
    )


OWN: dict[str, tuple[Call, Callable[[Scene], Any]]] = {
    **OWN_WEEKS,
    **OWN_ASKING,
    "monday.answers.answer_act": (
        lambda s, p: monday.answer_act(p, monday.Answer(s.act, "done"), now=NOW),
        lambda s: MondayAnswer.objects.filter(sign_in_id=s.owner.id),
    ),
    "monday.undo.undo_answer": (
        lambda s, p: undo.undo_answer(p, s.given_answer, now=NOW),
        lambda s: MondayAnswer.objects.filter(sign_in_id=s.owner.id),
    ),
    "pins.unpin": (
        lambda s, p: pins.unpin(p, s.account.pk),
        lambda s: Pin.objects.filter(sign_in_id=s.owner.id),
    ),
    "views.remove_view": (
        lambda s, p: views.remove_view(p, s.view),
        lambda s: SavedView.objects.filter(sign_in_id=s.owner.id),
    ),
    "views.save_view": (
        lambda s, p: views.save_view(p, "portfolio", "Mine", "tier=2"),
        lambda s: SavedView.objects.filter(sign_in_id=s.owner.id),
    ),
}
