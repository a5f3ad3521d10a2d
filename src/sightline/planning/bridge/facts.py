"""What the bridge is built from: base, renewals, plays, target, all in one currency.

Amounts are `Money` at the rates of the plan year's first day; probabilities are shares from 0 to 1.
None means "not known" and never stands for zero.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.errors import InvalidValue
from sightline.planning.fiscal import FiscalYear
from sightline.planning.money import Money
from sightline.planning.reasons import Reason


class Basis(StrEnum):
    """What a target counts, chosen once per company."""

    EXIT_ACV = "exit_acv"
    REVENUE_IN_YEAR = "revenue_in_year"


class TargetKind(StrEnum):
    """The four kinds a target is split into."""

    RETAIN = "retain"
    UPLIFT = "uplift"
    CROSS_SELL = "cross_sell"
    EXPAND = "expand"


class Outcome(StrEnum):
    """How an opportunity or a renewal stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Risk(StrEnum):
    """A person's judgement of a renewal."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class BaseLine:
    """Recurring ACV of one unit x product line on the plan year's first day."""

    key: str
    label: str
    acv: Money
    source: str = ""


@dataclass(frozen=True, slots=True)
class RenewalFacts:
    """One renewal: what is up, when, and what is expected of it.

    `contraction` is lost even if it renews; `uplift_rate` applies to what renews; both may be
    unknown. `renewed` is the new yearly value once the outcome is won, `settled_on` the day that
    was written. `probability` is set by a scenario only and then stands before every other source.
    `passed`: it ended and the account's ACV has gone on from there, though nobody wrote how.
    `account` names whose ACV it is part of.
    """

    key: str
    label: str
    due: dt.date
    acv_up: Money
    risk: Risk | None = None
    contraction: Money | None = None
    uplift_rate: float | None = None
    outcome: Outcome = Outcome.OPEN
    renewed: Money | None = None
    probability: float | None = None
    account: str = ""
    settled_on: dt.date | None = None
    passed: bool = False

    def __post_init__(self) -> None:
        if self.acv_up.minor < 0:
            raise InvalidValue("What is up for renewal cannot be negative.", field="acv_up")
        if self.contraction is not None and not 0 <= self.contraction.minor <= self.acv_up.minor:
            raise InvalidValue(
                "A contraction lies between nothing and what is up.", field="contraction"
            )


@dataclass(frozen=True, slots=True)
class ValueRange:
    """A value as low, likely and high: a triangular distribution."""

    low: Money
    likely: Money
    high: Money

    def __post_init__(self) -> None:
        if not 0 <= self.low.minor <= self.likely.minor <= self.high.minor:
            raise InvalidValue("A range goes from low over likely to high.", field="range")


@dataclass(frozen=True, slots=True)
class CellShare:
    """One cell that a play touches, with the yearly value somebody gave it, where they did.

    `fantasy`: its unit is mapped and nobody reaches who decides there.
    """

    cell: str
    value: Money | None
    fantasy: bool = False


@dataclass(frozen=True, slots=True)
class PlayFacts:
    """One opportunity, or one play that has none yet.

    `recurring` is the yearly value, `one_off` what comes once; `probability` is the company's for
    its stage (see `odds`); `past_date_factor` multiplies it once the target date has passed.
    `odds` say where it comes from: the past counted and the stage's default, both.
    Renewal type or a `renewal` key puts it into the base. Of `cells` that nobody reaches the part of an
    open play adds nothing. `account` names whose ACV it joins once it is won.
    """

    key: str
    label: str
    recurring: Money | None = None
    one_off: Money | None = None
    range: ValueRange | None = None
    probability: float | None = None
    closes: dt.date | None = None
    outcome: Outcome = Outcome.OPEN
    kind: TargetKind | None = None
    renewal_type: bool = False
    renewal: str | None = None
    calibrated: bool = False
    past_date_factor: float | None = None
    cells: tuple[CellShare, ...] = ()
    odds: tuple[Reason, ...] = ()
    account: str = ""

    def __post_init__(self) -> None:
        for share in (self.probability, self.past_date_factor):
            if share is not None and not 0 <= share <= 1:
                raise InvalidValue("A probability lies between 0 and 1.", field="probability")
        for amount in (self.recurring, self.one_off):
            if amount is not None and amount.minor < 0:
                raise InvalidValue("A play's value cannot be negative.", field="recurring")


@dataclass(frozen=True, slots=True)
class SinceChange:
    """How one account's ACV moved since the first day, beyond what was won, renewed or lost."""

    key: str
    label: str
    amount: Money
    on: dt.date
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class ExchangeEffect:
    """What moving rates did to one base line or play since the plan year's first day."""

    key: str
    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class RenewalRecord:
    """The company's settled renewals: how many renewed of how many came up."""

    renewed: int
    settled: int

    def __post_init__(self) -> None:
        if not 0 <= self.renewed <= self.settled:
            raise InvalidValue("No more can renew than came up.", field="renewed")


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """The target by kind; the whole is their sum. Kinds nobody set are left out, not zero."""

    by_kind: tuple[tuple[TargetKind, Money], ...]

    def whole(self, currency: str) -> Money:
        """All kinds together."""
        result = Money.zero(currency)
        for _, amount in self.by_kind:
            result += amount
        return result


@dataclass(frozen=True, slots=True)
class BridgeFacts:
    """All that one plan year's bridge needs. `target` None: no target is agreed.

    `base_on` is the day that the base is read on, where told; `now` the ACV as last measured, at
    the first day's rates, read from `now_sources`; `notes` say what of the base is not known.
    """

    currency: str
    year: FiscalYear
    base: tuple[BaseLine, ...]
    renewals: tuple[RenewalFacts, ...] = ()
    plays: tuple[PlayFacts, ...] = ()
    target: TargetFacts | None = None
    exchange: tuple[ExchangeEffect, ...] = ()
    renewal_record: RenewalRecord | None = None
    basis: Basis = Basis.EXIT_ACV
    since: tuple[SinceChange, ...] = ()
    base_on: dt.date | None = None
    now: Money | None = None
    now_sources: tuple[str, ...] = ()
    notes: tuple[Reason, ...] = ()
