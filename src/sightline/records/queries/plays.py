"""Plays and actions of one account as the rules of plays take them.

An open opportunity that nobody made a play of is a play too: it has the opportunity's key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from sightline.planning.challenges import Pipeline
from sightline.planning.money import Converter, Rates
from sightline.planning.plays import Action, Cell, Column, Done, Opportunity, Play, Serves, Stage
from sightline.records import models
from sightline.records.queries.account_grid import WHOLE
from sightline.records.queries.plan_says import pipeline_of

Reach = Sequence[int]


@dataclass(frozen=True, slots=True)
class PlayRow:
    """One play with what a card shows. `id` is None where it is an opportunity alone. `said` is what
    the plan says of it beside what the CRM has, where it has an opportunity."""

    id: int | None
    version: int
    play: Play
    owner: str
    opportunity_id: int | None
    probability: float | None
    stage_id: int | None
    requested: bool
    outcome: str
    outcome_on: date | None
    outcome_reason: str
    won: bool
    closed: bool
    actions: tuple[Action, ...]
    template_id: int | None
    said: Pipeline | None = None


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One action with who owes it and what stands in its way."""

    id: int
    version: int
    action: Action
    owner: str
    blocked_by: str
    escalated_to: str
    escalated_id: str
    checklist: tuple[tuple[str, bool], ...]
    repeats: int | None


@dataclass(frozen=True, slots=True)
class PlayBook:
    """Everything of one account: plays, all actions, the organisation's own stages."""

    plays: tuple[PlayRow, ...]
    actions: tuple[ActionRow, ...]
    stages: Mapping[str, Stage]
    currency: str


def play_book(
    planning_id: int, *, reach: Reach, currency: str, rates: Rates, since: date, on: date
) -> PlayBook:
    """Plays of a planning account and the deals of the accounts in `reach`, with all actions.

    Eight queries, whatever their number.
    """
    actions = _actions(reach)
    convert = Converter(currency, rates, on)
    rows = list(
        models.Play.objects.filter(account_id=planning_id, removed_at=None)
        .filter(Q(outcome="") | Q(outcome_on__gte=since))
        .select_related("owner", "stage", "opportunity__stage", "opportunity__owner")
        .order_by("pk")
    )
    cells = _cells([row.pk for row in rows])
    people = _people([row.pk for row in rows])
    by_play: dict[str, list[Action]] = {}
    for one in actions:
        if one.action.serves is Serves.PLAY and one.action.target:
            by_play.setdefault(one.action.target, []).append(one.action)
    made = [_made(row, cells, people, by_play, convert) for row in rows]
    tied = {row.opportunity_id for row in rows if row.opportunity_id}
    deals = _deals(reach, tied, since=since)
    found = [*made, *(_deal(row, by_play, convert) for row in deals)]
    return PlayBook(tuple(found), actions, own_stages(), currency)


def own_stages() -> dict[str, Stage]:
    """The organisation's stages with the column somebody mapped each to. One query."""
    rows = models.Stage.objects.order_by("position", "pk").values_list(
        "name", "position", "is_closed", "is_won", "column__column"
    )
    columns = set(Column)
    return {
        name: Stage(name, order, closed, won, Column(column) if column in columns else None)
        for name, order, closed, won, column in rows
    }


def open_opportunities(
    reach: Reach, *, currency: str, rates: Rates, on: date
) -> tuple[tuple[Opportunity, ...], frozenset[str]]:
    """Open opportunities as a play may be linked to them, and those tied to one. Three queries."""
    convert = Converter(currency, rates, on)
    rows = models.Opportunity.objects.filter(
        account_id__in=reach, is_closed=False, removed_at=None, is_renewal=False
    ).order_by("pk")
    lines: dict[int, set[str]] = {}
    for deal, line in models.OpportunityLine.objects.filter(
        opportunity__in=rows.values("pk"), removed_at=None, product_line__isnull=False
    ).values_list("opportunity_id", "product_line_id"):
        lines.setdefault(deal, set()).add(str(line))
    found = tuple(
        Opportunity(
            key=str(pk),
            name=name,
            lines=frozenset(lines.get(pk, ())),
            units=frozenset({str(unit)}) if unit else frozenset(),
            close=close,
            amount=convert(amount, code),
        )
        for pk, name, unit, close, amount, code in rows.values_list(
            "pk", "name", "unit_id", "close_date", "amount", "currency"
        )
    )
    taken = models.Play.objects.filter(
        opportunity__account_id__in=reach, removed_at=None
    ).values_list("opportunity_id", flat=True)
    return found, frozenset(str(one) for one in taken)


def _cells(ids: list[int]) -> dict[int, list[Cell]]:
    found: dict[int, list[Cell]] = {}
    rows = models.PlayCell.objects.filter(play_id__in=ids).order_by("pk")
    for play, unit, line in rows.values_list("play_id", "unit_id", "product_line_id"):
        found.setdefault(play, []).append((str(unit) if unit else WHOLE, str(line)))
    return found


def _people(ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = models.PlayPerson.objects.filter(play_id__in=ids).order_by("pk")
    for play, contact in rows.values_list("play_id", "contact_id"):
        found.setdefault(play, []).append(str(contact))
    return found


def _made(
    row: models.Play,
    cells: Mapping[int, list[Cell]],
    people: Mapping[int, list[str]],
    by_play: Mapping[str, list[Action]],
    convert: Converter,
) -> PlayRow:
    deal, key = row.opportunity, f"play:{row.pk}"
    done = by_play.get(key, [])
    if deal is not None:
        done = [*done, *by_play.get(f"opportunity:{deal.pk}", [])]
    owner = deal.owner if deal is not None else row.owner
    stage = deal.stage if deal is not None else row.stage
    value = convert(deal.amount, deal.currency) if deal else convert(row.value, row.currency)
    step = _next(done) or (deal.next_step if deal else "")
    play = Play(
        key=key,
        name=row.name,
        created=row.created_on,
        cells=tuple(cells.get(row.pk, ())),
        renewal=f"contract:{row.renewal_id}" if row.renewal_id else None,
        owner=str(owner.pk) if owner else None,
        value=value,
        target_close=deal.close_date if deal is not None else row.target_close,
        people=tuple(people.get(row.pk, ())),
        answers=row.answers or None,
        next_action=step or None,
        opportunity=str(deal.pk) if deal is not None else None,
        stage=stage.name if stage is not None else None,
        stage_since=deal.stage_since if deal is not None else row.created_on,
        parked=row.parked,
    )
    return PlayRow(
        id=row.pk,
        version=row.version,
        play=play,
        owner=owner.name if owner else "",
        opportunity_id=deal.pk if deal is not None else None,
        probability=_chance(stage),
        stage_id=stage.pk if stage is not None else None,
        requested=row.opportunity_requested_at is not None and deal is None,
        outcome=row.outcome,
        outcome_on=row.outcome_on,
        outcome_reason=row.outcome_reason,
        won=row.outcome == "won" or bool(deal and deal.is_won),
        closed=bool(row.outcome) or bool(deal and deal.is_closed),
        actions=tuple(done),
        template_id=row.template_id,
        said=pipeline_of(row, convert=convert),
    )


def _chance(stage: models.Stage | None) -> float | None:
    if stage is None or stage.probability is None:
        return None
    return float(stage.probability) / 100


def _next(actions: Sequence[Action]) -> str:
    due = [one for one in actions if one.state is Done.OPEN]
    due.sort(key=lambda one: (one.due is None, one.due or date.max))
    return due[0].name if due else ""


@dataclass(frozen=True, slots=True)
class _Deal:
    row: models.Opportunity
    cells: tuple[Cell, ...]
    people: tuple[str, ...]


def _deals(reach: Reach, tied: set[int], *, since: date) -> list[_Deal]:
    rows = list(
        models.Opportunity.objects.filter(account_id__in=reach, removed_at=None, is_renewal=False)
        # not as `renews=None`: hardly a deal renews anything, and SQLite would begin with all of those
        .exclude(renews__gt=0)
        .filter(Q(is_closed=False) | Q(close_date__gte=since))
        .exclude(pk__in=tied)
        .select_related("stage", "owner")
        .order_by("close_date", "pk")
    )
    ids = [row.pk for row in rows]
    cells: dict[int, list[Cell]] = {}
    units = {row.pk: str(row.unit_id) if row.unit_id else WHOLE for row in rows}
    for deal, line in models.OpportunityLine.objects.filter(
        opportunity_id__in=ids, removed_at=None, product_line__isnull=False
    ).values_list("opportunity_id", "product_line_id"):
        cells.setdefault(deal, []).append((units[deal], str(line)))
    people: dict[int, list[str]] = {}
    for deal, contact in models.OpportunityContactRole.objects.filter(
        opportunity_id__in=ids, removed_at=None
    ).values_list("opportunity_id", "contact_id"):
        people.setdefault(deal, []).append(str(contact))
    return [
        _Deal(
            row,
            tuple(dict.fromkeys(cells.get(row.pk, ()))),
            tuple(dict.fromkeys(people.get(row.pk, ()))),
        )
        for row in rows
    ]


def _deal(found: _Deal, by_play: Mapping[str, list[Action]], convert: Converter) -> PlayRow:
    row, key = found.row, f"opportunity:{found.row.pk}"
    done = by_play.get(key, [])
    play = Play(
        key=key,
        name=row.name,
        created=row.created_on or row.stage_since or date.min,
        cells=found.cells,
        owner=str(row.owner_id) if row.owner_id else None,
        value=convert(row.amount, row.currency),
        target_close=row.close_date,
        people=found.people,
        next_action=_next(done) or row.next_step or None,
        opportunity=str(row.pk),
        stage=row.stage.name if row.stage else None,
        stage_since=row.stage_since,
    )
    return PlayRow(
        id=None,
        version=row.version,
        play=play,
        owner=row.owner.name if row.owner else "",
        opportunity_id=row.pk,
        probability=_chance(row.stage),
        stage_id=row.stage_id,
        requested=False,
        outcome="",
        outcome_on=row.close_date if row.is_closed else None,
        outcome_reason=row.loss_reason,
        won=row.is_won,
        closed=row.is_closed,
        actions=tuple(done),
        template_id=None,
    )


_STATES = {"open": Done.OPEN, "done": Done.DONE, "dropped": Done.DROPPED}


def _actions(reach: Reach) -> tuple[ActionRow, ...]:
    rows = (
        models.Action.objects.filter(account_id__in=reach, removed_at=None)
        .select_related("owner", "escalated_to")
        .order_by("due_on", "pk")
    )
    return tuple(
        ActionRow(
            id=row.pk,
            version=row.version,
            action=_action(row),
            owner=row.owner.name if row.owner else "",
            blocked_by=row.blocked_by,
            escalated_to=row.escalated_to.name if row.escalated_to else "",
            escalated_id=str(row.escalated_to_id or ""),
            checklist=tuple((str(text), bool(done)) for text, done in row.checklist),
            repeats=row.repeat_days,
        )
        for row in rows
    )


def _action(row: models.Action) -> Action:
    serves, target = _served(row)
    state = _STATES[row.state]
    return Action(
        key=str(row.pk),
        name=row.subject,
        owner=str(row.owner_id) if row.owner_id else None,
        due=row.due_on,
        serves=serves,
        target=target,
        state=state,
        done_on=row.done_on,
        # a task dropped in the CRM carries no reason, and one is not made up
        reason=row.state_reason or ("not given" if state is Done.DROPPED else ""),
    )


def _served(row: models.Action) -> tuple[Serves | None, str | None]:
    """The first link that is set: the nearest to money."""
    if row.play_id:
        return Serves.PLAY, f"play:{row.play_id}"
    if row.opportunity_id:
        return Serves.PLAY, f"opportunity:{row.opportunity_id}"
    if row.contract_id:
        return Serves.RENEWAL, f"contract:{row.contract_id}"
    if row.risk_id:
        return Serves.RISK, f"signal:{row.risk_id}"
    if row.contact_id:
        return Serves.RELATIONSHIP, f"contact:{row.contact_id}"
    return None, None
