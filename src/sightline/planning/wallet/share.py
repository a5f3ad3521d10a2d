"""Wallet share, headroom and trend as ranges; three numbers that keep three names; the question
that would narrow a wallet most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sightline.planning.money import Money
from sightline.planning.reasons import Reason, because
from sightline.planning.wallet.combine import Wallet, combine, interval_factor
from sightline.planning.wallet.facts import (
    Estimate,
    Range,
    Scale,
    ShareRange,
    WalletParameters,
)


def wallet_share(own: Money, *, wallet: Range) -> ShareRange | None:
    """Ours ÷ total as a range, never above 1; None where the wallet could be nothing."""
    if wallet.low.minor <= 0:
        return None

    def share(total: Money) -> float:
        return min(1.0, max(0.0, (own.share_of(total) or 0.0)))

    return ShareRange(share(wallet.high), share(wallet.likely), share(wallet.low))


def headroom(own: Money, *, wallet: Range) -> Range:
    """What is spent and not with us, as a range, never below zero."""
    nothing = Money.zero(own.currency)
    low, likely, high = (
        max(one - own, nothing) for one in (wallet.low, wallet.likely, wallet.high)
    )
    return Range(low, likely, high)


@dataclass(frozen=True, slots=True)
class ThreeNumbers:
    """Three figures that must not be mixed. `total` is all they spend in the category;
    `realistic` what the best-served comparable units give us of it; `next_step` the target."""

    total: Range
    realistic: Range
    next_step: Money
    reasons: tuple[Reason, ...]


def three_numbers(
    own: Money,
    *,
    wallet: Range,
    peer_shares: Sequence[float],
    parameters: WalletParameters,
    next_step: Money | None = None,
) -> ThreeNumbers:
    """Total, realistic and next step, each in its own name.

    Realistic is our P80 share among comparable units with a known wallet (at least 20; else the
    default) of the total, and never less than what we sell now. The next step is what a person
    set; else half of the way from now to the realistic likely value.
    """
    share, why = realistic_share(peer_shares, parameters=parameters)
    low, likely, high = (
        max(one.times(share), own) for one in (wallet.low, wallet.likely, wallet.high)
    )
    step = next_step
    source = because("wallet.next_step_set", "next step: set by a person")
    if step is None:
        step = own + (likely - own).times(parameters.next_step_share)
        text = f"next step: {parameters.next_step_share:.0%} of the way to the realistic value"
        source = because("wallet.next_step_default", text)
    return ThreeNumbers(wallet, Range(low, likely, high), step, (why, source))


def realistic_share(
    peer_shares: Sequence[float], *, parameters: WalletParameters
) -> tuple[float, Reason]:
    """Our P80 share among comparable units, or the default with too few; and which it is."""
    if len(peer_shares) < parameters.realistic_least:
        share = parameters.realistic_share
        text = (
            f"realistic: {share:.0%} by default, only {len(peer_shares)} comparable wallets known"
        )
        return share, because("wallet.realistic_default", text, known=len(peer_shares))
    ordered = sorted(peer_shares)
    place = parameters.realistic_quantile * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    share = ordered[low] + (place - low) * (ordered[high] - ordered[low])
    text = f"realistic: {share:.0%}, as at the best-served fifth of {len(ordered)} comparable units"
    return share, because("wallet.realistic_peers", text, known=len(ordered))


@dataclass(frozen=True, slots=True)
class ShareTrend:
    """Change of the likely share in points; `proven` only where the ranges do not overlap."""

    points: float
    proven: bool
    falling: bool
    reason: Reason


def share_trend(
    before: ShareRange | None, *, now: ShareRange | None, parameters: WalletParameters
) -> ShareTrend | None:
    """How the share moved between two dates; None with one of them not known.

    `falling` is a likely share down by more than five points.
    """
    if before is None or now is None:
        return None
    points = 100 * (now.likely - before.likely)
    apart = now.high < before.low or now.low > before.high
    way = "up" if points > 0 else "down" if points < 0 else "unchanged"
    tail = "" if apart or not points else "; the ranges overlap, so this is not certain"
    text = f"wallet share {way} {abs(points):.0f} points{tail}"
    return ShareTrend(
        points, apart, points < -parameters.trend_points, because("wallet.trend", text)
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """Who gets how much of the likely wallet. `unknown` is what nobody has placed; `over` is set
    where the known parts are more than the total, which one of them must be wrong about."""

    own: Money
    competitors: tuple[tuple[str, Money], ...]
    in_house: Money | None
    unknown: Money
    over: Reason | None

    @property
    def leader(self) -> tuple[str, Money] | None:
        """The competitor that holds the most."""
        return self.competitors[0] if self.competitors else None


def split_wallet(
    wallet: Range,
    *,
    own: Money,
    competitors: Mapping[str, Money],
    in_house: Money | None = None,
) -> Parts:
    """The likely wallet by holder; in-house None is not asked and stays in the unknown part."""
    known = own if in_house is None else own + in_house
    for amount in competitors.values():
        known = known + amount
    rest = wallet.likely - known
    nothing = Money.zero(own.currency)
    over = None
    if rest < nothing:
        text = f"the parts known come to {known}, more than the likely total {wallet.likely}"
        over = because("wallet.parts_above_total", text)
    ordered = sorted(competitors.items(), key=lambda row: (-row[1].minor, row[0]))
    return Parts(own, tuple(ordered), in_house, max(rest, nothing), over)


@dataclass(frozen=True, slots=True)
class OpenWallet:
    """One unit × category whose wallet may be asked about."""

    unit: str
    category: str
    scale: Scale
    estimates: tuple[Estimate, ...]
    modelled: Money | None = None
    floor: Money | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """The one question worth asking, and how much narrower the range would be, in money."""

    unit: str
    category: str
    narrower: Money
    reason: Reason


def narrowing_question(
    wallets: Iterable[OpenWallet], *, on: dt.date, parameters: WalletParameters
) -> Question | None:
    """Which wallet's total, asked of somebody who knows and answered today, takes most width off
    the range; None where nothing is known at all to narrow."""
    best: Question | None = None
    for one in wallets:
        wallet = combine(
            one.estimates,
            scale=one.scale,
            on=on,
            parameters=parameters,
            modelled=one.modelled,
            floor=one.floor,
        )
        if wallet is None:
            continue
        narrower = _narrowed_by(wallet, parameters)
        if best is None or narrower > best.narrower:
            text = (
                f"Ask procurement what {one.unit} spends a year on {one.category}: "
                f"the range would be {narrower} narrower."
            )
            why = because("wallet.question", text, unit=one.unit, category=one.category)
            best = Question(one.unit, one.category, narrower, why)
    return best


def _narrowed_by(wallet: Wallet, parameters: WalletParameters) -> Money:
    """Width now less width after one fresh, sure answer that confirms the likely value."""
    spread = min(parameters.confidence_spread.values())
    added = 1 / (spread**2 * parameters.overconfidence)
    now = interval_factor(wallet.weight, parameters=parameters)
    then = interval_factor(wallet.weight + added, parameters=parameters)
    return wallet.range.likely.times((now - 1 / now) - (then - 1 / then))


def total_of(wallets: Sequence[Range], *, currency: str) -> Range:
    """Several wallets as one: ends added to ends, as if their errors ran together. This is wider
    than the truth where errors are independent, and never narrower."""
    low = likely = high = Money.zero(currency)
    for one in wallets:
        low, likely, high = low + one.low, likely + one.likely, high + one.high
    return Range(low, likely, high)
