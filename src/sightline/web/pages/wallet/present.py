"""The wallet in figures: total, ours, who has the rest, the trend, and the one question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sightline.drawing import wallet as drawn
from sightline.drawing.sheet import Drawing
from sightline.planning.money import Money
from sightline.planning.wallet import (
    OpenWallet,
    Range,
    Scale,
    ShareRange,
    SpendWallet,
    SupplierClass,
    Wallet,
    WalletParameters,
    combine,
    headroom,
    narrowing_question,
    share_trend,
    three_numbers,
    wallet_share,
)
from sightline.records.queries.wallet_page import SpendFacts, Told, WalletFacts
from sightline.web.figures import Figure, Input
from sightline.wording import dates
from sightline.wording.money import full_money, money_range, short_money

MOST_ROWS = 25


@dataclass(frozen=True, slots=True)
class Stat:
    """One figure with its inside."""

    label: str
    value: str
    note: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class SpendRow:
    """One unit × category of the customer's own payments."""

    unit: str
    category: str
    total: Money
    ours: Money
    share: str
    leader: str
    unclassed: Money


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One unit × category as people estimated it."""

    unit: str
    category: str
    range: str
    likely: Money
    voices: tuple[tuple[str, str], ...]
    inferred: bool
    stale: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A supplier nobody has classed, or a pair that may be one firm."""

    id: str
    name: str
    money: Money | None
    other_id: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page; `outright` where it is read from payments and not estimated."""

    outright: bool
    stats: tuple[Stat, ...]
    bar: Drawing | None
    spend: tuple[SpendRow, ...]
    more: int
    told: tuple[ToldRow, ...]
    question: str
    to_class: tuple[Asked, ...]
    doubtful: tuple[Asked, ...]
    classes: tuple[tuple[str, str], ...]
    ours: tuple[str, ...]
    classed: tuple[tuple[str, str, str], ...]
    window: str
    files: tuple[tuple[int, str, int, int], ...]
    step: str


def page_of(facts: WalletFacts, *, on: object, parameters: WalletParameters) -> Page:
    """Payments where there are any; estimates stand beside them."""
    told = [(one, _combined(one, facts, on, parameters)) for one in facts.told]
    rows = tuple(_told_row(one, wallet) for one, wallet in told if wallet is not None)
    spend = facts.spend
    if spend is not None:
        stats, bar = _from_spend(spend, facts, parameters)
    else:
        stats, bar = _from_told(facts, on, parameters)
    table = _spend_rows(spend) if spend is not None else ()
    return Page(
        outright=spend is not None,
        stats=stats,
        bar=bar,
        spend=table[:MOST_ROWS],
        more=max(0, len(table) - MOST_ROWS),
        told=rows,
        question="" if spend is not None else _question(facts, on, parameters),
        to_class=_to_class(spend) if spend is not None else (),
        doubtful=_doubtful(spend) if spend is not None else (),
        classes=_classes(),
        ours=tuple(
            spend.names[key] for key, what in spend.classes.items() if what is SupplierClass.US
        )
        if spend is not None
        else (),
        classed=_classed(spend) if spend is not None else (),
        window=_("%(first)s to %(last)s")
        % {"first": dates.month(spend.first), "last": dates.month(spend.last)}
        if spend is not None
        else "",
        files=spend.files if spend is not None else (),
        step=f"{facts.step.amount:,.0f}" if facts.step is not None else "",
    )


def _classes() -> tuple[tuple[str, str], ...]:
    return (
        (SupplierClass.US.value, _("Us")),
        (SupplierClass.COMPETITOR.value, _("Competitor")),
        (SupplierClass.PARTNER.value, _("Partner")),
        (SupplierClass.OTHER.value, _("Other")),
    )


def _classed(spend: SpendFacts) -> tuple[tuple[str, str, str], ...]:
    words = dict(_classes())
    found = [(key, spend.names[key], words[what.value]) for key, what in spend.classes.items()]
    return tuple(sorted(found, key=lambda one: (one[2], one[1])))


def _from_spend(
    spend: SpendFacts, facts: WalletFacts, parameters: WalletParameters
) -> tuple[tuple[Stat, ...], Drawing | None]:
    now, before = spend.whole, spend.whole_before
    if now is None:
        return (), None
    span = f"{dates.month(spend.first)} – {dates.month(spend.last)}"
    source = _("the customer's own payments, %s") % span
    rest = max(now.total - now.ours, Money.zero(spend.currency))
    trend, no_trend = None, _("no year before") if now.ours.minor else _("class us first")
    if now.ours.minor:  # with nobody classed as us there is no share to compare
        trend = share_trend(_exact(before), now=_exact(now), parameters=parameters)
    total = Range(now.total, now.total, now.total) if now.total.minor >= 0 else None
    stats = [
        Stat(
            _("Total wallet"),
            short_money(now.total),
            _("a year, outright"),
            _figure(source, (_("Payments"), full_money(now.total)), now.reasons),
        ),
        Stat(
            _("Ours"),
            short_money(now.ours) if now.ours.minor else _("class us first"),
            f"{now.share:.1%}" if now.share is not None else _("no share"),
            _figure(source, (_("Paid to us"), full_money(now.ours)), ()),
        ),
        Stat(
            _("Headroom"),
            short_money(rest),
            _("spent and not with us"),
            _figure(source, (_("Total less ours"), full_money(rest)), ()),
        ),
        Stat(
            _("Share, on the year before"),
            f"{trend.points:+.1f}" if trend is not None else _("not known"),
            _("points") if trend is not None else no_trend,
            _figure(source, (_("Trend"), trend.reason.text if trend else ""), ()),
        ),
    ]
    if total is not None:
        stats += _three(facts, now.ours, total, parameters)
    return tuple(stats), _bar(now, spend)


def _exact(wallet: SpendWallet | None) -> ShareRange | None:
    """A share read outright: a range without width."""
    if wallet is None or wallet.share is None:
        return None
    return ShareRange(wallet.share, wallet.share, wallet.share)


def _from_told(
    facts: WalletFacts, on: object, parameters: WalletParameters
) -> tuple[tuple[Stat, ...], Drawing | None]:
    wallet = _account_wallet(facts, on, parameters)
    if wallet is None:
        return (), None
    own = facts.own
    words = tuple(one.text for one in wallet.reasons)
    marks = (("inferred",) if wallet.inferred else ()) + (("stale",) if wallet.stale else ())
    span = money_range(wallet.range.low, wallet.range.high)
    inputs = (Input(_("Eight times in ten"), span),)
    stats = [
        Stat(
            _("Total wallet"),
            short_money(wallet.range.likely),
            span,
            Figure(inputs=inputs, explanation=". ".join(words), marks=marks),
        )
    ]
    if own is None:
        return tuple(stats), None
    share = wallet_share(own, wallet=wallet.range)
    room = headroom(own, wallet=wallet.range)
    ours = _("%(low)s to %(high)s, likely %(likely)s")
    said = ""
    if share is not None:
        said = ours % {
            "low": f"{share.low:.0%}",
            "high": f"{share.high:.0%}",
            "likely": f"{share.likely:.0%}",
        }
    stats += [
        Stat(
            _("Ours"),
            short_money(own),
            said,
            Figure(explanation=_("Revenue of the last 12 months ÷ total."), marks=marks),
        ),
        Stat(
            _("Headroom"),
            short_money(room.likely),
            money_range(room.low, room.high),
            Figure(explanation=_("Total less ours, never below zero."), marks=marks),
        ),
        *_three(facts, own, wallet.range, parameters),
    ]
    return tuple(stats), None


def _three(
    facts: WalletFacts, own: Money, total: Range, parameters: WalletParameters
) -> list[Stat]:
    step = facts.step if facts.step and facts.step.currency == own.currency else None
    numbers = three_numbers(
        own, wallet=total, peer_shares=(), parameters=parameters, next_step=step
    )
    why = [one.text for one in numbers.reasons]
    return [
        Stat(
            _("Realistic with us"),
            short_money(numbers.realistic.likely),
            _("a year"),
            Figure(explanation=why[0]),
        ),
        Stat(
            _("Next-step target"),
            short_money(numbers.next_step),
            _("a year"),
            Figure(explanation=why[1]),
        ),
    ]


def _account_wallet(facts: WalletFacts, on: object, parameters: WalletParameters) -> Wallet | None:
    """The account's own estimates with the model; parts alone are not the whole."""
    whole = [one for one in facts.told if not one.unit and not one.category]
    estimates = whole[0].estimates if whole else ()
    return combine(
        estimates,
        scale=Scale.ACCOUNT,
        on=on,  # type: ignore[arg-type]
        parameters=parameters,
        modelled=facts.modelled,
        floor=facts.own,
    )


def _combined(
    told: Told, facts: WalletFacts, on: object, parameters: WalletParameters
) -> Wallet | None:
    return combine(
        told.estimates,
        scale=_scale(told),
        on=on,  # type: ignore[arg-type]
        parameters=parameters,
    )


def _scale(told: Told) -> Scale:
    if told.unit:
        return Scale.UNIT
    return Scale.CATEGORY if told.category else Scale.ACCOUNT


def _question(facts: WalletFacts, on: object, parameters: WalletParameters) -> str:
    wallets = [
        OpenWallet(
            one.unit or _("the account"), one.category or _("all of it"), _scale(one), one.estimates
        )
        for one in facts.told
    ]
    if facts.modelled is not None and not any(not t.unit and not t.category for t in facts.told):
        wallets.append(
            OpenWallet(_("the account"), _("all of it"), Scale.ACCOUNT, (), facts.modelled)
        )
    found = narrowing_question(wallets, on=on, parameters=parameters)  # type: ignore[arg-type]
    return (
        found.reason.text.replace(str(found.narrower), short_money(found.narrower)) if found else ""
    )


def _told_row(told: Told, wallet: Wallet) -> ToldRow:
    return ToldRow(
        unit=told.unit or _("Whole account"),
        category=told.category or _("all of it"),
        range=money_range(wallet.range.low, wallet.range.high),
        likely=wallet.range.likely,
        voices=tuple((one.source, f"{one.share:.0%}") for one in wallet.voices),
        inferred=wallet.inferred,
        stale=wallet.stale,
        reasons=tuple(one.text for one in wallet.reasons),
    )


def _spend_rows(spend: SpendFacts) -> tuple[SpendRow, ...]:
    rows = [
        SpendRow(
            unit=one.unit,
            category=one.category,
            total=one.total,
            ours=one.ours,
            share=f"{one.share:.0%}" if one.share is not None else _("no share"),
            leader=spend.names.get(one.competitors[0][0], "") if one.competitors else "",
            unclassed=one.unclassed,
        )
        for one in spend.table
    ]
    return tuple(sorted(rows, key=lambda one: (-one.ours.minor, -one.total.minor, one.unit)))


def _bar(now: SpendWallet, spend: SpendFacts) -> Drawing | None:
    currency = spend.currency
    shares = [drawn.Share(_("Us"), float(now.ours.minor), "ours")]
    shares += [
        drawn.Share(spend.names.get(key, key), float(money.minor), "rival")
        for key, money in now.competitors[:4]
    ]
    others = sum((money.minor for _key, money in now.competitors[4:]), 0)
    rest = (
        (_("Other competitors"), others, "rival"),
        (_("Partners"), now.partners.minor, "in_house"),
        (_("Other"), now.other.minor, "in_house"),
        (_("Not classed"), now.unclassed.minor, "unspent"),
    )
    shares += [drawn.Share(name, float(minor), kind) for name, minor, kind in rest if minor > 0]
    return drawn.stacked_bar(
        shares, key="wallet", label=lambda value: short_money(Money(round(value), currency))
    )


def _figure(source: str, line: tuple[str, str], reasons: Sequence[object]) -> Figure:
    words = ". ".join(str(getattr(one, "text", one)) for one in reasons)
    return Figure(inputs=(Input(*line),) if line[1] else (), explanation=words, source=source)


def _to_class(spend: SpendFacts) -> tuple[Asked, ...]:
    return asked_of(spend, spend.to_class)


def asked_of(spend: SpendFacts, found: Sequence[tuple[str, Money]]) -> tuple[Asked, ...]:
    """Suppliers to class."""
    return tuple(Asked(key, spend.names.get(key, key), money) for key, money in found)


def _doubtful(spend: SpendFacts) -> tuple[Asked, ...]:
    return tuple(
        Asked(key, spend.names[key], None, other, spend.names[other])
        for key, other in spend.doubtful
    )
