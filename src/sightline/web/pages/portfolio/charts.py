"""The portfolio's two charts from its overview: where the potential is, and where it is at risk."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sightline.drawing import pareto, scatter
from sightline.drawing.sheet import Drawing
from sightline.planning.money import Money
from sightline.planning.tiering.parameters import TieringParameters
from sightline.records.queries.portfolio import Overview
from sightline.web.pages.portfolio.addresses import plan_address
from sightline.wording.money import short_money

WIDTH, HEIGHT = 440, 290


def curve(found: Overview, *, numbers: TieringParameters) -> Drawing | None:
    """Cumulated potential, largest first, with the line of attention; None without any."""
    if len(found.potential) < 2:
        return None
    return pareto.pareto(
        found.potential,
        key="pareto",
        effort=found.attention if sum(found.attention) > 0 else (),
        core=numbers.potential_high_share,
        floor=numbers.floor_share,
        width=WIDTH,
        height=HEIGHT,
        words=pareto.Words(
            title=_("Cumulated potential by account"),
            across=_("Accounts, largest potential first"),
            core=_("{share}% of potential"),
            core_in=_("in {count} of {all} accounts"),
            floor=_("floor: {share}% at {count}"),
            effort=_("{share}% of our attention"),
            columns=(_("Accounts, largest first"), _("Potential"), _("Attention")),
        ),
    )


def at_risk(found: Overview, *, numbers: TieringParameters) -> Drawing | None:
    """Potential by vulnerability with ACV as area; None where no vulnerability is known."""
    if not found.points:
        return None

    def money(minor: int) -> str:
        return short_money(Money(minor, found.currency))

    top = max(point.potential for point in found.points)
    points = [
        scatter.Point(
            name=point.name,
            x=point.vulnerability,
            y=_height(point.potential, top),
            area=max(point.acv, 0),
            shape=point.tier,
            described=_("%(name)s: potential %(potential)s, vulnerability %(vulnerability)s")
            % {
                "name": point.name,
                "potential": money(point.potential),
                "vulnerability": point.vulnerability,
            },
            cells=(
                str(point.tier),
                str(point.vulnerability),
                money(point.potential),
                money(point.acv),
            ),
            href=plan_address(point.account_id),
        )
        for point in found.points
    ]
    axes = scatter.Axes(
        x_label=_("Vulnerability"),
        y_label=_("Potential, root scale"),
        x_top=100,
        y_top=1.05,
        x_cut=numbers.vulnerability_high,
        y_cut=_height(_cut(found, numbers), top) if top else 0.5,
        corners=(_("Grow"), _("Defend and grow"), _("Maintain"), _("Defend at low cost")),
        title=_("Accounts by potential and vulnerability"),
        columns=(_("Account"), _("Tier"), _("Vulnerability"), _("Potential"), _("ACV")),
    )
    return scatter.scatter(points, axes=axes, key="scatter", named=8, width=WIDTH, height=HEIGHT)


def _height(potential: float, top: float) -> float:
    """Between 0 and 1 by the square root: a few large accounts would press the rest together."""
    return float((max(potential, 0) / top) ** 0.5) if top else 0.0


def _cut(found: Overview, numbers: TieringParameters) -> float:
    """The potential of the last account of those that hold the share called high."""
    count = pareto.reached(found.potential, numbers.potential_high_share)
    return float(found.potential[count - 1]) if count else 0.0
