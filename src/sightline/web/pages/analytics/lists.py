"""Which list an address asks for, and its rows in words. Nonsense narrows nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from sightline.planning.fiscal import FiscalQuarter
from sightline.planning.money import Money
from sightline.planning.portfolio import PortfolioParameters
from sightline.records.queries.analytics import Standing, behind
from sightline.records.queries.analytics.behind import Found, Narrowed
from sightline.records.queries.analytics.columns import OwnerSums
from sightline.records.queries.analytics.dearest import Slice
from sightline.records.queries.analytics.renewals import quarters_ahead
from sightline.web.pages.analytics import likeness, scored
from sightline.web.pages.analytics.asking import NOBODY, list_url
from sightline.web.pages.analytics.present import plans_url
from sightline.web.pages.analytics.renewing import labels
from sightline.web.pages.analytics.sheets import Choice, Column, Line, Sheet
from sightline.web.pages.analytics.views import Setting
from sightline.web.pages.portfolio.addresses import plan_address

Row = TypeVar("Row")
Make = Callable[[Setting, QueryDict], Sheet]


def _sheet(
    slug: str,
    title: str,
    note: str,
    columns: tuple[Column, ...],
    read: Callable[..., Found[Row]],
    line: Callable[[Row], Line],
    none: str,
    choices: tuple[Choice, ...] = (),
    ask: str = "",
) -> Sheet:
    def page(skip: int, most: int) -> tuple[list[Line], bool]:
        found = read(part=Slice(skip, most))
        return [line(row) for row in found.rows], found.more

    return Sheet(
        slug=slug,
        title=title,
        note=note,
        columns=columns,
        read=page,
        all_rows=lambda: (line(row) for row in behind.every(read)),
        none=none,
        choices=choices,
        ask=ask,
    )


def _renewals(setting: Setting, asked: QueryDict) -> Sheet:
    quarters = quarters_ahead(setting.company.calendar, setting.today)
    chosen = next((one for one in quarters if one.label == asked.get("quarter")), None)
    standing = asked.get("standing", "")
    wanted = Standing(standing) if standing in set(Standing) else None
    within = _within(setting.today, quarters, chosen)
    words = labels()
    return _sheet(
        "renewals",
        _("Renewals: %s") % (chosen.label if chosen else _("five quarters")),
        _("Contracts that end, by yearly value; a strategy is whole with goal, owner and decider."),
        (
            Column(_("Account")),
            Column(_("Contract")),
            Column(_("Ends"), "day"),
            Column(_("Value a year"), "money"),
            Column(_("Strategy")),
            Column(_("Account owner")),
        ),
        partial(
            behind.contracts_behind, setting.reach, setting.basis, within=within, standing=wanted
        )
        if within
        else (lambda part: Found((), more=False)),
        lambda row: Line(
            plan_address(row.account_id, part="renewals"),
            (row.account, row.name, row.ends_on, row.value, words[row.standing], row.owner),
            row.account_id,
        ),
        _("No contract of this kind ends in these quarters."),
        tuple(
            Choice(
                label,
                list_url("renewals", quarter=chosen.label if chosen else "", standing=value),
                value == (wanted.value if wanted else ""),
            )
            for value, label in (("", _("All")), *((one.value, words[one]) for one in Standing))
        ),
        ask="renewal",
    )


def _within(
    today: date, quarters: Sequence[FiscalQuarter], chosen: FiscalQuarter | None
) -> tuple[date, date] | None:
    if not quarters:
        return None
    if chosen is not None:
        return max(today, chosen.window.start), chosen.window.end
    return today, quarters[-1].window.end


DEALS = {
    "won": lambda: _("Plays won this week"),
    "lost": lambda: _("Plays lost this week"),
    "opened": lambda: _("Plays opened this week"),
    "moved": lambda: _("Plays moved to another stage this week"),
    "advanced": lambda: _("Plays moved or closed in four weeks"),
}


def _deals(of: str, setting: Setting, asked: QueryDict) -> Sheet:
    return _sheet(
        f"deals-{of}",
        DEALS[of](),
        _(
            "Opportunities of the CRM, the dearest first. A stage date that is inferred moves nothing."
        ),
        (
            Column(_("Account")),
            Column(_("Play")),
            Column(_("Stage")),
            Column(_("Amount"), "money"),
            Column(_("Day"), "day"),
        ),
        partial(
            behind.deals_behind, setting.reach, setting.basis, of=of, narrowed=_narrowed(asked)
        ),
        lambda row: Line(
            plan_address(row.account_id, part="plays"),
            (row.account, row.name, row.stage, row.amount, row.on),
        ),
        _("No play of this kind."),
    )


def _actions(setting: Setting, asked: QueryDict) -> Sheet:
    loose = asked.get("of") == "loose"
    return _sheet(
        "actions",
        _("Actions done that serve nothing") if loose else _("Actions done for plays"),
        _("The last %(n)s days, by account; who did them is not told.")
        % {"n": _days(setting).moving_days},
        (
            Column(_("Account")),
            Column(_("Action")),
            Column(_("Serves")),
            Column(_("Done"), "day"),
        ),
        partial(
            behind.actions_behind,
            setting.reach,
            setting.basis,
            loose=loose,
            narrowed=_narrowed(asked),
        ),
        lambda row: Line(
            plan_address(row.account_id, part="plays"),
            (row.account, row.subject, row.serves, row.on),
        ),
        _("No action of this kind was done."),
    )


def _reviews(setting: Setting, asked: QueryDict) -> Sheet:
    of = asked.get("of", "")
    return _sheet(
        "reviews",
        _("Reviews and sponsors") if of == "sponsor" else _("Reviews held this week"),
        _("Of twelve months, of accounts with a sponsor.")
        if of == "sponsor"
        else _("The last %(n)s days.") % {"n": _days(setting).changed_days},
        (
            Column(_("Account")),
            Column(_("Held"), "day"),
            Column(_("Outcome")),
            Column(_("Sponsor")),
            Column(_("Sponsor attended")),
        ),
        partial(
            behind.reviews_behind,
            setting.reach,
            setting.basis,
            sponsor=of == "sponsor",
            idle=of == "idle",
        ),
        lambda row: Line(
            plan_address(row.account_id, planned=True),
            (
                row.account,
                row.on,
                _("changed nothing") if row.changed_nothing else _("changed the plan"),
                row.sponsor,
                None if row.came is None else _("yes") if row.came else _("no"),
            ),
        ),
        _("No review was held."),
    )


def _tiers(setting: Setting, asked: QueryDict) -> Sheet:
    return _sheet(
        "tiers",
        _("Tiers decided this week"),
        _("Beside the tier that was computed then."),
        (
            Column(_("Account")),
            Column(_("Decided"), "number"),
            Column(_("Computed"), "number"),
            Column(_("Reason")),
            Column(_("Day"), "day"),
        ),
        partial(behind.decisions_behind, setting.reach, setting.basis),
        lambda row: Line(
            plan_address(row.account_id),
            (row.account, row.tier, row.computed, row.reason, row.on),
        ),
        _("No tier was decided this week."),
    )


def _holdings(of: str, setting: Setting, asked: QueryDict) -> Sheet:
    spread = setting.spread.acv if of == "acv" else setting.spread.potential
    whole = spread.total if spread else 0.0

    def line(row: behind.HoldingRow) -> Line:
        held = row.acv if of == "acv" else row.potential
        return Line(
            plan_address(row.account_id, part="figures"),
            (row.account, row.tier, held, _part(held, whole)),
            row.account_id,
        )

    return _sheet(
        f"accounts-{of}",
        _("Accounts by recurring value") if of == "acv" else _("Accounts by potential"),
        _("Each with its part of the whole; accounts with nothing, or not known, are left out."),
        (
            Column(_("Account")),
            Column(_("Tier"), "number"),
            Column(
                _("Recurring value a year") if of == "acv" else _("Potential, 3 years"), "money"
            ),
            Column(_("Share"), "share"),
        ),
        partial(behind.holdings_behind, setting.reach, of=of),
        line,
        _("No account's sum is known."),
        ask=of,
    )


def _contact(setting: Setting, asked: QueryDict) -> Sheet:
    held = setting.balance
    potential, attention = (held.potential, held.attention) if held else (0, 0.0)

    def line(row: behind.HoldingRow) -> Line:
        fair = _part(row.potential, potential) if row.touches is not None else None
        share = row.attention / attention if row.attention is not None and attention else None
        expected = held.touches * fair if held and fair is not None else None
        cells = (
            *(row.account, row.tier, row.potential, fair, share, row.touches),
            None if expected is None else round(expected),
            None if expected is None or row.touches is None else round(row.touches - expected),
        )
        return Line(plan_address(row.account_id, part="people"), cells, row.account_id)

    return _sheet(
        "contact",
        _("Contact against potential"),
        _("Every account, the largest potential first. Differences of few touches are chance."),
        (
            Column(_("Account")),
            Column(_("Tier"), "number"),
            Column(_("Potential, 3 years"), "money"),
            Column(_("Share of potential"), "share"),
            Column(_("Share of contact"), "share"),
            Column(_("Touches"), "number"),
            Column(_("By potential"), "number"),
            Column(_("More or less"), "number"),
        ),
        partial(behind.holdings_behind, setting.reach, of="potential"),
        line,
        _("No account's potential is known."),
        ask="attention",
    )


def _owners(setting: Setting, _asked: QueryDict) -> Sheet:
    def read(part: Slice) -> Found[OwnerSums]:
        rows = setting.plans.by_owner()
        found = rows[part.skip : part.skip + part.most]
        return Found(found, more=len(rows) > part.skip + part.most)

    return _sheet(
        "owners",
        _("Target against landing by owner"),
        _("The largest uncovered gap first. Sums over plans with both target and landing."),
        (
            Column(_("Owner"), none=_("nobody named")),
            Column(_("Plans"), "number"),
            Column(_("In the sums"), "number"),
            Column(_("Target"), "money"),
            Column(_("Expected landing"), "money"),
            Column(_("Uncovered"), "money"),
            Column(_("No credible path"), "number"),
            Column(_("Single-threaded"), "money", none=_("none known")),
        ),
        read,
        lambda row: Line(
            plans_url(owner=str(row.owner_id or NOBODY)),
            (
                *(row.owner or _("nobody named"), row.plans, row.counted, row.target),
                *(row.landing, row.gap, row.no_path, row.threaded or None),
            ),
        ),
        _("No running plan is open to you."),
    )


def _chances(setting: Setting, _asked: QueryDict) -> Sheet:
    return _sheet(
        "chances",
        _("How chances held up"),
        _("Every chance of an outcome is kept as it was shown and scored once that is known."),
        (
            Column(_("What is given a chance")),
            Column(_("Kept")),
            Column(_("Known"), "number"),
            Column(_("Not yet"), "number"),
            Column(_("Happened"), "share", none=_("too few")),
            Column(_("Brier, 0 is best"), "number", none=_("too few")),
            Column(_("Base rate alone"), "number", none=_("too few")),
            Column(_("In words")),
        ),
        partial(scored.scored, setting),
        scored.line,
        _("Nothing was given a chance yet."),
    )


def _days(setting: Setting) -> PortfolioParameters:
    return setting.parameters.section(PortfolioParameters, "portfolio")


def _part(money: Money | None, whole: float) -> float | None:
    return money.minor / whole if money is not None and whole else None


def _narrowed(asked: QueryDict) -> Narrowed:
    tier, account = asked.get("tier", ""), asked.get("account", "")
    return Narrowed(
        tier=int(tier) if tier in {"1", "2", "3"} else None,
        account=int(account) if account.isascii() and account.isdecimal() else None,
    )


LISTS: Mapping[str, Make] = {
    "renewals": _renewals,
    "actions": _actions,
    "reviews": _reviews,
    "tiers": _tiers,
    "contact": _contact,
    "owners": _owners,
    "chances": _chances,
    "alike": likeness.sheet,
    "accounts-acv": partial(_holdings, "acv"),
    "accounts-potential": partial(_holdings, "potential"),
    **{f"deals-{of}": partial(_deals, of) for of in DEALS},
}
