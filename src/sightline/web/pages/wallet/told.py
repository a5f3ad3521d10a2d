"""An estimated wallet in figures: total, ours, who has the rest, the trend; whole and by unit and category."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sightline.drawing import wallet as drawn
from sightline.drawing.sheet import Drawing
from sightline.planning.money import Money
from sightline.planning.wallet import (
    Estimate,
    OpenWallet,
    Parts,
    Scale,
    ShareRange,
    ShareTrend,
    Voice,
    Wallet,
    WalletParameters,
    combine,
    headroom,
    narrowing_question,
    share_trend,
    split_wallet,
    wallet_share,
)
from sightline.records.queries.wallet_page import Told, WalletFacts
from sightline.records.queries.wallet_parts import Held, Sold, held_in, sold_in, units_below
from sightline.records.queries.whitespace import ScoredGrid
from sightline.web.figures import Figure, Input
from sightline.wording import dates
from sightline.wording.chances import percent
from sightline.wording.money import money_range, short_money

YEAR = timedelta(days=365)
MOST_RIVALS = 4
SURE = {
    "high": gettext_lazy("sure"),
    "medium": gettext_lazy("fairly sure"),
    "low": gettext_lazy("a guess"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What every wallet of one page is computed with; `grid` None where it may not be seen."""

    facts: WalletFacts
    grid: ScoredGrid | None
    on: date
    parameters: WalletParameters


@dataclass(frozen=True, slots=True)
class Source:
    """One voice: where from, its weight, and who said it, when, how sure."""

    name: str
    weight: str
    note: str


@dataclass(frozen=True, slots=True)
class Share:
    """One wallet with ours in it; None where what we sell there is not known."""

    wallet: Wallet
    own: Money | None
    share: ShareRange | None
    trend: ShareTrend | None
    parts: Parts | None


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One unit × category as people estimated it."""

    unit: str
    category: str
    range: str
    likely: Money
    ours: Money | None
    share: str
    trend: str
    room: Money | None
    room_range: str
    others: tuple[tuple[str, str], ...]
    unplaced: Money | None
    why_not: str
    over: str
    sources: tuple[Source, ...]
    inferred: bool
    stale: bool
    reasons: tuple[str, ...]


def told_rows(look: Look) -> tuple[ToldRow, ...]:
    """Every unit and category that anybody estimated."""
    found = ((one, _shared(one, look)) for one in look.facts.told)
    return tuple(_row(one, share, look) for one, share in found if share is not None)


def whole_of(look: Look) -> Share | None:
    """The account's own estimates with the model; parts alone are not the whole."""
    facts = look.facts
    whole = next((one for one in facts.told if not one.place and not one.category), None)
    estimates = whole.estimates if whole else ()
    wallet = _combined(estimates, Scale.ACCOUNT, look, modelled=facts.modelled, floor=facts.own)
    if wallet is None:
        return None
    return _share(wallet, Sold(facts.own, facts.own_before), estimates, Scale.ACCOUNT, look, None)


def _shared(told: Told, look: Look) -> Share | None:
    if not told.place and not told.category:
        return whole_of(look)
    wallet = _combined(told.estimates, _scale(told), look)
    if wallet is None:
        return None
    lines = look.facts.lines.get(told.category.casefold()) if told.category else None
    if told.category and lines is None:  # nobody said which of our lines this category means
        return Share(wallet, None, None, None, None)
    units = _units(told, look)
    sold = sold_in(look.facts.sold, units=units, lines=lines, currency=look.facts.currency)
    held = held_in(look.grid, units=units, lines=lines) if look.grid is not None else None
    if look.facts.own is None:
        sold = Sold()
    return _share(wallet, sold, told.estimates, _scale(told), look, held)


def _units(told: Told, look: Look) -> frozenset[str] | None:
    if not told.place:
        return None
    return units_below(look.grid, told.place) if look.grid else frozenset({told.place})


def _share(
    wallet: Wallet,
    sold: Sold,
    estimates: tuple[Estimate, ...],
    scale: Scale,
    look: Look,
    held: Held | None,
) -> Share:
    """Ours in one wallet, against the same a year before; who has the rest."""
    if sold.now is None:
        return Share(wallet, None, None, None, None)
    if held is None and look.grid is not None:
        held = held_in(look.grid, units=None, lines=None)
    share = wallet_share(sold.now, wallet=wallet.range)
    then = combine(estimates, scale=scale, on=look.on - YEAR, parameters=look.parameters)
    before = None
    if then is not None and sold.before is not None:
        before = wallet_share(sold.before, wallet=then.range)
    parts = None
    if held is not None:
        parts = split_wallet(
            wallet.range, own=sold.now, competitors=held.rivals, in_house=held.in_house
        )
    trend = share_trend(before, now=share, parameters=look.parameters)
    return Share(wallet, sold.now, share, trend, parts)


def _combined(
    estimates: tuple[Estimate, ...],
    scale: Scale,
    look: Look,
    *,
    modelled: Money | None = None,
    floor: Money | None = None,
) -> Wallet | None:
    return combine(
        estimates,
        scale=scale,
        on=look.on,
        parameters=look.parameters,
        modelled=modelled,
        floor=floor,
    )


def _scale(told: Told) -> Scale:
    if told.place:
        return Scale.UNIT
    return Scale.CATEGORY if told.category else Scale.ACCOUNT


def _row(told: Told, one: Share, look: Look) -> ToldRow:
    wallet, parts = one.wallet, one.parts
    room = headroom(one.own, wallet=wallet.range) if one.own is not None else None
    return ToldRow(
        unit=told.unit or _("Whole account"),
        category=told.category or _("all of it"),
        range=money_range(wallet.range.low, wallet.range.high),
        likely=wallet.range.likely,
        ours=one.own,
        share=share_words(one.share),
        trend=one.trend.reason.text if one.trend is not None else "",
        room=room.likely if room is not None else None,
        room_range=money_range(room.low, room.high) if room is not None else "",
        others=_others(parts) if parts is not None else (),
        unplaced=parts.unknown if parts is not None else None,
        why_not=_why_not(told, one),
        over=parts.over.text if parts is not None and parts.over is not None else "",
        sources=tuple(_source(voice, told.estimates) for voice in wallet.voices),
        inferred=wallet.inferred,
        stale=wallet.stale,
        reasons=tuple(reason.text for reason in wallet.reasons),
    )


def _why_not(told: Told, one: Share) -> str:
    if one.own is not None:
        return ""
    if told.category:
        return _("which of our lines this category means is not said")
    return _("our revenue is not loaded")


def share_words(share: ShareRange | None) -> str:
    """A share as a range; empty where there is none."""
    if share is None:
        return ""
    return _("%(low)s to %(high)s, likely %(likely)s") % {
        "low": percent(share.low),
        "high": percent(share.high),
        "likely": percent(share.likely),
    }


def _others(parts: Parts) -> tuple[tuple[str, str], ...]:
    found = [(name, short_money(money)) for name, money in parts.competitors]
    if parts.in_house is not None:
        found.append((_("in-house"), short_money(parts.in_house)))
    return tuple(found)


def _source(voice: Voice, estimates: tuple[Estimate, ...]) -> Source:
    said = [one for one in estimates if one.source == voice.source]
    if not said:
        return Source(voice.source, percent(voice.share), "")
    newest = max(said, key=lambda one: one.on)
    who = newest.author if newest.author and newest.author != voice.source else ""
    how = newest.method if newest.method.casefold() != voice.source.casefold() else ""
    sure = str(SURE.get(newest.confidence, newest.confidence))
    parts = (how, who, dates.day(newest.on), sure)
    return Source(voice.source, percent(voice.share), ", ".join(part for part in parts if part))


def bar_of(one: Share) -> Drawing | None:
    """Who has the likely wallet; None where the parts are not known."""
    parts = one.parts
    if parts is None:
        return None
    shares = [drawn.Share(_("Us"), float(parts.own.minor), "ours")]
    shares += [
        drawn.Share(name, float(money.minor), "rival")
        for name, money in parts.competitors[:MOST_RIVALS]
    ]
    more = sum(money.minor for _name, money in parts.competitors[MOST_RIVALS:])
    in_house = parts.in_house.minor if parts.in_house is not None else 0
    rest = (
        (_("Other competitors"), more, "rival"),
        (_("In-house"), in_house, "in_house"),
        (_("Not known"), parts.unknown.minor, "unspent"),
    )
    shares += [drawn.Share(name, float(minor), kind) for name, minor, kind in rest if minor > 0]
    if sum(share.value for share in shares) <= 0:
        return None
    currency = parts.own.currency
    return drawn.stacked_bar(
        shares,
        key="wallet",
        label=lambda value: short_money(Money(round(value), currency)),
        percent=percent,
    )


def trend_figure(one: Share) -> tuple[str, str, Figure]:
    """Points on the year before, or why they are not known."""
    if one.trend is None:
        why = _("no estimate is a year old") if one.share is not None else _("no share")
        return _("not known"), why, Figure(explanation=why)
    inputs = (Input(_("Trend"), one.trend.reason.text),)
    certain = _("points") if one.trend.proven else _("points, not certain")
    explanation = _("Likely share now less the likely share twelve months ago, both as known then.")
    return f"{one.trend.points:+.0f}", certain, Figure(inputs=inputs, explanation=explanation)


def question_of(look: Look) -> str:
    """The one question whose answer takes most width off a range; empty where nothing is known."""
    facts = look.facts
    wallets = [
        OpenWallet(
            one.unit or _("the account"), one.category or _("all of it"), _scale(one), one.estimates
        )
        for one in facts.told
    ]
    if facts.modelled is not None and not any(not t.place and not t.category for t in facts.told):
        wallets.append(
            OpenWallet(_("the account"), _("all of it"), Scale.ACCOUNT, (), facts.modelled)
        )
    found = narrowing_question(wallets, on=look.on, parameters=look.parameters)
    if found is None:
        return ""
    return found.reason.text.replace(str(found.narrower), short_money(found.narrower))
