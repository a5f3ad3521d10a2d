"""Open opportunities as the challenge rules take plays, each with what the plan itself says of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from sightline.planning.bridge import StageOdds
from sightline.planning.challenges.facts import Pipeline, PlayFacts
from sightline.records.models import Action, Opportunity, OpportunityContactRole, Play
from sightline.records.prepared import prepared
from sightline.records.queries.challenge_given import Challenged
from sightline.records.queries.plan_says import pipeline_of
from sightline.records.queries.stage_odds import deal_odds

Steps = dict[int, tuple[int, int]]


def deal_plays(given: Challenged) -> tuple[PlayFacts, ...]:
    """Every open opportunity that is no renewal. Three queries, two more where the plan has made
    plays of some."""
    deals = _open_deals(list(given.plan.account_ids))
    ids = [deal.pk for deal in deals]
    made = {play.opportunity_id: play for play in _made_of(ids)} if ids else {}
    people = _people(ids, made.values())
    steps = _steps(ids, made.values())
    odds = deal_odds(deals, table=given.setting.stages, convert=given.setting.reporting)
    return tuple(
        _facts(deal, made.get(deal.pk), given, people.get(deal.pk, set()), steps, odds.get(deal.pk))
        for deal in deals
    )


def _facts(
    deal: Opportunity,
    play: Play | None,
    given: Challenged,
    people: set[str],
    steps: Steps,
    odds: StageOdds | None,
) -> PlayFacts:
    past = given.setting.stages.pasts.get(deal.stage_id or 0)
    amount = given.money(deal.amount, deal.currency)
    chance = odds.probability if odds is not None else None
    open_steps, done_steps = steps.get(deal.pk, (0, 0))
    return PlayFacts(
        key=f"opportunity:{deal.pk}",
        created=deal.created_on or given.plan.starts_on,
        amount=amount,
        expected=amount.times(chance) if amount is not None and chance is not None else None,
        owner=str(deal.owner_id) if deal.owner_id else None,
        closes=deal.close_date,
        people=tuple(sorted(people)),
        next_action=deal.next_step or ("open action" if open_steps else None),
        stage_entered=deal.stage_since,
        earliest_days=past.earliest_days if past else None,
        stuck_days=past.stuck_days if past else None,
        actions_done=done_steps,
        # nobody made a play of it: it cannot disagree with itself
        pipeline=Pipeline(amount, amount, deal.close_date, deal.close_date)
        if play is None
        else pipeline_of(play, convert=given.money),
    )


def _people(deal_ids: list[int], made: Iterable[Play]) -> dict[int, set[str]]:
    """Who is named on each deal in the CRM, and whom the plan says that it needs."""
    found: dict[int, set[str]] = {}
    for deal, contact in _roles_on(deal_ids) if deal_ids else ():
        found.setdefault(deal, set()).add(str(contact))
    for play in made:
        needed = {str(one.contact_id) for one in play.people.all()}
        found.setdefault(play.opportunity_id or 0, set()).update(needed)
    return found


def _steps(deal_ids: list[int], made: Iterable[Play]) -> Steps:
    """(open, done since the stage changed) actions by opportunity, those of its play with them."""
    found: Steps = {}
    rows = [*_counted_steps(deal_ids)] if deal_ids else []
    plays = [play.pk for play in made]
    rows += [*_counted_steps_of_plays(plays)] if plays else []
    for deal, still, done in rows:
        before = found.get(deal, (0, 0))
        found[deal] = (before[0] + still, before[1] + done)
    return found


@prepared
def _open_deals(ids: list[int]) -> QuerySet[Opportunity]:
    """Open opportunities that are no renewal."""
    rows = Opportunity.objects.filter(
        account_id__in=ids, removed_at=None, is_closed=False, is_renewal=False
    )
    # not as `renews=None`: hardly a deal renews anything, and SQLite would begin with all of those
    return rows.exclude(renews__gt=0).order_by("pk")


@prepared
def _made_of(deal_ids: list[int]) -> QuerySet[Play]:
    """Plays that somebody made of these deals and did not set aside."""
    rows = Play.objects.filter(opportunity_id__in=deal_ids, removed_at=None, parked=False)
    return rows.select_related("stage", "opportunity__stage").prefetch_related("people")


@prepared
def _roles_on(deal_ids: list[int]) -> QuerySet[OpportunityContactRole, Any]:
    """Who is named on each deal."""
    rows = OpportunityContactRole.objects.filter(opportunity_id__in=deal_ids, removed_at=None)
    return rows.values_list("opportunity_id", "contact_id")


@prepared
def _counted_steps(deal_ids: list[int]) -> QuerySet[Action, Any]:
    """Open actions of each deal, and those done since its stage changed."""
    rows = Action.objects.filter(opportunity_id__in=deal_ids, removed_at=None)
    return _counted(rows.values_list("opportunity_id"), "opportunity__stage_since")


@prepared
def _counted_steps_of_plays(play_ids: list[int]) -> QuerySet[Action, Any]:
    """The same of the plays made of them, without what serves the deal itself."""
    rows = Action.objects.filter(play_id__in=play_ids, removed_at=None)
    # not as `opportunity=None`: most actions serve none, and SQLite would begin with all of those
    rows = rows.exclude(opportunity__gt=0)
    return _counted(rows.values_list("play__opportunity_id"), "play__opportunity__stage_since")


def _counted(rows: QuerySet[Action, Any], since: str) -> QuerySet[Action, Any]:
    return rows.annotate(
        still=Count("pk", filter=Q(state=Action.State.OPEN)),
        done=Count("pk", filter=Q(state=Action.State.DONE) & Q(done_on__gte=F(since))),
    )
