"""Who each account is: size, revenue, spend, tier in the CRM, owner, units, attention it gets.
Drawn from the account's own random stream, so that accounts do not depend on each other."""

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from random import Random
from typing import Final

from sightline.exchange.demonstration import names, stories
from sightline.exchange.demonstration.identity import record_id
from sightline.exchange.demonstration.stories import Told


class Kind(Enum):
    """How richly an account is told."""

    FULL = "full"
    CHILD = "child"
    STANDARD = "standard"
    PROSPECT = "prospect"
    TAIL = "tail"


@dataclass(frozen=True, slots=True)
class World:
    """What every account shares. `sellers` and the others count our people by job."""

    seed: int
    today: date
    accounts: int
    told: Told

    @property
    def sellers(self) -> int:
        """How many account managers share the accounts."""
        return max(4, min(400, self.accounts // 30))

    @property
    def managers(self) -> int:
        """How many lead them."""
        return max(1, self.sellers // 8)

    @property
    def successes(self) -> int:
        """How many customer success managers there are."""
        return max(2, self.sellers // 4)

    def stream(self, index: int, part: str) -> Random:
        """The random stream of one part of one account."""
        return Random(f"{self.seed}/{index}/{part}")  # noqa: S311 - not for secrets


@dataclass(frozen=True, slots=True)
class Profile:
    """One account. Money in GBP a year; `touches` are contacts a year; `growth` a yearly rate."""

    index: int
    kind: Kind
    name: str
    domain: str
    parent: int | None
    industry: str
    country: str
    city: str
    currency: str
    employees: int
    revenue: float
    growth: float
    spend: float
    owner: int
    units: tuple[str, ...]
    tier: str
    touches: int
    people: int
    joined: int

    @property
    def id(self) -> str:
        """The Salesforce id of the account."""
        return record_id("Account", owner=self.index)


@dataclass(frozen=True, slots=True)
class Cast:
    """A named account of the demonstration: what is fixed about it on every seed."""

    name: str
    industry: str
    revenue: int
    share: float
    units: int
    touches: int
    owner: int


# The last figure is the owner: dealt so that the four books are of similar size.
FULL: Final = (
    Cast("Thornwick Rail Systems", "Transportation", 1_450_000, 0.22, 4, 260, 0),
    Cast("Caldermere Energy", "Utilities", 1_200_000, 0.20, 4, 235, 1),
    Cast("Hazelgarth Foods", "Food & Beverage", 1_050_000, 0.21, 5, 150, 2),
    Cast("Brantholm Assurance", "Insurance", 780_000, 0.24, 4, 140, 2),
    Cast("Marlstead Group", "Manufacturing", 540_000, 0.06, 9, 130, 1),
    Cast("Elmrigg Water", "Utilities", 640_000, 0.25, 4, 130, 3),
    Cast("Fennleigh Care", "Healthcare", 820_000, 0.26, 5, 145, 3),
    Cast("Garrshaw Stores", "Retail", 470_000, 0.19, 5, 110, 0),
    Cast("Hollinworth Logistics", "Transportation", 150_000, 0.0033, 8, 460, 0),
    Cast("Iskbourne Precision", "Manufacturing", 980_000, 0.23, 5, 165, 3),
    Cast("Kestcombe Mutual", "Banking", 700_000, 0.20, 3, 135, 2),
    Cast("Lornness Marine", "Engineering", 560_000, 0.22, 6, 120, 1),
)

# name, parent's number, revenue, industry: two families of three levels
CHILDREN: Final = (
    ("Thornwick Rail Germany", 0, 210_000, "Transportation"),
    ("Thornwick Signalling", 0, 170_000, "Engineering"),
    ("Thornwick Rolling Stock", 0, 120_000, "Manufacturing"),
    ("Thornwick Signalling Nordics", 13, 70_000, "Engineering"),
    ("Thornwick Signalling Iberia", 13, 55_000, "Engineering"),
    ("Caldermere Networks", 1, 190_000, "Utilities"),
    ("Caldermere Renewables", 1, 150_000, "Utilities"),
    ("Caldermere Offshore", 18, 80_000, "Utilities"),
    ("Caldermere Solar", 18, 45_000, "Utilities"),
)
TAKEN: Final = frozenset(cast.name for cast in FULL) | {child[0] for child in CHILDREN}
NAMED: Final = len(FULL) + len(CHILDREN)
MINIMUM: Final = NAMED + 3
# After the small friendly one: customers of middle size, worth a light plan.
MIDDLE: Final = range(stories.OVERSERVED + 1, stories.OVERSERVED + 29)
# Beyond this many accounts the export grows by a long tail of small customers.
TAIL_FROM: Final = 1_000


def profile(index: int, *, world: World) -> Profile:
    """The account of that number; the same for the same seed, whatever stories are told."""
    rng = world.stream(index, "profile")
    if index < len(FULL):
        return _full(index, world=world, rng=rng)
    if index < NAMED:
        return _child(index, world=world, rng=rng)
    if index == stories.OVERSERVED:
        return _overserved(index, world=world, rng=rng)
    if index in MIDDLE:
        return _middle(index, world=world, rng=rng)
    return _ordinary(index, world=world, rng=rng)


def _full(index: int, *, world: World, rng: Random) -> Profile:
    cast = FULL[index]
    revenue = cast.revenue * rng.uniform(0.96, 1.04)
    spend = revenue / cast.share
    touches = cast.touches
    if world.told.at("neglected", index):
        touches = 8
    return Profile(
        index=index,
        kind=Kind.FULL,
        name=cast.name,
        domain=f"{names.ascii_slug(cast.name)}.example",
        parent=None,
        industry=cast.industry,
        country="United Kingdom",
        city=rng.choice(names.PLACES[0][1]),
        currency="GBP",
        employees=round(spend / 850 * rng.uniform(0.85, 1.2)),
        revenue=revenue,
        growth=rng.uniform(0.01, 0.05),
        spend=spend,
        owner=cast.owner,
        units=names.UNITS[: cast.units],
        tier="Tier 3" if index == stories.NEGLECTED else "Tier 1" if revenue > 5e5 else "Tier 2",
        touches=touches,
        people=16 + 4 * cast.units + rng.randrange(5),
        joined=-60,
    )


def children_of(top: int) -> list[int]:
    """The numbers of the accounts beneath one, at any depth."""
    found = {top}
    for place, child in enumerate(CHILDREN, start=len(FULL)):
        if child[1] in found:
            found.add(place)
    return sorted(found - {top})


def _child(index: int, *, world: World, rng: Random) -> Profile:
    name, parent, revenue, industry = CHILDREN[index - len(FULL)]
    top = parent if parent < len(FULL) else CHILDREN[parent - len(FULL)][1]
    amount = revenue * rng.uniform(0.94, 1.06)
    place = names.PLACES[index % len(names.PLACES)]
    return Profile(
        index=index,
        kind=Kind.CHILD,
        name=name,
        domain=f"{names.ascii_slug(name)}.example",
        parent=parent,
        industry=industry,
        country=place[0],
        city=rng.choice(place[1]),
        currency="EUR" if name == "Thornwick Rail Germany" else "GBP",
        employees=round(amount / 0.22 / 850),
        revenue=amount,
        growth=rng.uniform(0.01, 0.04),
        spend=amount / 0.22,
        owner=FULL[top].owner,
        units=(),
        tier="Tier 2",
        touches=24,
        people=9 + rng.randrange(4),
        joined=-60,
    )


def _overserved(index: int, *, world: World, rng: Random) -> Profile:
    base = _ordinary(index, world=world, rng=rng)
    told = world.told.at("over-served", index)
    return Profile(
        index=index,
        kind=Kind.STANDARD,
        name="Aldermark Instruments",
        domain="aldermarkinstruments.example",
        parent=None,
        industry="Engineering",
        country="United Kingdom",
        city="Leeds",
        currency="GBP",
        employees=64,
        revenue=22_000.0,
        growth=0.02,
        spend=46_000.0,
        owner=base.owner,
        units=(),
        tier="Tier 1",
        touches=150 if told else 7,
        people=9,
        joined=-60,
    )


def _middle(index: int, *, world: World, rng: Random) -> Profile:
    """Large enough to plan for, small enough for a page: their potentials lie close together."""
    base = _ordinary(index, world=world, rng=rng)
    revenue = rng.uniform(165_000, 215_000)
    spend = revenue / rng.uniform(0.16, 0.24)
    return replace(
        base,
        kind=Kind.STANDARD,
        employees=round(spend / 850 * rng.uniform(0.85, 1.2)),
        revenue=revenue,
        spend=spend,
        tier="Tier 1" if base.touches > 24 else "Tier 2",
        touches=base.touches + 30,
        people=base.people + 4,
    )


def _ordinary(index: int, *, world: World, rng: Random) -> Profile:
    tail = index >= TAIL_FROM
    industry = rng.choice(names.INDUSTRIES)
    name = names.company(index, seed=world.seed, industry=industry)
    if name in TAKEN:
        name = f"{name} Holdings"
    revenue = _pareto(rng, top=24_000, power=0.45) if tail else _pareto(rng, top=21_000, power=0.6)
    spend = revenue / min(0.5, max(0.05, rng.lognormvariate(-1.7, 0.5)))
    place = _place(rng)
    comfort = rng.random()
    prospect = index > stories.OVERSERVED and rng.random() < 0.04
    return Profile(
        index=index,
        kind=Kind.TAIL if tail else Kind.PROSPECT if prospect else Kind.STANDARD,
        name=name,
        domain=f"{names.ascii_slug(name)}{index}.example",
        parent=None,
        industry=industry,
        country=place[0],
        city=rng.choice(place[1]),
        currency=_currency(place[0], rng),
        employees=max(12, round(spend / 850 * rng.lognormvariate(0, 0.3))),
        revenue=revenue,
        growth=rng.uniform(-0.03, 0.06),
        spend=spend,
        owner=(index + world.seed) % world.sellers,
        units=(),
        tier=_crm_tier(revenue, comfort),
        touches=rng.randrange(2, 5) if tail else 5 + round(24 * comfort),
        people=rng.randrange(2, 5) if tail else rng.randrange(8, 14),
        joined=-60 if rng.random() > 0.08 else -rng.randrange(15, 31),
    )


def _pareto(rng: Random, *, top: float, power: float) -> float:
    """Yearly revenue by a bounded power law: most accounts small, a few fifteen times larger."""
    raw: float = 0.55 * top * max(rng.random(), 0.01) ** -power
    return min(top * 15, raw)


def _place(rng: Random) -> tuple[str, tuple[str, ...]]:
    return names.PLACES[0] if rng.random() < 0.7 else rng.choice(names.PLACES[1:])


def _currency(country: str, rng: Random) -> str:
    if country == "United States":
        return "USD"
    abroad = country not in {"United Kingdom", "Sweden"}
    return "EUR" if abroad and rng.random() < 0.5 else "GBP"


def _crm_tier(revenue: float, comfort: float) -> str:
    """The tier somebody once typed: yesterday's revenue, and how pleasant the visits are."""
    felt = revenue * (0.5 + 1.2 * comfort)
    if felt > 90_000:
        return "Tier 1"
    return "Tier 2" if felt > 25_000 else "Tier 3"
