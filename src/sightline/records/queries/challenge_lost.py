"""What a plan loses beside revenue: its share of their spend, and people who decide.

Definition: docs/method/challenges.md, losing ground hidden; docs/method/losing-ground.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from sightline.planning.challenges.facts import LostGround, LostKind
from sightline.planning.challenges.ground import PersonLost, people_lost
from sightline.planning.money import Money, total
from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import (
    ContactLog,
    StakeholderParameters,
    Status,
    person_status,
)
from sightline.planning.stakeholders.rhythm import decides
from sightline.records.models import TierResult
from sightline.records.queries.people import AccountPeople

SHARE_LOSS = "vulnerable_share_loss"
SHARE_KEY = "account:share"
# What a risk speaks of when it speaks of the share of their spend.
SHARE = "share"
_LOST = (Status.LEFT, Status.MOVED, Status.QUIET)


def share_losing(tier: TierResult | None, *, abouts: Iterable[str]) -> Iterator[LostGround]:
    """Wallet share falling, by the tier's own parts; a risk about the share names it."""
    if tier is not None and any(part.get("code") == SHARE_LOSS for part in tier.parts):
        yield LostGround(SHARE_KEY, LostKind.SHARE_FALLING, None, SHARE in set(abouts), tier.as_of)


def deciders_losing(
    known: AccountPeople,
    *,
    carried: Mapping[str, Iterable[Money | None]],
    currency: str,
    today: date,
    parameters: Parameters,
) -> Iterator[LostGround]:
    """People who decide and are gone or quiet; an open play with them names them.

    `carried` holds the values of each person's open plays.
    """
    numbers = parameters.section(StakeholderParameters, "stakeholders")
    lost = []
    for one in known.people:
        if not decides(one):
            continue
        log = known.logs.get(one.key, ContactLog())
        status = person_status(one, log=log, on=today, parameters=numbers).status
        if status in _LOST:
            values = carried.get(one.key)
            money = None
            if values is not None:
                money = total((each for each in values if each is not None), currency=currency)
            gone = status is not Status.QUIET
            lost.append(PersonLost(one.key, gone, log.last_two_way, money))
    yield from people_lost(lost)
