"""The wallet in figures: total, ours, who has the rest, the trend, and the one question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sightline.drawing import wallet as drawn
from sightline.drawing.sheet import Drawing
from sightline.planning.money import Money
from sightline.planning.wallet import (
    Range,
    ShareRange,
    SpendWallet,
    SupplierClass,
    headroom,
    share_trend,
    three_numbers,
)
from sightline.records.queries.wallet_page import SpendFacts
from sightline.web.figures import Figure, Input
from sightline.web.pages.wallet.told import (
    Look,
    ToldRow,
    bar_of,
    question_of,
    share_words,
    told_rows,
    trend_figure,
    whole_of,
)
from sightline.wording import dates
from sightline.wording.chances import percent
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


def page_of(look: Look) -> Page:
    """Payments where there are any; estimates stand beside them."""
    facts, rows = look.facts, told_rows(look)
    spend = facts.spend
    stats, bar = _from_spend(spend, look) if spend is not None else _from_told(look)
    table = _spend_rows(spend) if spend is not None else ()
    return Page(
        outright=spend is not None,
        stats=stats,
        bar=bar,
        spend=table[:MOST_ROWS],
        more=max(0, len(table) - MOST_ROWS),
        told=rows,
        question="" if spend is not None else question_of(look),
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


def _from_spend(spend: SpendFacts, look: Look) -> tuple[tuple[Stat, ...], Drawing | None]:
    now, before = spend.whole, spend.whole_before
    if now is None:
        return (), None
    span = f"{dates.month(spend.first)} – {dates.month(spend.last)}"
    source = _("the customer's own payments, %s") % span
    rest = max(now.total - now.ours, Money.zero(spend.currency))
    trend, no_trend = None, _("no year before") if now.ours.minor else _("class us first")
    if now.ours.minor:  # with nobody classed as us there is no share to compare
        trend = share_trend(_exact(before), now=_exact(now), parameters=look.parameters)
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
        stats += _three(look, now.ours, total)
    return tuple(stats), _bar(now, spend)


def _exact(wallet: SpendWallet | None) -> ShareRange | None:
    """A share read outright: a range without width."""
    if wallet is None or wallet.share is None:
        return None
    return ShareRange(wallet.share, wallet.share, wallet.share)


def _from_told(look: Look) -> tuple[tuple[Stat, ...], Drawing | None]:
    found = whole_of(look)
    if found is None:
        return (), None
    wallet, own = found.wallet, found.own
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
    room = headroom(own, wallet=wallet.range)
    stats += [
        Stat(
            _("Ours"),
            short_money(own),
            share_words(found.share),
            Figure(explanation=_("Revenue of the last 12 months ÷ total."), marks=marks),
        ),
        Stat(
            _("Headroom"),
            short_money(room.likely),
            money_range(room.low, room.high),
            Figure(explanation=_("Total less ours, never below zero."), marks=marks),
        ),
        Stat(_("Share, on the year before"), *trend_figure(found)),
        *_three(look, own, wallet.range),
    ]
    return tuple(stats), bar_of(found)


def _three(look: Look, own: Money, total: Range) -> list[Stat]:
    facts = look.facts
    step = facts.step if facts.step and facts.step.currency == own.currency else None
    numbers = three_numbers(
        own,
        wallet=total,
        peer_shares=facts.peers,
        parameters=look.parameters,
        next_step=step,
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
        shares,
        key="wallet",
        label=lambda value: short_money(Money(round(value), currency)),
        percent=percent,
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
