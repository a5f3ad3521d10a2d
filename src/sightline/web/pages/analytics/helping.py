"""Where the next hour, sponsor or specialist brings most; contact and concentration in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.planning.tiering.concentration import Concentration
from sightline.records.queries.analytics import Balance, Picture
from sightline.records.queries.analytics.plans import PlanRow
from sightline.web.pages.analytics.asking import list_url
from sightline.web.pages.portfolio.addresses import plan_address

FIRST = 3


@dataclass(frozen=True, slots=True)
class Named:
    """An account with the money that decides its place, and why it stands here."""

    name: str
    url: str
    money: Money
    note: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """One kind of help: who needs it most, by which rule."""

    title: str
    icon: str
    rule: str
    rows: tuple[Named, ...]
    none: str


@dataclass(frozen=True, slots=True)
class SwapLine:
    """Contact that might move, in words."""

    from_name: str
    from_url: str
    from_words: str
    to_name: str
    to_url: str
    to_words: str
    touches: str
    worth: Money


@dataclass(frozen=True, slots=True)
class SpreadLine:
    """Concentration of one sum in words."""

    title: str
    total: Money
    accounts: int
    top: str
    largest: str
    largest_name: str
    largest_url: str
    effective: str
    gini: str
    hhi: str
    left_out: int
    url: str


def helps(found: Picture) -> list[Help]:
    """Three rules, each with its first accounts."""
    stuck = [row for row in found.plans.without_path if row.gap]
    return [
        Help(
            _("The next hour"),
            "clock",
            _("least contact for the most potential"),
            tuple(
                Named(one.name, plan_address(one.account_id), Money(one.potential, found.currency))
                for one in found.under_served
            ),
            _("No planned account is under-served, or too little contact is logged to say."),
        ),
        Help(
            _("A sponsor"),
            "users",
            _("most recurring value that hangs on one person"),
            tuple(
                Named(row.name, plan_address(row.account_id, part="people"), money)
                for row in found.plans.most_threaded[:FIRST]
                if (money := row.facts.single_threaded) is not None
            ),
            _("No plan's money is known to hang on one person."),
        ),
        Help(
            _("A specialist"),
            "flag",
            _("largest gap that no credible path covers"),
            tuple(
                Named(
                    row.name,
                    plan_address(row.account_id, planned=True),
                    row.gap,
                    _chance(row),
                )
                for row in stuck[:FIRST]
                if row.gap is not None
            ),
            _("Every plan with a target has a credible path."),
        ),
    ]


def _chance(row: PlanRow) -> str:
    facts = row.facts
    if facts.chance is None:
        return ""
    said = _("%(chance)s chance") if facts.calibrated else _("%(chance)s chance, uncalibrated")
    return said % {"chance": f"{facts.chance:.0%}"}


def balance_words(found: Picture) -> str:
    """What contact against potential says, no more than its noise allows."""
    held = found.balance
    if held is None:
        return _("No contact is logged, or no potential is known, so nothing can be compared.")
    if not held.judged:
        return _(
            "Not enough activity to judge: %(touches)s touches in twelve months, "
            "%(enough)s are needed."
        ) % {"touches": held.touches, "enough": held.enough}
    alarms = [one.name for one in held.points if one.alarm]
    if alarms:
        said = _("Neglected beyond chance: %s.") % ", ".join(alarms)
    else:
        said = _("No account of the highest potential is neglected beyond chance.")
    return said


def swap_lines(found: Picture) -> list[SwapLine]:
    """Likely swaps; none where nothing may be judged."""
    held = found.balance
    if held is None:
        return []
    return [
        SwapLine(
            one.over.name,
            plan_address(one.over.account_id),
            _touched(one.over.touches, one.over.expected),
            one.under.name,
            plan_address(one.under.account_id),
            _touched(one.under.touches, one.under.expected),
            _("about %d touches") % round(one.touches),
            Money(one.worth, found.currency),
        )
        for one in held.swaps
    ]


def worth(held: Balance, currency: str) -> Money:
    """What moving all surplus contact might bring over three years, uncalibrated."""
    return Money(held.worth, currency)


def spread_lines(found: Picture) -> list[SpreadLine]:
    """Recurring value and potential: how few accounts hold them."""
    spread = found.spread
    both = (
        (_("Recurring value"), "accounts-acv", spread.acv, spread.largest_acv),
        (
            _("Potential, 3 years"),
            "accounts-potential",
            spread.potential,
            spread.largest_potential,
        ),
    )
    return [
        _spread(title, slug, held, largest, found)
        for title, slug, held, largest in both
        if held is not None and largest is not None
    ]


def _spread(title: str, slug: str, held: Concentration, largest: int, found: Picture) -> SpreadLine:
    return SpreadLine(
        title=title,
        total=Money(round(held.total), found.currency),
        accounts=held.accounts,
        top=f"{held.top_share:.0%}",
        largest=f"{held.largest:.0%}",
        largest_name=found.names.get(largest, ""),
        largest_url=plan_address(largest),
        effective=f"{held.effective:.1f}",
        gini=f"{held.gini:.2f}",
        hhi=f"{held.hhi:.3f}",
        left_out=held.left_out,
        url=list_url(slug),
    )


def _touched(touches: int, expected: float) -> str:
    return _("%(touches)s touches, %(expected)d by potential") % {
        "touches": touches,
        "expected": round(expected),
    }
