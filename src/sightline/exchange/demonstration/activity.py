"""Two years of meetings, calls and mails of an account: who met whom, when, in which direction.
Here as plain touches; rows.py turns them into events, tasks and e-mails."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from random import Random
from typing import Final

from sightline.exchange.demonstration import stories
from sightline.exchange.demonstration.company import Team
from sightline.exchange.demonstration.months import workday
from sightline.exchange.demonstration.people import Person, closed_units, in_touch
from sightline.exchange.demonstration.pipeline import leading_champion
from sightline.exchange.demonstration.profile import Kind, Profile, World

DAYS: Final = 730
CONTACT_WINDOW: Final = 180
LEFT_DAYS_AGO: Final = 45


class How(Enum):
    """The kind of a touch."""

    MEETING = "meeting"
    CALL = "call"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact on one day. `answered` is false for voicemail and mails without a reply."""

    day: date
    how: How
    person: Person
    ours: int
    answered: bool
    inbound: bool
    second: Person | None = None
    colleague: int | None = None

    @property
    def two_way(self) -> bool:
        """Whether they took part: they met us, spoke to us or wrote back."""
        return self.how is How.MEETING or self.answered


def touches_of(
    account: Profile, people: tuple[Person, ...], team: Team, *, world: World
) -> tuple[Touch, ...]:
    """All touches of 24 months, oldest first, and the meetings already planned."""
    rng = world.stream(account.index, "touches")
    regular = list(_regular(account, people, team, world=world, rng=rng))
    told = _told(account, people, regular, world=world)
    extra = list(_extra(account, people, team, world=world))
    return tuple(sorted([*told, *extra], key=lambda touch: touch.day))


def _regular(
    account: Profile, people: tuple[Person, ...], team: Team, *, world: World, rng: Random
) -> Iterator[Touch]:
    known = in_touch(account, people)
    count = account.touches * 2
    rotation = team.rotation
    for number in range(count):
        back = DAYS - (number + rng.random()) * (DAYS - 2) / count
        day = workday(world.today - timedelta(days=max(2, int(back))))
        how = rng.choices(list(How), (0.3, 0.25, 0.45))[0]
        person = known[number % len(known)]
        draws = rng.random(), rng.random(), rng.random(), rng.random()
        second = known[(number + 1) % len(known)] if draws[2] < 0.35 else None
        meeting = how is How.MEETING
        yield Touch(
            day=day,
            how=how,
            person=person,
            ours=rotation[(number // len(known) + number) % len(rotation)],
            answered=draws[0] < 0.72,
            inbound=draws[1] < 0.45,
            second=second if meeting and second is not person else None,
            colleague=team.manager if meeting and draws[3] < 0.15 else None,
        )


def _told(
    account: Profile, people: tuple[Person, ...], touches: list[Touch], *, world: World
) -> list[Touch]:
    """The same touches, changed by the stories that are about who was met."""
    if world.told.at("one-person", account.index):
        since = world.today - timedelta(days=CONTACT_WINDOW + 20)
        lone = in_touch(account, people)[0]
        return [
            _with(touch, lone) if touch.day >= since and place % 8 else touch
            for place, touch in enumerate(touches)
        ]
    if world.told.at("champion-left", account.index):
        since = world.today - timedelta(days=LEFT_DAYS_AGO)
        gone = leading_champion(account, people)
        stays = in_touch(account, people)[3]
        return [
            _with(touch, stays)
            if touch.day >= since and gone in (touch.person, touch.second)
            else touch
            for touch in touches
        ]
    return touches


def _with(touch: Touch, person: Person) -> Touch:
    return Touch(touch.day, touch.how, person, touch.ours, touch.answered, touch.inbound)


def _extra(
    account: Profile, people: tuple[Person, ...], team: Team, *, world: World
) -> Iterator[Touch]:
    """The next meeting in the diary, and contact that hangs on a story told or not told."""
    rng = world.stream(account.index, "extra touches")
    if account.kind is Kind.FULL and account.index not in (stories.RENEWAL, stories.NEGLECTED):
        ahead = world.today + timedelta(days=rng.randrange(6, 22))
        host = in_touch(account, people)[1]
        yield Touch(workday(ahead), How.MEETING, host, team.owner, answered=False, inbound=False)
    if account.index == stories.ROSY:
        rated = leading_champion(account, people)
        yield from _visits(rated, team, (430, 395, 340, 291), world=world, rng=rng)
        if not world.told.at("rosy-stance", account.index):
            yield from _visits(rated, team, (98, 75, 54, 33, 12), world=world, rng=rng)
    if account.index == stories.FANTASY and not world.told.at("fantasy", account.index):
        for place, unit in enumerate(closed_units(account)):
            head = next(p for p in people if p.unit == unit and p.budget)
            days = tuple(day + place for day in (150, 110, 80, 55, 31, 14))
            yield from _visits(head, team, days, world=world, rng=rng)


def _visits(
    person: Person, team: Team, ago: tuple[int, ...], *, world: World, rng: Random
) -> Iterator[Touch]:
    for place, days in enumerate(ago):
        ours = (team.owner, team.success)[place % 2]
        how = rng.choice((How.MEETING, How.CALL))
        day = workday(world.today - timedelta(days=days))
        yield Touch(day, how, person, ours, answered=True, inbound=place % 2 == 0)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What our people typed about a contact; empty text and None where nobody did."""

    stance: str
    strength: int | None


def opinions_of(
    account: Profile, people: tuple[Person, ...], touches: tuple[Touch, ...], *, world: World
) -> tuple[Opinion, ...]:
    """Stance and strength per person, in step with contact except where a story says not."""
    rng = world.stream(account.index, "opinions")
    half_year = world.today - timedelta(days=CONTACT_WINDOW)
    quarter = world.today - timedelta(days=100)
    days: dict[int, set[date]] = {}
    for touch in touches:
        if touch.two_way and half_year <= touch.day < world.today:
            for person in (touch.person, touch.second):
                if person is not None:
                    days.setdefault(person.number, set()).add(touch.day)
    asked = {Kind.FULL: 0.85, Kind.CHILD: 0.5, Kind.STANDARD: 0.25, Kind.TAIL: 0.0}.get(
        account.kind, 0.0
    )
    opinions = []
    for person in people:
        met = days.get(person.number, set())
        recent = any(day >= quarter for day in met)
        draw, lean = rng.random(), rng.random()
        if draw > asked:
            opinions.append(Opinion("", None))
            continue
        opinions.append(Opinion(_stance(len(met), recent, lean), _strength(len(met), lean)))
    if account.index in (stories.ROSY, stories.CHAMPION):
        opinions[leading_champion(account, people).number] = Opinion("Supports", 4)
    return tuple(opinions)


def _stance(met: int, recent: bool, lean: float) -> str:
    if met >= 3 and recent:
        return "Supports" if lean < 0.6 else "Neutral" if lean < 0.9 else "Against"
    return "Neutral" if lean < 0.3 else "Indifferent" if lean < 0.5 else ""


def _strength(met: int, lean: float) -> int | None:
    if met >= 5:
        return 4 if lean < 0.5 else 3
    if met >= 3:
        return 3
    if met >= 1:
        return 2
    return 1 if lean < 0.2 else 0 if lean < 0.4 else None
