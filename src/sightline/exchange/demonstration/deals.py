"""One opportunity as plain values, and how its dated path through the stages is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sightline.exchange.demonstration.catalogue import (
    LEAD_SOURCES,
    STAGES,
    WON,
    Competitor,
    Line,
)
from sightline.exchange.demonstration.footprint import Agreement, Cell
from sightline.exchange.demonstration.identity import record_id
from sightline.exchange.demonstration.people import Person, in_touch
from sightline.exchange.demonstration.profile import Profile, World

NEW, EXISTING, RENEWAL = "New Business", "Existing Business", "Renewal"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an opportunity; `yearly` in GBP."""

    line: Line
    yearly: float


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity. `path` is dated stage entries, oldest first, as positions in STAGES."""

    account: int
    number: int
    title: str
    kind: str
    unit: str
    items: tuple[Item, ...]
    path: tuple[tuple[date, int], ...]
    close: date
    reason: str = ""
    competitor: Competitor | None = None
    next_step: str = ""
    source: str = ""
    contract: int | None = None
    roles: tuple[tuple[Person, str], ...] = ()
    starts: date | None = None

    @property
    def id(self) -> str:
        """The Salesforce id of the opportunity."""
        return record_id("Opportunity", owner=self.account, number=self.number)

    @property
    def stage(self) -> int:
        """Where it stands, as a position in STAGES."""
        return self.path[-1][1]

    @property
    def is_open(self) -> bool:
        """Whether it is still being sold."""
        return not STAGES[self.stage].closed

    @property
    def created(self) -> date:
        """The day it was opened."""
        return self.path[0][0]

    @property
    def yearly(self) -> float:
        """GBP a year over all its lines."""
        return sum(item.yearly for item in self.items)


@dataclass(frozen=True, slots=True)
class Selling:
    """What the deals of an account are drawn from."""

    account: Profile
    world: World
    cells: tuple[Cell, ...]
    agreements: tuple[Agreement, ...]
    people: tuple[Person, ...]
    rng: Random

    def roles(self, unit: str = "") -> tuple[tuple[Person, str], ...]:
        """Champion, economic buyer and a third person, all of them met regularly."""
        known = in_touch(self.account, self.people)
        buyers = [person for person in known if person.budget] or [self.people[0]]
        users = [person for person in known if not person.budget] or [self.people[-1]]
        near = [person for person in buyers if person.unit == unit] or buyers
        champion = self.rng.choice(users)
        third = self.rng.choice([p for p in known if p is not champion] or list(known))
        picked = {champion: "Champion", self.rng.choice(near): "Economic Buyer"}
        picked.setdefault(third, self.rng.choice(("Influencer", "Technical Buyer")))
        return tuple(picked.items())


def deal_from(
    selling: Selling,
    kind: str,
    unit: str,
    items: tuple[Item, ...],
    close: date,
    *,
    path: tuple[tuple[date, int], ...],
    starts: date | None = None,
    contract: int | None = None,
) -> Deal:
    """A deal with its title, source and contact roles drawn; renumbered when all are known."""
    what = items[0].line.name if len(items) == 1 else f"{items[0].line.name} and others"
    place = f" for {unit}" if unit else ""
    label = "Renewal: " if kind == RENEWAL else ""
    return Deal(
        account=selling.account.index,
        number=0,
        title=f"{label}{what}{place}",
        kind=kind,
        unit=unit,
        items=items,
        path=path,
        close=close,
        source=selling.rng.choice(LEAD_SOURCES),
        contract=contract,
        roles=selling.roles(unit),
        starts=starts,
    )


def closed_path(
    close: date, outcome: int, rng: Random, *, first: int = 0, last: int = 4
) -> tuple[tuple[date, int], ...]:
    """Stages `first` to `last`, then the outcome on the day it closed."""
    path = [(close, outcome)]
    for stage in reversed(range(min(first, last), last + 1)):
        days = max(2, round(STAGES[stage].days * rng.lognormvariate(0, 0.4)))
        path.insert(0, (path[0][0] - timedelta(days=days), stage))
    return tuple(path)


def stage_lost(rng: Random) -> int:
    """The last stage before a loss, by how many survive each stage."""
    weights, alive = [], 1.0
    for stage in STAGES[:WON]:
        weights.append(alive * (1 - stage.survives))
        alive *= stage.survives
    return rng.choices(range(WON), weights)[0]


def common_unit(cells: Sequence[Cell]) -> str:
    """The unit that all cells share, or none."""
    units = {cell.unit for cell in cells}
    return units.pop() if len(units) == 1 else ""
