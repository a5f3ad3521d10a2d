"""What comes on the agenda when a room opens: computed from the plan, cut to sixty minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from sightline.actions.reviews.room import NewItem
from sightline.planning.errors import PlanningError
from sightline.planning.fiscal import next_quarter
from sightline.planning.reviews import (
    AgendaFacts,
    AgendaItem,
    ItemKind,
    ReviewParameters,
    agenda,
    shortened,
)
from sightline.planning.stakeholders import Status, Verdict
from sightline.records.queries.asks import asked_here
from sightline.records.queries.plays import PlayRow, play_book
from sightline.records.queries.reviews import parts as plan_parts
from sightline.records.queries.reviews import preparing, rows
from sightline.records.queries.reviews.room import promises_of
from sightline.records.queries.reviews.rows import ReviewRow
from sightline.web.pages.account.parts import Parts
from sightline.web.pages.account.shell import Shell
from sightline.web.pages.plan.ground import ground_of
from sightline.web.pages.plan.signals import carried_by

Found = Iterator[tuple[AgendaItem, dict[str, Any]]]
PEOPLE = "contact:"


def items_for(review: ReviewRow, shell: Shell) -> list[NewItem]:
    """The items in the order of the four parts; keys, codes and numbers only."""
    parts = Parts(shell)
    numbers = parts.parameters.section(ReviewParameters, "reviews")
    last = rows.last_closed(review.plan_id)
    since = last.held_on if last is not None and last.held_on else _plan_start(shell)
    found = {
        item.key: (item, facts)
        for item, facts in chain(
            _assumptions(review),
            _promises(last),
            _lost(parts),
            _challenges(review, parts),
            _people(parts, since),
            _plays(shell, parts),
            _asks(shell),
        )
    }
    kept, _left = shortened(
        AgendaFacts(tuple(item for item, _ in found.values())), parameters=numbers
    )
    return [
        NewItem(item.key, item.kind.value, item.money, found[item.key][1])
        for part in agenda(kept, parameters=numbers)
        for item in part.items
    ]


def _plan_start(shell: Shell) -> date:
    return shell.plan.starts_on if shell.plan is not None else shell.today


def _assumptions(review: ReviewRow) -> Found:
    for row in plan_parts.assumptions_of(review.plan_id):
        again = row.look_again.isoformat() if row.look_again else None
        item = AgendaItem(f"assumption:{row.id}", ItemKind.ASSUMPTION)
        yield item, {"holds": row.holds, "look_again": again}


def _promises(last: ReviewRow | None) -> Found:
    if last is None:
        return
    for one in promises_of([last.id]):
        yield AgendaItem(f"commitment:{one.item_id}", ItemKind.COMMITMENT), {}


def _lost(parts: Parts) -> Found:
    for one in ground_of(parts).items:
        if one.key.startswith(PEOPLE) or one.key.isdecimal():
            continue
        item = AgendaItem(f"lost:{one.key}", ItemKind.LOSING_GROUND, one.money)
        yield item, {"kind": one.kind.value, "named": one.named, "since": _iso(one.since)}


def _challenges(review: ReviewRow, parts: Parts) -> Found:
    try:
        known = parts.everybody if parts.shell.scope.planning_id == review.account_id else None
        found = preparing.argued(
            review.plan_id, setting=parts.setting, now=parts.shell.now, known=known
        )
    except PlanningError:
        return
    for row in found.listed.open:
        # a cause may be a sentence's worth of keys: the record holds 160 characters
        item = AgendaItem(f"challenge:{row.key}"[:160], ItemKind.CHALLENGE, row.money)
        yield (
            item,
            {
                "title": row.title,
                "says": row.facts_say.text,
                "way_out": row.way_out.text,
                "about": list(row.about),
            },
        )


def _people(parts: Parts, since: date) -> Found:
    carried = carried_by(parts)
    gone = (Status.LEFT, Status.MOVED)
    for one in parts.people.people:
        key, status = one.person.key, one.status.status
        money = carried.get(key)
        left = one.left_on or one.log.last_two_way
        if status in gone and (left is None or left >= since):
            item = AgendaItem(f"departure:contact:{key}", ItemKind.DEPARTURE, money)
            yield item, {"status": status.value, "since": _iso(left)}
        elif status is Status.QUIET:
            item = AgendaItem(f"quiet:contact:{key}", ItemKind.RELATIONSHIP_RISK, money)
            yield item, {"since": _iso(one.log.last_two_way), "usual": _whole(one.status.usual_gap)}
        elif one.added_on is not None and one.added_on >= since:
            yield AgendaItem(f"new:contact:{key}", ItemKind.NEW_PERSON), {"on": _iso(one.added_on)}
    if parts.people.threads.verdict is Verdict.SINGLE:
        account = parts.shell.scope.account_id
        says = [reason.text for reason in parts.people.threads.reasons]
        item = AgendaItem(f"threads:account:{account}", ItemKind.RELATIONSHIP_RISK)
        yield item, {"says": says}


def _plays(shell: Shell, parts: Parts) -> Found:
    book = play_book(
        shell.scope.planning_id,
        reach=shell.scope.seen_ids,
        currency=shell.currency,
        rates=parts.setting.rates,
        since=_plan_start(shell),
        on=shell.today,
    )
    until = next_quarter(shell.company.calendar, shell.today).window.end
    for row in book.plays:
        if row.closed or row.outcome or row.play.parked:
            continue
        key = _key(row)
        yield AgendaItem(key, ItemKind.PLAY, row.play.value), {}
        if row.play.target_close is not None and row.play.target_close <= until:
            yield AgendaItem(f"next:{key}", ItemKind.NEXT_PLAY, row.play.value), {}


def _asks(shell: Shell) -> Found:
    """Questions that nobody answered yet, each to be answered in the room or left."""
    for one in asked_here(shell.scope.seen_ids, opinions=shell.rights.opinions):
        yield AgendaItem(f"ask:{one.id}", ItemKind.ASK), {}


def _key(row: PlayRow) -> str:
    return f"play:{row.id}" if row.id is not None else f"opportunity:{row.opportunity_id}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _whole(value: float | None) -> int | None:
    return round(value) if value is not None else None
