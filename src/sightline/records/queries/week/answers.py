"""What a person answered: what is done, put off, judged not relevant, and what a week opened with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from sightline.planning.weekly import DoneAct, Item, Judged, kind_of
from sightline.records.models import Contact, MondayAnswer, Opportunity, WeekOpened
from sightline.records.prepared import prepared

WEEK = timedelta(days=7)
SAID = (MondayAnswer.Answer.DONE.value, MondayAnswer.Answer.NOT_RELEVANT.value)


@dataclass(frozen=True, slots=True)
class Given:
    """One answer in force. `until` only for what was snoozed or passed on; `to` names to whom;
    `call_id` the finished task of a call that was logged with it."""

    id: int
    account_id: int
    act: str
    answer: str
    reason: str
    until: date | None
    monday: date
    evidence: frozenset[str]
    answered_at: datetime
    to: str = ""
    call_id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenedAct:
    """An act that a week opened with."""

    act: str
    account_id: int
    minutes: int


@dataclass(frozen=True, slots=True)
class WeekAnswers:
    """What the answers do to the choice: `done` keep their places, `extra` were done besides."""

    done: tuple[DoneAct, ...]
    put_off: frozenset[str]
    extra: Mapping[str, int]
    given: Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class SinceLast:
    """What came of the week before. Amounts by currency, as the opportunities state them."""

    acts: int
    done: int
    snoozed: int
    not_relevant: int
    delegated: int
    won: tuple[tuple[str, int, int], ...]
    lost: tuple[tuple[str, int, int], ...]
    left: tuple[tuple[str, int], ...]


def monday_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def opened_acts(sign_in_id: int, monday: date) -> dict[str, OpenedAct]:
    """What a person's week opened with, by act; empty until the first answer. One query."""
    chosen: list[dict[str, Any]] = next(iter(_opened(sign_in_id, monday)), [])
    return {one["act"]: OpenedAct(one["act"], one["account"], one["minutes"]) for one in chosen}


@prepared
def _opened(sign_in_id: int, monday: date) -> QuerySet[WeekOpened, Any]:
    rows = WeekOpened.objects.filter(sign_in_id=sign_in_id, monday=monday)
    return rows.values_list("chosen", flat=True)


def answers_given(sign_in_id: int, *, on: date) -> dict[str, Given]:
    """Every answer that may still hold on a day, by act; the newest where there are several."""
    return {
        row.act_key: Given(
            id=row.pk,
            account_id=row.account_id,
            act=row.act_key,
            answer=row.answer,
            reason=row.reason,
            until=row.until,
            monday=row.monday,
            evidence=frozenset(filter(None, row.evidence.split(","))),
            answered_at=row.answered_at,
            to=row.delegated_to.name if row.delegated_to is not None else "",
            call_id=None if row.answer == MondayAnswer.Answer.DELEGATED else row.action_id,
        )
        for row in _may_hold(sign_in_id, monday_of(on), on)
    }


@prepared
def _may_hold(sign_in_id: int, monday: date, on: date) -> QuerySet[MondayAnswer]:
    held = Q(monday=monday) | Q(answer=MondayAnswer.Answer.SNOOZED, until__gt=on)
    held |= Q(answer=MondayAnswer.Answer.NOT_RELEVANT)
    held |= Q(answer=MondayAnswer.Answer.DELEGATED, until__gte=on)
    rows = MondayAnswer.objects.filter(held, sign_in_id=sign_in_id, undone_at=None)
    return rows.select_related("delegated_to").order_by("answered_at", "pk")


def codes_of(item: Item) -> frozenset[str]:
    """The kinds of reason an act stands on: what an answer answered."""
    return frozenset(ground.reason.code for ground in item.grounds)


def judged_kinds(sign_in_id: int, *, since: date, before: date) -> tuple[Judged, ...]:
    """How often somebody did acts of each kind, and judged them not relevant, in the weeks that began
    from one day on and before another. One query."""
    counts: Counter[tuple[str, str]] = Counter(
        (kind_of(act), answer) for act, answer in _judged(sign_in_id, since, before)
    )
    return tuple(
        Judged(kind, counts[kind, SAID[0]], counts[kind, SAID[1]])
        for kind in sorted({kind for kind, _ in counts})
    )


@prepared
def _judged(sign_in_id: int, since: date, before: date) -> QuerySet[MondayAnswer, Any]:
    rows = MondayAnswer.objects.filter(
        sign_in_id=sign_in_id, answer__in=SAID, undone_at=None, monday__gte=since, monday__lt=before
    )
    return rows.values_list("act_key", "answer")


def week_answers(
    given: Mapping[str, Given],
    opened: Mapping[str, OpenedAct],
    items: Mapping[str, Item],
    *,
    on: date,
) -> WeekAnswers:
    """Sort answers into what keeps its place, what left it, and what no longer holds."""
    done: list[DoneAct] = []
    put_off: set[str] = set()
    extra: dict[str, int] = {}
    holding: dict[str, Given] = {}
    for act, answer in given.items():
        if not _holds(answer, items.get(act), on=on):
            continue
        holding[act] = answer
        place = opened.get(act) if answer.answer == MondayAnswer.Answer.DONE else None
        if place is not None:
            done.append(DoneAct(act, str(place.account_id), place.minutes))
            continue
        put_off.add(act)
        if answer.answer == MondayAnswer.Answer.DONE:
            extra[str(answer.account_id)] = extra.get(str(answer.account_id), 0) + 1
    return WeekAnswers(tuple(done), frozenset(put_off), extra, holding)


def _holds(answer: Given, item: Item | None, *, on: date) -> bool:
    if answer.answer == MondayAnswer.Answer.DONE:
        return answer.monday == monday_of(on)
    if answer.answer == MondayAnswer.Answer.DELEGATED:
        in_time = answer.until is not None and answer.until >= on
        return in_time or answer.monday == monday_of(on)
    if answer.answer == MondayAnswer.Answer.SNOOZED:
        return answer.until is not None and answer.until > on
    return item is None or codes_of(item) <= answer.evidence


def since_last(sign_in_id: int | None, account_ids: Iterable[int], *, on: date) -> SinceLast:
    """What came of last week for a person and these accounts. Three queries."""
    last = monday_of(on) - WEEK
    tally: dict[str, int] = {}
    acts: set[str] = set()
    if sign_in_id is not None:
        answered = _answered(sign_in_id, last)
        acts = {act for act, _ in answered} | set(opened_acts(sign_in_id, last))
        for _, answer in answered:
            tally[answer] = tally.get(answer, 0) + 1
    ids = sorted(account_ids)
    closed = sorted(
        (won, (code, count, amount)) for won, code, count, amount in _closed(ids, last, on)
    )
    return SinceLast(
        acts=len(acts),
        done=tally.get(MondayAnswer.Answer.DONE.value, 0),
        snoozed=tally.get(MondayAnswer.Answer.SNOOZED.value, 0),
        not_relevant=tally.get(MondayAnswer.Answer.NOT_RELEVANT.value, 0),
        delegated=tally.get(MondayAnswer.Answer.DELEGATED.value, 0),
        won=tuple(row for won, row in closed if won),
        lost=tuple(row for won, row in closed if not won),
        left=tuple(_left(ids, last, on)),
    )


@prepared
def _answered(sign_in_id: int, monday: date) -> QuerySet[MondayAnswer, Any]:
    rows = MondayAnswer.objects.filter(sign_in_id=sign_in_id, monday=monday, undone_at=None)
    return rows.values_list("act_key", "answer")


@prepared
def _closed(ids: list[int], since: date, on: date) -> QuerySet[Opportunity, Any]:
    """(won, currency, count, amount) of opportunities closed in the days since."""
    return (
        Opportunity.objects.filter(account_id__in=ids, is_closed=True, removed_at=None)
        .annotate(day=Coalesce("closed_on", "close_date"))
        .filter(day__gte=since, day__lte=on)
        .values_list("is_won", "currency")
        .annotate(count=Count("pk"), amount=Coalesce(Sum("amount"), 0))
    )


@prepared
def _left(ids: list[int], since: date, on: date) -> QuerySet[Contact, Any]:
    """(name, account) of people known to have left since."""
    rows = Contact.objects.filter(
        account_id__in=ids, left_on__gte=since, left_on__lte=on, removed_at=None, erased_at=None
    )
    return rows.order_by("left_on", "pk").values_list("name", "account_id")[:5]
