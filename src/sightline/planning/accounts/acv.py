"""Annual contract value of a unit × product line on a date, from the first source that exists.

Assets, then contracts, then won opportunity lines, then trailing revenue; never two added.
Definition with worked examples: docs/method/acv.md.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money, total
from sightline.planning.parameters import Parameters
from sightline.planning.periods import Window, months_in, months_of
from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class AcvParameters:
    """The numbers of docs/method/acv.md."""

    overrun_days: int
    backdated_days: int
    inferred_months: int
    disagreement_share: float


class RevenueKind(enum.StrEnum):
    """How a product line earns; ACV, NRR and GRR count recurring lines only."""

    RECURRING = "recurring"
    REPEAT = "repeat"
    ONE_OFF = "one_off"

    @property
    def in_acv(self) -> bool:
        """Whether it enters ACV, NRR and GRR."""
        return self is RevenueKind.RECURRING

    @property
    def in_baseline(self) -> bool:
        """Whether its rolling twelve months are a baseline for the next ones."""
        return self is not RevenueKind.ONE_OFF


class AcvSource(enum.StrEnum):
    """Where an ACV comes from, in the order in which the sources are believed."""

    ASSET = "asset"
    CONTRACT = "contract"
    WON_LINE = "won_line"
    TRAILING = "trailing"


_CONTRACTED = (AcvSource.ASSET, AcvSource.CONTRACT, AcvSource.WON_LINE)
_WORDS = {
    AcvSource.ASSET: "from active assets and subscriptions",
    AcvSource.CONTRACT: "from active contracts",
    AcvSource.WON_LINE: "from won opportunity lines",
    AcvSource.TRAILING: "trailing, not contracted",
}


@dataclass(frozen=True, slots=True)
class TermYear:
    """One step of a ramped contract: its days and its value a year."""

    window: Window
    yearly: Money


@dataclass(frozen=True, slots=True)
class Entitlement:
    """An asset, subscription, contract or won line that promises revenue.

    `value` is the money of the whole term (price × quantity); `term` its days, both included.
    Without a term it counts twelve months from `since` (the close or start date), as inferred.
    `ramp` lists the years of a ramped contract; the one in force then counts, not the average.
    """

    key: str
    source: AcvSource
    value: Money
    term: Window | None
    since: dt.date | None = None
    ramp: tuple[TermYear, ...] = ()

    def __post_init__(self) -> None:
        if self.source is AcvSource.TRAILING:
            raise InvalidValue("Trailing revenue is not an entitlement.", field="source")
        if self.term is None and self.since is None:
            raise InvalidValue("Without a term its first date is needed.", field="since")


@dataclass(frozen=True, slots=True)
class AcvPart:
    """What one entitlement adds to ACV, in money a year."""

    key: str
    yearly: Money
    term: Window
    overrun: bool
    inferred: bool


@dataclass(frozen=True, slots=True)
class Acv:
    """ACV on a date in money a year, its source, its parts and why.

    `value` None: none of the four sources exists, which is not zero. `overrun` is the part of
    `value` whose term has ended. `disagrees` is the distance between contracted and trailing
    revenue as a share of the larger one, given only where it is large enough to be a signal.
    """

    value: Money | None
    source: AcvSource | None
    parts: tuple[AcvPart, ...]
    overrun: Money | None
    disagrees: float | None
    reasons: tuple[Reason, ...]


def acv_on(
    entitlements: Iterable[Entitlement],
    *,
    on: dt.date,
    kind: RevenueKind,
    trailing: Money | None,
    currency: str,
    parameters: Parameters,
) -> Acv:
    """ACV of one unit × line on a date, in `currency`; amounts must be converted before.

    The first source with anything in force counts. `trailing` is R12 of the line on that date,
    None where no ledger is loaded. Lines that are not recurring have no ACV. Raises
    MixedCurrencies.
    """
    numbers = parameters.section(AcvParameters, "acv")
    if not kind.in_acv:
        text = f"{kind.value.replace('_', '-')} revenue is not contracted by the year"
        return _nothing(because("acv_not_recurring", text, kind=kind.value))
    given = tuple(entitlements)
    for source in _CONTRACTED:
        own = [item for item in given if item.source is source]
        parts = _in_force(own, on=on, numbers=numbers)
        if parts:
            return _contracted(source, parts, trailing, currency=currency, numbers=numbers)
    if trailing is not None and trailing.minor != 0:
        value = total([trailing], currency=currency)
        why = because("acv_trailing", _WORDS[AcvSource.TRAILING], r12=trailing)
        return Acv(value, AcvSource.TRAILING, (), None, None, (why,))
    text = "no asset, contract, won line or revenue covers this date"
    return _nothing(because("acv_unknown", text, on=on))


def _nothing(why: Reason) -> Acv:
    return Acv(None, None, (), None, None, (why,))


def _in_force(
    entitlements: Sequence[Entitlement], *, on: dt.date, numbers: AcvParameters
) -> tuple[AcvPart, ...]:
    """Parts in their term, and overrun ones that nothing has followed."""
    slack = dt.timedelta(days=numbers.overrun_days)
    current: list[AcvPart] = []
    ended: list[AcvPart] = []
    for item in entitlements:
        term = _term(item, numbers)
        if term.start <= on <= term.end:
            current.append(_part(item, term, on=on, overrun=False))
        elif term.end < on <= term.end + slack and item.term is not None:
            ended.append(_part(item, term, on=on, overrun=True))
    # a renewal signed before or after the end replaces what it renews; counting both is twice
    open_ended = [p for p in ended if not any(_follows(c.term, p.term, slack) for c in current)]
    return tuple(sorted(current + open_ended, key=lambda part: part.key))


def _term(item: Entitlement, numbers: AcvParameters) -> Window:
    if item.term is not None:
        return item.term
    assert item.since is not None
    return months_of(item.since, numbers.inferred_months)


def _part(item: Entitlement, term: Window, *, on: dt.date, overrun: bool) -> AcvPart:
    day = min(on, term.end)
    step = next((year.yearly for year in item.ramp if day in year.window), None)
    yearly = step if step is not None else yearly_value(item.value, term)
    return AcvPart(item.key, yearly, term, overrun, inferred=item.term is None)


def yearly_value(value: Money, term: Window) -> Money:
    """What a value over a term is a year: value x 12 / months of the term."""
    return value.times(12 / months_in(term))


def _follows(later: Window, earlier: Window, slack: dt.timedelta) -> bool:
    return later.start >= earlier.end - slack and later.start > earlier.start


def _contracted(
    source: AcvSource,
    parts: tuple[AcvPart, ...],
    trailing: Money | None,
    *,
    currency: str,
    numbers: AcvParameters,
) -> Acv:
    value = total((part.yearly for part in parts), currency=currency)
    overrun = total((part.yearly for part in parts if part.overrun), currency=currency)
    reasons = [because("acv_source", _WORDS[source], source=source.value, parts=len(parts))]
    if overrun:
        text = f"{overrun} of it runs past its contract end"
        reasons.append(because("acv_overrun", text, overrun=overrun))
    if any(part.inferred for part in parts):
        text = f"term not given: {numbers.inferred_months} months from the start are inferred"
        reasons.append(because("acv_inferred", text, months=numbers.inferred_months))
    apart = _apart(value, trailing)
    disagrees = apart if apart is not None and apart > numbers.disagreement_share else None
    if disagrees is not None:
        text = f"contracted and trailing revenue are {disagrees:.0%} apart"
        reasons.append(because("acv_disagrees", text, contracted=value, trailing=trailing))
    return Acv(value, source, parts, overrun if overrun else None, disagrees, tuple(reasons))


def _apart(value: Money, trailing: Money | None) -> float | None:
    if trailing is None:
        return None
    larger = max(abs(value), abs(trailing))
    return abs(value - trailing).minor / larger.minor if larger else 0.0
