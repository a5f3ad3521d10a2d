"""Preparing Monday: who went quiet, what hangs on one person, which facts are stale.

Reads every logged day of everybody once a day, so that no page does. Safe to run twice.
Definition: docs/method/monday.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from sightline.actions.progress import Watched
from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import (
    ContactLog,
    Person,
    Relationship,
    StakeholderParameters,
    Status,
    ThreadCheck,
    ThreadScope,
    Verdict,
    check_threads,
    fresh_ratings,
    is_executive,
    person_status,
    relationship,
)
from sightline.planning.stakeholders.rhythm import decides
from sightline.planning.weekly import weekly_parameters
from sightline.records.models import WeekFacts
from sightline.records.queries import company, people
from sightline.records.queries.people import AccountPeople
from sightline.records.queries.week import lasting, planned

BATCH = 200


@dataclass(frozen=True, slots=True)
class PreparedWeek:
    """What one account's people ask of a week, as `records.WeekFacts` keeps it."""

    quiet: list[dict[str, Any]]
    threads: list[dict[str, Any]]
    stale: list[dict[str, Any]] = field(default_factory=list)


def prepare_week(as_of: date | None = None, *, job: Watched) -> int:
    """Keep the facts of every planned account; answers how many there are.

    Rows of accounts that no longer plan go.
    """
    day = as_of or company.company_facts().today(timezone.now())
    parameters = company.parameters_in_force(day)
    stakes = planned.planned_stakes()
    ids = sorted(stakes)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = fresh_facts({pk: stakes[pk] for pk in batch}, on=day, parameters=parameters)
        _keep(found, on=day)
        job.progress(start + len(batch), len(ids), "weeks prepared")
    gone = set(WeekFacts.objects.values_list("account_id", flat=True)) - set(ids)
    for start in range(0, len(gone), BATCH):
        WeekFacts.objects.filter(account_id__in=sorted(gone)[start : start + BATCH]).delete()
    return len(ids)


def fresh_facts(
    at_stake: Mapping[int, bool], *, on: date, parameters: Parameters
) -> dict[int, PreparedWeek]:
    """The facts of some planning accounts, computed now; `at_stake` says where money is."""
    numbers = parameters.section(StakeholderParameters, "stakeholders")
    heads = sorted(at_stake)
    known = people.people_of(heads, with_opinions=True)
    deals = lasting.open_deals_of(heads)
    own_deals: dict[int, list[lasting.OpenDeal]] = {}
    for deal in deals.values():
        own_deals.setdefault(deal.head, []).append(deal)
    stale: dict[int, list[lasting.OldFact]] = {}
    for fact in lasting.old_facts(heads, deals.values(), on=on, parameters=parameters):
        stale.setdefault(fact.head, []).append(fact)
    most = weekly_parameters(parameters).most_facts
    found = {}
    for account, stake in at_stake.items():
        own = known.get(account, AccountPeople())
        watch = _Watch(own, rated=_relationships(own, on=on, numbers=numbers), on=on)
        found[account] = PreparedWeek(
            quiet=_quiet(own, on=on, numbers=numbers),
            threads=[
                *_threads(account, watch, at_stake=stake, numbers=numbers),
                *_deal_threads(own_deals.get(account, ()), watch, numbers=numbers),
            ],
            stale=_stalest(stale.get(account, ()), on=on, most=most),
        )
    return found


def _keep(found: Mapping[int, PreparedWeek], *, on: date) -> None:
    now = timezone.now()
    rows = [
        WeekFacts(
            account_id=pk,
            quiet=of.quiet,
            threads=of.threads,
            stale=of.stale,
            as_of=on,
            computed_at=now,
        )
        for pk, of in found.items()
    ]
    with transaction.atomic():
        WeekFacts.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["account"],
            update_fields=["quiet", "threads", "stale", "as_of", "computed_at"],
        )


def _quiet(own: AccountPeople, *, on: date, numbers: StakeholderParameters) -> list[dict[str, Any]]:
    """People silent for longer than their own usual gap, each with what they matter for."""
    found = []
    for person in own.people:
        log = own.logs.get(person.key, ContactLog())
        standing = person_status(person, log=log, on=on, parameters=numbers)
        since = log.last_two_way
        if standing.status is not Status.QUIET or since is None:
            continue
        usual = standing.usual_gap
        found.append(
            {
                "contact": int(person.key),
                "since": since.isoformat(),
                "usual": round(usual) if usual is not None else None,
                "executive": is_executive(person, parameters=numbers),
                "decides": decides(person),
            }
        )
    return sorted(found, key=lambda one: str(one["contact"]))


@dataclass(frozen=True, slots=True)
class _Watch:
    """One account's people with how strong each relationship is, for every scope of it."""

    own: AccountPeople
    rated: Mapping[str, Relationship]
    on: date


def _relationships(
    own: AccountPeople, *, on: date, numbers: StakeholderParameters
) -> dict[str, Relationship]:
    rated = fresh_ratings(own.ratings, on=on, parameters=numbers)
    return {
        person.key: relationship(
            person.key,
            log=own.logs.get(person.key, ContactLog()),
            ratings=rated.get(person.key, ()),
            on=on,
            parameters=numbers,
        )
        for person in own.people
    }


def _threads(
    account: int, watch: _Watch, *, at_stake: bool, numbers: StakeholderParameters
) -> list[dict[str, Any]]:
    """The account, where its access hangs on one person, with who that is."""
    scope = ThreadScope(str(account), tuple(watch.own.people), at_stake)
    return _hanging(f"account:{account}", scope, watch, numbers=numbers)


def _deal_threads(
    deals: Iterable[lasting.OpenDeal], watch: _Watch, *, numbers: StakeholderParameters
) -> list[dict[str, Any]]:
    """Open deals that hang on one person. Without anybody linked a deal is incomplete, not single."""
    found = []
    for deal in deals:
        linked = tuple(one for one in watch.own.people if one.key in deal.people)
        if linked and deal.minor:
            name = f"opportunity:{deal.id}"
            found += _hanging(name, ThreadScope(name, linked, True), watch, numbers=numbers)
    return found


def _hanging(
    name: str, scope: ThreadScope, watch: _Watch, *, numbers: StakeholderParameters
) -> list[dict[str, Any]]:
    logs = {one.key: watch.own.logs[one.key] for one in scope.people if one.key in watch.own.logs}
    check = check_threads(
        scope,
        relationships={one.key: watch.rated[one.key] for one in scope.people},
        logs=logs,
        on=watch.on,
        parameters=numbers,
    )
    if check.verdict is not Verdict.SINGLE:
        return []
    contact, ours = _carrier(check, list(scope.people))
    why = [reason.code for reason in check.reasons]
    return [{"scope": name, "contact": contact, "ours": ours, "why": why}]


def _stalest(facts: Iterable[lasting.OldFact], *, on: date, most: int) -> list[dict[str, Any]]:
    """The few of one account, by money × days beyond the limit; amounts as stated."""
    listed = sorted(
        facts,
        key=lambda one: (-one.minor * ((on - one.said_on).days - one.limit), one.kind, one.id),
    )
    return [asdict(one) | {"said_on": one.said_on.isoformat()} for one in listed[:most]]


def _carrier(check: ThreadCheck, everybody: list[Person]) -> tuple[int | None, int | None]:
    """(their contact, our CRM user): the one on whom it hangs, as far as anybody is known."""
    top = check.theirs.largest
    for reason in check.reasons:
        key = str(reason.inputs.get("key", ""))
        if reason.code == "threads.theirs":
            return int(key), None
        if reason.code == "threads.ours" and key.isdecimal():
            return None, int(key)
    if len(check.threads) == 1:
        return int(check.threads[0]), None
    if top is not None:
        return int(top[0]), None
    here = [person.key for person in everybody if person.here]
    return (int(here[0]), None) if len(here) == 1 else (None, None)
