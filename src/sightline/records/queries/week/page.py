"""One person's week as a page and its answers need it: chosen exactly from what is known now."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sightline.planning.parameters import Parameters
from sightline.planning.weekly import (
    Candidate,
    Item,
    Week,
    choose_among,
    items,
    weekly_parameters,
    weighed,
    weights_of,
)
from sightline.records.models import SignIn
from sightline.records.queries.company import (
    CompanyFacts,
    company_facts,
    parameters_in_force,
)
from sightline.records.queries.signals_kept import KeptSignal, newest_signals
from sightline.records.queries.week import planned
from sightline.records.queries.week.answers import (
    SinceLast,
    WeekAnswers,
    answers_given,
    judged_kinds,
    monday_of,
    opened_acts,
    since_last,
    week_answers,
)
from sightline.records.queries.week.facts import week_known
from sightline.records.queries.week.kept import kept_week, stamp_of
from sightline.records.queries.week.people import names_of
from sightline.records.queries.week.planned import PlannedAccounts, Whose
from sightline.records.queries.week.reading import WeekKnown
from sightline.records.scoping import Person

SIGNALS_SINCE = timedelta(days=28)
MOST_SIGNALS = 5
MARK = re.compile("\u27e6([0-9]+)\u27e7")
NO_ANSWERS = WeekAnswers((), frozenset(), {}, {})


@dataclass(frozen=True, slots=True)
class WeekFound:
    """A week on a day: the choice, everything it was chosen from, and what was answered.

    `anew` says that nothing kept was true of `stamp`, so that everything was read. `known` has people
    as marks; `items` and `week` have their names.
    """

    on: date
    monday: date
    whose: Whose
    mine: bool
    minutes: int
    company: CompanyFacts
    parameters: Parameters
    planned: PlannedAccounts
    known: WeekKnown
    items: Mapping[str, Item]
    answers: WeekAnswers
    week: Week
    people: Mapping[int, str]
    stamp: str
    anew: bool

    @property
    def next_monday(self) -> date:
        """When the next week begins."""
        return self.monday + timedelta(days=7)


def week_found(person: Person, whose: Whose, *, now: datetime) -> WeekFound:
    """The week of a CRM user as `person` may see it: eleven queries, about thirty where it is read anew."""
    facts = company_facts()
    on = facts.today(now)
    parameters = parameters_in_force(on)
    mine = whose.sign_in_id == person.id
    accounts = planned.planned_accounts(person, user_id=whose.user_id, mine=mine)
    known, stamp, anew = _known(person, whose, accounts, facts, parameters, on=on)
    people = _people(known)
    candidates = named(known.candidates, people)
    weights = _weights(whose.sign_in_id, parameters, on=on)
    listed = weighed(items(candidates, parameters=parameters), weights)
    everything = {item.act: item for item in listed}
    answers = _answers(whose.sign_in_id, everything, on=on)
    minutes = person.weekly_minutes if mine else _minutes_of(whose.sign_in_id, parameters)
    week = choose_among(
        everything.values(),
        parameters=parameters,
        hours=minutes / 60,
        done=answers.done,
        put_off=answers.put_off,
    )
    return WeekFound(
        on=on,
        monday=monday_of(on),
        whose=whose,
        mine=mine,
        minutes=minutes,
        company=facts,
        parameters=parameters,
        planned=accounts,
        known=known,
        items=everything,
        answers=answers,
        week=week,
        people=people,
        stamp=stamp,
        anew=anew,
    )


def _known(
    person: Person,
    whose: Whose,
    accounts: PlannedAccounts,
    company: CompanyFacts,
    parameters: Parameters,
    *,
    on: date,
) -> tuple[WeekKnown, str, bool]:
    """What the week could hold, the stamp it is true of, and whether it had to be read anew.

    Only one's own week is kept: somebody else's is read as the reader may see it.
    """
    stamp, kept = "", None
    if whose.sign_in_id == person.id:
        stamp = stamp_of(
            accounts.accounts,
            user_id=whose.user_id,
            currency=company.currency,
            on=on,
            numbers=parameters.version,
        )
        kept = kept_week(person.id, stamp)
    known = kept or week_known(
        accounts.accounts,
        user_id=whose.user_id,
        currency=company.currency,
        on=on,
        parameters=parameters,
    )
    return known, stamp, bool(stamp) and kept is None


def _people(known: WeekKnown) -> dict[int, str]:
    """Names of today of everybody whom the week's acts are about. At most one query."""
    marks = {int(pk) for one in known.candidates for pk in _marks(one)}
    marks |= {one.contact_id for one in known.evidence.values() if one.contact_id is not None}
    return names_of(marks)


def named(candidates: Sequence[Candidate], names: Mapping[int, str]) -> tuple[Candidate, ...]:
    """Candidates with names where people stand as marks."""

    def said(text: str) -> str:
        return MARK.sub(lambda mark: names.get(int(mark[1])) or "somebody", text)

    return tuple(
        replace(
            one,
            text=said(one.text),
            grounds=tuple(
                replace(ground, reason=replace(ground.reason, text=said(ground.reason.text)))
                for ground in one.grounds
            ),
        )
        if _marks(one)
        else one
        for one in candidates
    )


def _marks(one: Candidate) -> list[str]:
    found = MARK.findall(one.text)
    for ground in one.grounds:
        found += MARK.findall(ground.reason.text)
    return found


def signals_of_week(found: WeekFound) -> tuple[KeptSignal, ...]:
    """The newest signals over these accounts of which everything may be seen. One query."""
    families = ((account.planning, account.family) for account in found.planned.accounts)
    return newest_signals(families, since=found.on - SIGNALS_SINCE, most=MOST_SIGNALS)


def what_came_of_last(found: WeekFound) -> SinceLast:
    """The week before, for the accounts of this one."""
    ids = {pk for account in found.planned.accounts for pk in account.family}
    return since_last(found.whose.sign_in_id, ids, on=found.on)


def _answers(sign_in_id: int | None, everything: Mapping[str, Item], *, on: date) -> WeekAnswers:
    if sign_in_id is None:
        return NO_ANSWERS
    given = answers_given(sign_in_id, on=on)
    opened = opened_acts(sign_in_id, monday_of(on))
    return week_answers(given, opened, everything, on=on)


def _weights(sign_in_id: int | None, parameters: Parameters, *, on: date) -> dict[str, float]:
    """What each kind of act counts for somebody, by their answers of weeks gone by: those of this
    one change nothing in what is left of it."""
    if sign_in_id is None:
        return {}
    since = on - timedelta(days=weekly_parameters(parameters).judged_days)
    return weights_of(
        judged_kinds(sign_in_id, since=since, before=monday_of(on)), parameters=parameters
    )


def _minutes_of(sign_in_id: int | None, parameters: Parameters) -> int:
    """Somebody else's hours; the shipped ones where they have no sign-in."""
    own = (
        SignIn.objects.filter(pk=sign_in_id).values_list("weekly_minutes", flat=True).first()
        if sign_in_id is not None
        else None
    )
    return own if own is not None else round(weekly_parameters(parameters).hours * 60)
