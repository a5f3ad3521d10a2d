"""One wallet from several estimates: in logs, aged, each source once, as an eight-in-ten range."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sightline.planning.errors import BadParameters, InvalidValue
from sightline.planning.money import Money
from sightline.planning.reasons import Reason, because
from sightline.planning.wallet.facts import Estimate, Range, Scale, WalletParameters

_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Voice:
    """One source in the result: its estimates' joint value, and its share of all weight."""

    source: str
    value: Money
    share: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Wallet:
    """Total wallet a year with its sources. `inferred` where only the model speaks."""

    range: Range
    voices: tuple[Voice, ...]
    weight: float
    inferred: bool
    stale: bool
    reasons: tuple[Reason, ...]


def model_wallet(
    *, own: Money, overall_share: float | None, size: float | None, spend_per_size: float | None
) -> Money | None:
    """max(own, √(A × B)): A = own ÷ our overall share, B = size × market spend per size.

    With no sales of ours B stands alone; with one of the two missing, the other. None: neither.
    """
    by_share = own.minor / overall_share if overall_share and own.minor > 0 else None
    by_size = size * spend_per_size if size and spend_per_size else None
    if by_share is not None and by_size is not None:
        amount = math.sqrt(by_share * by_size)
    elif by_share is not None or by_size is not None:
        amount = by_share if by_share is not None else by_size or 0.0
    else:
        return None
    return Money(max(own.minor, round(amount)), own.currency)


def calibrated(
    modelled: Money, *, pairs: Sequence[tuple[Money, Money]], parameters: WalletParameters
) -> Money:
    """The model moved by the median log error over validated wallets (validated, modelled),
    shrunk by n ÷ (n + 2); no pairs leave it as it is."""
    errors = sorted(math.log(true.minor / model.minor) for true, model in pairs)
    if not errors:
        return modelled
    middle = len(errors) // 2
    median = errors[middle] if len(errors) % 2 else (errors[middle - 1] + errors[middle]) / 2
    shrunk = median * len(errors) / (len(errors) + parameters.calibration_shrink)
    return modelled.times(math.exp(shrunk))


def share_by_rank(rank: int, *, suppliers: int) -> float:
    """Our likely share where only our rank among the suppliers used is known: (1 - rank ÷ (n + 1))
    × 2 ÷ n. The shares of all ranks add up to 1. Source: wallet allocation rule, Keiningham et al.
    """
    if not 1 <= rank <= suppliers:
        raise InvalidValue("A rank lies between 1 and the number of suppliers.", field="rank")
    return (1 - rank / (suppliers + 1)) * 2 / suppliers


def combine(
    estimates: Iterable[Estimate],
    *,
    scale: Scale,
    on: dt.date,
    parameters: WalletParameters,
    modelled: Money | None = None,
    floor: Money | None = None,
) -> Wallet | None:
    """The wallet on a day; None where nobody and no model says anything.

    `floor` is what is known to be spent (our sales and suppliers seen): no figure goes below it.
    Estimates dated after the day are not seen. Raises MixedCurrencies.
    """
    known = [one for one in estimates if one.on <= on]
    weighed = [_weigh(rows, scale, on, parameters) for rows in _by_source(known)]
    if modelled is not None and modelled.minor > 0:
        why = because("wallet.model", f"size and share model {modelled}")
        weighed.append(
            _Weighed("model", float(modelled.minor), 1 / parameters.model_spread**2, why)
        )
    if not weighed:
        return None
    currency = _one_currency(known, modelled, floor)
    weight = sum(one.weight for one in weighed)
    centre = sum(one.weight * math.log(one.minor) for one in weighed) / weight
    fresh = (on - one.on for one in known)
    limit = dt.timedelta(days=parameters.stale_days[scale.value])
    return Wallet(
        range=_range(centre, weight, currency, floor, parameters),
        voices=_voices(weighed, weight, currency),
        weight=weight,
        inferred=not known,
        stale=bool(known) and min(fresh) >= limit,
        reasons=_reasons(weighed, weight, known),
    )


@dataclass(frozen=True, slots=True)
class _Weighed:
    source: str
    minor: float
    weight: float
    reason: Reason


def _by_source(estimates: Iterable[Estimate]) -> list[list[Estimate]]:
    grouped: dict[str, list[Estimate]] = {}
    for one in estimates:
        grouped.setdefault(one.source, []).append(one)
    return [grouped[source] for source in sorted(grouped)]


def _weigh(
    rows: list[Estimate], scale: Scale, on: dt.date, parameters: WalletParameters
) -> _Weighed:
    """A source counts once: log mean of what was quoted, as old as its first quotation and as
    sure as its least sure, so that repeating it can never narrow the range."""
    spread = max(max(_spread(one, parameters), one.own_spread) for one in rows)
    first = min(one.on for one in rows)
    years = (on - first).days / _YEAR
    drift = parameters.drift[scale.value]
    weight = 1 / (spread**2 * parameters.overconfidence + drift**2 * years)
    minor = math.exp(sum(math.log(one.likely.minor) for one in rows) / len(rows))
    money = Money(round(minor), rows[0].likely.currency)
    who = rows[0].author or rows[0].source
    text = f"{who}: {money} ({rows[0].confidence}, {years * 12:.0f} months old)"
    why = because("wallet.estimate", text, source=rows[0].source, years=years)
    return _Weighed(rows[0].source, minor, weight, why)


def _spread(estimate: Estimate, parameters: WalletParameters) -> float:
    try:
        return parameters.confidence_spread[estimate.confidence]
    except KeyError:
        raise InvalidValue(
            f"Confidence is one of {', '.join(parameters.confidence_spread)}.", field="confidence"
        ) from None


def interval_factor(weight: float, *, parameters: WalletParameters) -> float:
    """What the likely value is multiplied and divided by, for the eight-in-ten range."""
    if weight <= 0:
        raise BadParameters("A wallet needs some weight.", field="wallet")
    p = parameters
    spread = math.sqrt(1 / weight + p.interval_floor**2)
    return math.exp(p.interval_deviations * p.interval_widening * spread)


def _range(
    centre: float,
    weight: float,
    currency: str,
    floor: Money | None,
    parameters: WalletParameters,
) -> Range:
    factor, likely = interval_factor(weight, parameters=parameters), math.exp(centre)
    least = floor.minor if floor is not None else 0
    low, middle, high = (
        Money(max(least, round(one)), currency)
        for one in (likely / factor, likely, likely * factor)
    )
    return Range(low, middle, high)


def _voices(weighed: list[_Weighed], weight: float, currency: str) -> tuple[Voice, ...]:
    found = [
        Voice(one.source, Money(round(one.minor), currency), one.weight / weight, one.reason)
        for one in weighed
    ]
    return tuple(sorted(found, key=lambda one: (-one.share, one.source)))


def _reasons(weighed: list[_Weighed], weight: float, known: list[Estimate]) -> tuple[Reason, ...]:
    found = [
        because(one.reason.code, f"{one.reason.text}: weight {one.weight / weight:.0%}")
        for one in sorted(weighed, key=lambda one: -one.weight)
    ]
    if not known:
        text = "inferred from comparable accounts: nobody has said what they spend"
        found.insert(0, because("wallet.inferred", text))
    return tuple(found)


def _one_currency(known: list[Estimate], *others: Money | None) -> str:
    amounts = [one.likely for one in known] + [one for one in others if one is not None]
    whole = Money.zero(amounts[0].currency)
    for amount in amounts:
        whole += amount
    return whole.currency
