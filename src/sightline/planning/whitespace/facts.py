"""What is known of one cell: four facts kept apart, the answers to three questions, estimates.

Every fact carries where it comes from, who said it, when, and how sure they were.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.money import Money


class Confidence(StrEnum):
    """How sure the one who said it was."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Origin:
    """Source, author, date and confidence of a fact. `live` facts are read from the CRM or the
    ledger each time and so do not go stale by age."""

    source: str
    on: dt.date
    author: str | None = None
    confidence: Confidence = Confidence.MEDIUM
    live: bool = False


@dataclass(frozen=True, slots=True)
class Footprint:
    """What we have sold there. `revenue` is that of the last twelve months; None is not loaded.

    `contract_end` is the latest end of an asset or contract line; `under_contract` whether one is
    active now.
    """

    origin: Origin
    revenue: Money | None = None
    under_contract: bool = False
    contract_end: dt.date | None = None

    @property
    def owned(self) -> bool:
        """As `is_owned` tells."""
        revenue = self.revenue.minor if self.revenue is not None else None
        return is_owned(revenue, under_contract=self.under_contract)


def is_owned(revenue: int | None, *, under_contract: bool) -> bool:
    """Revenue in the last twelve months (minor units, None not loaded), or an active asset or
    contract line."""
    return under_contract or (revenue is not None and revenue > 0)


class HolderKind(StrEnum):
    """Who has the spend."""

    US = "us"
    COMPETITOR = "competitor"
    IN_HOUSE = "in_house"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the spend. `reported` is a sighting in one line, asked again sooner."""

    kind: HolderKind
    origin: Origin
    competitor: str | None = None
    contract_end: dt.date | None = None
    reported: bool = False

    def __post_init__(self) -> None:
        if self.kind is HolderKind.COMPETITOR and not (self.competitor or "").strip():
            raise MissingValue("A competitor who holds a cell needs a name.", field="competitor")


class EligibilityKind(StrEnum):
    """Whether the line can be sold there at all."""

    APPLICABLE = "applicable"
    BLOCKED = "blocked"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Applicable; blocked until a day (`until` None: until further notice); or not applicable."""

    kind: EligibilityKind
    origin: Origin
    until: dt.date | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.kind is not EligibilityKind.APPLICABLE and not self.reason.strip():
            raise MissingValue("A blocked or excluded cell needs a reason.", field="reason")

    def blocks(self, *, on: dt.date) -> bool:
        """Whether the cell is blocked on a day; on `until` itself it is free again."""
        return self.stands(on=on) is EligibilityKind.BLOCKED

    def stands(self, *, on: dt.date) -> EligibilityKind | None:
        """What holds of it on a day; None where it was a block that is over."""
        return eligible(self.kind, self.until, on=on)


def eligible(
    kind: EligibilityKind, until: dt.date | None, *, on: dt.date
) -> EligibilityKind | None:
    """The kind as it stands on a day; None where it is a block that is over."""
    over = kind is EligibilityKind.BLOCKED and until is not None and on >= until
    return None if over else kind


@dataclass(frozen=True, slots=True)
class OpenDeal:
    """An open opportunity's share in this cell; the shares over its cells add up to its amount."""

    key: str
    share: Money | None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Open opportunities that touch the cell."""

    deals: tuple[OpenDeal, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Need:
    """Need 0-3 as answered, with evidence and, where there is one, the priority it answers."""

    level: int
    origin: Origin
    evidence: str = ""
    priority: str | None = None

    def __post_init__(self) -> None:
        _check_level(self.level, "need")


@dataclass(frozen=True, slots=True)
class Override:
    """A person's own level for access or budget; it needs a reason and ages like a fact."""

    level: int
    reason: str
    origin: Origin

    def __post_init__(self) -> None:
        _check_level(self.level, "override")
        if not self.reason.strip():
            raise MissingValue("An override needs a reason.", field="reason")


class Method(StrEnum):
    """How a value was arrived at."""

    COMPARABLE = "comparable"
    WALLET = "wallet"
    PRICE = "price"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class ValueEstimate:
    """Yearly revenue as low, likely, high, with its method in words."""

    low: Money
    likely: Money
    high: Money
    method: Method
    origin: Origin
    words: str = ""

    def __post_init__(self) -> None:
        if not self.low <= self.likely <= self.high or self.low.minor < 0:
            raise InvalidValue("An estimate runs from low over likely to high.", field="likely")


@dataclass(frozen=True, slots=True)
class CellFacts:
    """All that is known of one unit × line; what nobody has said is None."""

    unit: str
    line: str
    footprint: Footprint | None = None
    holder: Holder | None = None
    eligibility: Eligibility | None = None
    pipeline: Pipeline | None = None
    need: Need | None = None
    access: Override | None = None
    budget: Override | None = None
    estimates: tuple[ValueEstimate, ...] = ()
    chosen: Method | None = None
    owner: str | None = None
    in_plays: tuple[str, ...] = ()
    in_target: bool = False
    peer_share: float | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Unit and line."""
        return (self.unit, self.line)

    @property
    def deals(self) -> tuple[OpenDeal, ...]:
        """Open opportunities in the cell."""
        return self.pipeline.deals if self.pipeline else ()


@dataclass(frozen=True, slots=True)
class WhitespaceParameters:
    """Every number of the whitespace rules; units and sources in `whitespace.toml`."""

    fact_days: int
    reported_days: int
    contract_end_days: int
    level_shares: tuple[float, ...]
    upper_quantile: float
    weekly_facts: int
    comparable_low: float
    comparable_likely: float
    comparable_high: float
    comparable_least: int
    realistic_share: float
    small_count: int
    peers_least: int
    similarity_least: float
    suggestions_shown: int


def _check_level(level: int, field: str) -> None:
    if not 0 <= level <= 3:
        raise InvalidValue("Need, access and budget are between 0 and 3.", field=field)
