"""The people of an account: names, titles, units, reporting lines, and who of them is in touch.
Heads of a unit report to the top; everyone else to a head."""

from dataclasses import dataclass
from random import Random
from typing import Final

from sightline.exchange.demonstration import names, stories
from sightline.exchange.demonstration.footprint import OPEN_UNITS
from sightline.exchange.demonstration.identity import record_id
from sightline.exchange.demonstration.profile import Kind, Profile, World

TOP: Final = (
    ("Chief Executive Officer", "Executive"),
    ("Chief Information Officer", "Information Technology"),
    ("Chief Financial Officer", "Finance"),
    ("Head of Procurement", "Procurement"),
)
DEPARTMENTS: Final = (
    "Operations",
    "Information Technology",
    "Finance",
    "Engineering",
    "Customer Service",
    "Data",
    "Security",
    "Procurement",
)
LOWER_TITLES: Final = (
    "{} Manager",
    "Senior {} Analyst",
    "{} Programme Lead",
    "{} Specialist",
    "{} Coordinator",
    "Deputy Head of {}",
)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact. `reports_to` is a number within the account; `budget` marks who signs."""

    account: int
    number: int
    first: str
    last: str
    title: str
    department: str
    unit: str
    reports_to: int | None
    email: str
    budget: bool

    @property
    def id(self) -> str:
        """The Salesforce id of the contact."""
        return record_id("Contact", owner=self.account, number=self.number)

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.first} {self.last}"


def people_of(account: Profile, *, world: World) -> tuple[Person, ...]:
    """Everybody known at the account; numbers are positions in the answer."""
    rng = world.stream(account.index, "people")
    posts = _posts(account, rng)
    seen: set[str] = set()
    people = []
    for number, (title, department, unit, reports_to, budget) in enumerate(posts):
        first, last = names.person(rng)
        local = f"{names.ascii_slug(first)}.{names.ascii_slug(last)}"
        local = f"{local}{number}" if local in seen else local
        seen.add(local)
        people.append(
            Person(
                account=account.index,
                number=number,
                first=first,
                last=last,
                title=title,
                department=department,
                unit=unit,
                reports_to=reports_to,
                email=f"{local}@{account.domain}",
                budget=budget,
            )
        )
    return tuple(people)


Post = tuple[str, str, str, int | None, bool]


def _posts(account: Profile, rng: Random) -> list[Post]:
    if account.kind is Kind.TAIL:
        tail: list[Post] = [("Managing Director", "Executive", "", None, True)]
        while len(tail) < account.people:
            tail.append((*_lower(rng), "", 0, False))
        return tail
    top: list[Post] = [
        (title, department, "", None if place == 0 else 0, place in (1, 2))
        for place, (title, department) in enumerate(TOP)
    ]
    heads: list[Post] = [
        (f"Director, {unit}", "Operations", unit, 0, True) for unit in account.units
    ]
    posts = top + heads
    first_head = len(top)
    while len(posts) < account.people:
        title, department = _lower(rng)
        if heads:
            lap, place = divmod(len(posts) - first_head, len(heads))
            if lap == 1:
                title = f"Head of {department}"
            posts.append((title, department, heads[place][2], first_head + place, False))
        else:
            posts.append((title, department, "", rng.choice((1, 2, 3)), False))
    return posts


def _lower(rng: Random) -> tuple[str, str]:
    department = rng.choice(DEPARTMENTS)
    return rng.choice(LOWER_TITLES).format(department), department


def closed_units(account: Profile) -> tuple[str, ...]:
    """The units that nobody of ours has a way into; only the fantasy story's account has any."""
    return account.units[OPEN_UNITS:] if account.index == stories.FANTASY else ()


def in_touch(account: Profile, people: tuple[Person, ...]) -> tuple[Person, ...]:
    """Those met regularly, in order of frequency: budget holders and users, never closed units."""
    closed = closed_units(account)
    size = {Kind.FULL: 10, Kind.CHILD: 4, Kind.TAIL: 2}.get(account.kind, 4)
    if account.kind is Kind.TAIL:
        return people[:size]
    if account.kind is not Kind.FULL:
        return (people[1], people[4], people[2], people[5])[:size]
    known = [person for person in people if person.unit and person.unit not in closed]
    heads = [person for person in known if person.budget][:4]
    others = [person for person in known if not person.budget][: 6 if closed else 5]
    top = [] if closed else [people[1]]
    return tuple([others[0], heads[0], *top, *others[1:], *heads[1:]][:size])
