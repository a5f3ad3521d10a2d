"""Rows as people read them: money, tiers with their states, marks, what opens behind a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.money import Money
from sightline.records.queries.portfolio import DecisionLine, Row
from sightline.web.figures import Figure, Input
from sightline.web.pages.portfolio.addresses import plan_address
from sightline.web.pages.portfolio.share import Share, share_of
from sightline.wording import dates
from sightline.wording.money import money_range, money_title, short_money

INFERRED = ("size_and_share", "best_served")
RENEWAL_SOON = 120
HIGH, VERY_HIGH = 50, 70
QUIET = "quiet"  # proposed, and nobody is asked: playbooks run tier 3


@dataclass(frozen=True, slots=True)
class Landing:
    """Expected landing against target; bars in major units of the plan's currency."""

    landing: Money
    target: Money
    gap: Money
    gap_text: str
    short: bool
    bar_landing: float
    bar_target: float


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its words; what is None was not asked for, is not known, or is closed."""

    row: Row
    url: str
    tier_shown: int | None
    tier_state: str
    tier_note: str
    computed_state: str
    waits: str
    potential: Money | None
    potential_text: str
    range_text: str
    span: tuple[float, float, float] | None
    inferred: bool
    potential_title: str
    vulnerability_tone: str
    acv: Money | None
    acv_words: str
    landing: Landing | None
    no_landing: str
    owner_short: str
    share: Share
    renewal_days: str
    renewal_soon: bool
    bulk: str
    selected: bool
    line_before: str = ""


def lines_of(
    rows: Iterable[Row],
    *,
    today: date,
    high_from: float = HIGH,
    factor: float = 0.0,
    selected: frozenset[int] = frozenset(),
) -> list[Line]:
    """Every row with its words; `high_from` is the cut of high vulnerability and `factor` what
    competitors' share weighs in it."""
    return [
        line_of(row, today=today, high_from=high_from, factor=factor, selected=selected)
        for row in rows
    ]


def line_of(
    row: Row,
    *,
    today: date,
    high_from: float,
    factor: float = 0.0,
    selected: frozenset[int] = frozenset(),
) -> Line:
    """One row with its words."""
    state, note = decided_state(row)
    potential = money_of(row.potential, row.currency)
    seen = row.decision.id if row.decision else ""
    return Line(
        row=row,
        url=plan_address(row.account_id, planned=row.plan is not None),
        tier_shown=row.decided_tier or row.proposed_tier,
        tier_state=state,
        tier_note=note,
        computed_state="provisional" if row.provisional else "decided",
        waits=waits_words(row),
        potential=potential,
        potential_text=short_money(potential) if potential is not None else "",
        range_text=_range(row),
        span=_span(row),
        inferred=row.wallet_method in INFERRED,
        potential_title=money_title(potential, period=_("3 years"))
        if potential is not None
        else "",
        vulnerability_tone=tone_of(row.vulnerability, high_from=high_from),
        acv=money_of(row.acv, row.currency),
        acv_words=acv_words(row),
        landing=_landing(row),
        no_landing=_no_landing(row),
        owner_short=row.owner.split()[0] if row.owner.split() else "",
        share=share_of(row, factor=factor),
        renewal_days=_days(row.next_renewal_on, today),
        renewal_soon=_soon(row.next_renewal_on, today),
        bulk=f"{row.account_id}:{seen}" if row.may_decide and row.to_decide else "",
        selected=row.account_id in selected,
    )


def money_of(minor: int | None, currency: str) -> Money | None:
    """Minor units as money; None stays not known."""
    return None if minor is None else Money(minor, currency)


def decided_state(row: Row) -> tuple[str, str]:
    """How the decided tier is drawn (QUIET: outlined, wordless), and its dotted word in full."""
    decision = row.decision
    if row.decided_tier is None:
        if row.over_capacity:
            return "over_capacity", _("A place one tier up is taken by larger accounts.")
        return ("proposed" if row.to_decide else QUIET), ""
    if decision is not None and decision.kind == "override":
        return "override", override_words(decision)
    return "decided", ""


def override_words(decision: DecisionLine) -> str:
    """Why, and until when."""
    if decision.lapses_on is None:
        return decision.reason
    return _("%(reason)s; lapses %(day)s") % {
        "reason": decision.reason,
        "day": dates.day(decision.lapses_on),
    }


def waits_words(row: Row) -> str:
    """What waits for a decision beside a tier that was decided; empty where nothing does."""
    if not row.to_decide or row.decided_tier is None:
        return ""
    if row.proposed_tier == row.decided_tier:
        return _("decide again")
    return _("decide: %(tier)s proposed") % {"tier": row.proposed_tier}


def tone_of(vulnerability: int | None, *, high_from: float) -> str:
    """The tone of a vulnerability's bar."""
    if vulnerability is None or vulnerability < high_from:
        return ""
    return "neg" if vulnerability >= max(VERY_HIGH, high_from) else "warn"


def potential_figure(row: Row) -> Figure:
    """What potential was made from, and what is not known."""
    potential, kept = (
        money_of(row.potential, row.currency),
        money_of(row.potential_kept, row.currency),
    )
    inputs = []
    if potential is not None and kept is not None:
        inputs = [
            Input(_("What it buys now, kept for 3 years"), short_money(kept)),
            Input(_("Room to grow"), short_money(potential - kept)),
        ]
    wallet = money_of(row.wallet, row.currency)
    if wallet is not None:
        inputs.append(Input(_("Wallet a year"), short_money(wallet)))
    if row.potential_rank:
        inputs.append(Input(_("Rank by potential"), f"{row.potential_rank:,}"))
    return Figure(
        inputs=tuple(inputs),
        explanation=_("Likely revenue over three years; present access takes no part."),
        source=WALLETS[row.wallet_method](),
        as_of=row.as_of,
        marks=("inferred",) if row.wallet_method in INFERRED else (),
        missing=tuple(MISSING[code]() for code in row.missing if code in MISSING),
    )


WALLETS = {
    "": lambda: _("the ledger"),
    "told": lambda: _("the ledger and an estimate somebody gave"),
    "size_and_share": lambda: _("the ledger and accounts of like size"),
    "best_served": lambda: _("the ledger and the best served comparable accounts"),
}
MISSING = {
    "revenue": lambda: _("revenue"),
    "wallet": lambda: _("what the customer spends in all"),
    "size": lambda: _("the customer's size"),
}
SOURCES = {
    "asset": lambda: _("assets"),
    "contract": lambda: _("contracts"),
    "won_line": lambda: _("won deals"),
    "trailing": lambda: _("trailing, not contracted"),
}


def acv_words(row: Row) -> str:
    """Where ACV comes from, in a word or two."""
    if row.acv is None:
        return ""
    words = SOURCES[row.acv_source]() if row.acv_source in SOURCES else ""
    if row.from_bookings:
        return _("%(source)s, from bookings") % {"source": words} if words else _("from bookings")
    return words


def _range(row: Row) -> str:
    low, high = (
        money_of(row.potential_low, row.currency),
        money_of(row.potential_high, row.currency),
    )
    if low is None or high is None or low == high:
        return ""
    return money_range(low, high)


def _span(row: Row) -> tuple[float, float, float] | None:
    if row.potential is None or row.potential_low is None or row.potential_high is None:
        return None
    return (float(row.potential_low), float(row.potential), float(row.potential_high))


def _landing(row: Row) -> Landing | None:
    plan = row.plan
    if plan is None or plan.landing is None or not plan.target:
        return None
    landing, target = Money(plan.landing, plan.currency), Money(plan.target, plan.currency)
    over = landing - target
    return Landing(
        landing=landing,
        target=target,
        gap=over,
        gap_text=short_money(over, sign="always") if over.minor else _("met"),
        short=over.minor < 0,
        bar_landing=max(float(landing.amount), 0.0),
        bar_target=float(target.amount),
    )


def _no_landing(row: Row) -> str:
    if row.plan is None:
        return _("playbooks run it") if row.tier == 3 else _("no plan yet")
    landing = money_of(row.plan.landing, row.plan.currency)
    if landing is None:
        return _("not computed yet")
    return _("%(landing)s, no target") % {"landing": short_money(landing)}


def _days(day: date | None, today: date) -> str:
    if day is None:
        return ""
    days = (day - today).days
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _soon(day: date | None, today: date) -> bool:
    return day is not None and (day - today).days <= RENEWAL_SOON
