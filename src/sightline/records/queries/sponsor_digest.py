"""The contradictions that reach a sponsor: large, unanswered long enough, their owner reminded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sightline.planning.challenges import (
    Challenge,
    ChallengeParameters,
    Unanswered,
    sponsor_digest,
)
from sightline.planning.money import Money
from sightline.planning.reasons import because
from sightline.records.models import ChallengeSeen


@dataclass(frozen=True, slots=True)
class Reaching:
    """One contradiction as the sponsor reads it."""

    account_id: int
    account: str
    title: str
    money: Money
    since: date


def reaching_sponsor(
    account_ids: Collection[int], *, on: date, parameters: ChallengeParameters
) -> tuple[Reaching, ...]:
    """What reaches the sponsor of some accounts in the week of a day, largest first. It is decided
    for the week's Monday, so that it changes once a week. One query."""
    monday = on - timedelta(days=on.weekday())
    rows = ChallengeSeen.objects.filter(
        plan__account_id__in=account_ids,
        plan__starts_on__lte=on,
        plan__ends_on__gte=on,
        reminded_on__lte=monday,
        money__isnull=False,
        plan__target__isnull=False,
    ).select_related("plan__account")
    by_key = {f"{row.plan_id}|{row.key}": row for row in rows}
    waiting = [
        Unanswered(
            plan=key,
            challenge=_challenge(row),
            first_seen=row.first_seen,
            reminded=True,
            target=Money(row.plan.target or 0, row.plan.currency),
        )
        for key, row in by_key.items()
    ]
    found = sponsor_digest(waiting, today=monday, last_sent=None, parameters=parameters)
    return tuple(
        Reaching(
            by_key[one.plan].plan.account_id,
            by_key[one.plan].plan.account.name,
            one.challenge.title,
            one.challenge.money,
            one.first_seen,
        )
        for one in found
        if one.challenge.money is not None
    )


def _challenge(row: ChallengeSeen) -> Challenge:
    """What is kept of a challenge: title and money. Its sentences stand on the plan."""
    rule, _, cause = row.key.partition("|")
    said = because("challenge.kept", row.title)
    money = Money(row.money or 0, row.plan.currency)
    return Challenge(rule, cause, row.title, (), money, said, said, said, "")
