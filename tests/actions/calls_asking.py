"""How verbs of asking, of one's own messages, of renewals, metrics and own rules are called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from sightline.actions import (
    asks,
    calls,
    challenge_rules,
    map_files,
    metrics,
    renewal_groups,
    renewal_outcomes,
    two_pages,
)
from sightline.actions.messages import wishes
from sightline.actions.monday import call, delegate
from sightline.planning.notices import Quiet
from sightline.records.models import (
    CalendarFeed,
    ChatHook,
    Contract,
    Job,
    Mention,
    MessageWish,
    MondayAnswer,
    Question,
    QuietHours,
)
from sightline.records.scoping import Person
from tests.actions.scene import NOW, SOON, TODAY, Scene

Call = Callable[[Scene, Person], Any]
HOST = "hooks.slack.example"


def _ask(s: Scene, p: Person) -> int:
    new = asks.NewQuestion(s.account.pk, "account", "", "What for?", s.world.owner.pk, SOON)
    return asks.ask(p, new, on=TODAY, now=NOW)


def _lost(s: Scene, p: Person) -> list[int]:
    decided = renewal_outcomes.Decided(True, None, None, TODAY, reason="price")
    return renewal_outcomes.record_outcome(p, s.ending, decided, today=TODAY, now=NOW)


ASKING: dict[str, Call] = {
    "asks.ask": _ask,
    "calls.log_call": lambda s, p: calls.log_call(
        p, s.world.champion.pk, reached=True, on=TODAY, now=NOW
    ),
    "challenge_rules.adopt_rules": lambda s, p: challenge_rules.adopt_rules(
        p, s.draft, seen=None, now=NOW
    ),
    "challenge_rules.drop_draft": lambda s, p: challenge_rules.drop_draft(p, s.draft),
    "challenge_rules.switch_rule": lambda s, p: challenge_rules.switch_rule(
        p, "single_thread", on=False, seen=None, now=NOW
    ),
    "map_files.draw_map": lambda s, p: map_files.draw_map(
        p, s.account.pk, map_files.Wanted("pdf", paper="none", opinions=False, roles=False)
    ),
    "challenge_rules.upload_rules": lambda s, p: challenge_rules.upload_rules(p, "", now=NOW),
    "metrics.drop_metric": lambda s, p: metrics.drop_metric(p, s.plan.pk, "nrr"),
    "metrics.set_metric": lambda s, p: metrics.set_metric(
        p,
        s.plan.pk,
        metrics.WantedMetric("grr", Decimal("0.95"), SOON, None),
        seen_version=0,
        now=NOW,
    ),
    "renewal_groups.renew_apart": lambda s, p: renewal_groups.renew_apart(p, s.group),
    "renewal_groups.renew_together": lambda s, p: renewal_groups.renew_together(
        p, s.together, ends_on=TODAY + timedelta(days=90)
    ),
    "renewal_groups.set_clauses": lambda s, p: renewal_groups.set_clauses(
        p, s.ending, renewal_groups.Clauses(Decimal(3), 30, True), seen_version=1, now=NOW
    ),
    "renewal_outcomes.record_outcome": _lost,
    "renewal_outcomes.require": lambda s, p: renewal_outcomes.require(
        p, Contract.objects.get(pk=s.ending)
    ),
    "renewal_outcomes.take_back_outcome": lambda s, p: renewal_outcomes.take_back_outcome(
        p, s.outcome, today=TODAY, now=NOW
    ),
}


def _answers(s: Scene) -> Any:
    return MondayAnswer.objects.filter(sign_in_id=s.owner.id)


def _asked_of(s: Scene) -> Any:
    return Question.objects.filter(asked_of_id=s.owner.crm_user_id)


def _delegate(s: Scene, p: Person) -> int:
    wanted = delegate.Delegation(s.act, s.colleague, SOON)
    return delegate.delegate_act(p, wanted, now=NOW)


OWN_ASKING: dict[str, tuple[Call, Callable[[Scene], Any]]] = {
    "map_files.stop_drawing": (
        lambda s, p: map_files.stop_drawing(p, s.rows["map_file"], now=NOW),
        lambda s: Job.objects.filter(pk=s.rows["map_file"]),
    ),
    "two_pages.stop_print": (
        lambda s, p: two_pages.stop_print(p, s.rows["print"], now=NOW),
        lambda s: Job.objects.filter(pk=s.rows["print"]),
    ),
    "asks.answer_question": (
        lambda s, p: asks.answer_question(p, s.question, "Since May", now=NOW),
        _asked_of,
    ),
    "asks.pass_on": (
        lambda s, p: asks.pass_on(p, s.question, s.colleague, now=NOW),
        lambda s: Question.objects.filter(pk=s.question),
    ),
    "asks.withdraw": (
        lambda s, p: asks.withdraw(p, s.asked, now=NOW),
        lambda s: Question.objects.filter(pk=s.asked),
    ),
    "asks.see_mention": (
        lambda s, p: asks.see_mention(p, s.mention, now=NOW),
        lambda s: Mention.objects.filter(pk=s.mention),
    ),
    "monday.call.call_act": (
        lambda s, p: call.call_act(p, s.call_act, reached=True, now=NOW),
        _answers,
    ),
    "monday.delegate.delegate_act": (_delegate, _answers),
    "messages.wishes.make_feed": (
        lambda s, p: wishes.make_feed(p, now=NOW),
        lambda s: CalendarFeed.objects.filter(sign_in_id=s.owner.id),
    ),
    "messages.wishes.revoke_feed": (
        lambda s, p: wishes.revoke_feed(p),
        lambda s: CalendarFeed.objects.filter(sign_in_id=s.owner.id),
    ),
    "messages.wishes.set_hook": (
        lambda s, p: wishes.set_hook(p, "slack", f"https://{HOST}/x", hosts=[HOST], now=NOW),
        lambda s: ChatHook.objects.filter(sign_in_id=s.owner.id),
    ),
    "messages.wishes.remove_hook": (
        lambda s, p: wishes.remove_hook(p, "slack"),
        lambda s: ChatHook.objects.filter(sign_in_id=s.owner.id),
    ),
    "messages.wishes.set_quiet": (
        lambda s, p: wishes.set_quiet(p, Quiet(time(20), time(7), True)),
        lambda s: QuietHours.objects.filter(sign_in_id=s.owner.id),
    ),
    "messages.wishes.set_wishes": (
        lambda s, p: wishes.set_wishes(p, {"question": "at_once"}),
        lambda s: MessageWish.objects.filter(sign_in_id=s.owner.id),
    ),
}
