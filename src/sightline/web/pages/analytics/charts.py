"""Contact against potential as a drawing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sightline.drawing import scatter
from sightline.drawing.sheet import Drawing
from sightline.planning.money import Money
from sightline.records.queries.analytics import Picture
from sightline.web.pages.portfolio.addresses import plan_address
from sightline.wording.money import short_money

WIDTH, HEIGHT = 640, 360
ROOM = 1.08


def contact(found: Picture) -> Drawing | None:
    """Share of contact by share of potential, the accounts of most potential; None without any."""
    held = found.balance
    if held is None or not held.points:
        return None
    top = ROOM * max(max(one.share, one.fair) for one in held.points)
    points = [
        scatter.Point(
            name=one.name,
            x=100 * one.fair,
            y=100 * one.share,
            area=one.potential,
            shape=one.tier,
            described=_("%(name)s: %(fair)s of potential, %(share)s of contact")
            % {"name": one.name, "fair": f"{one.fair:.1%}", "share": f"{one.share:.1%}"},
            cells=(
                str(one.tier),
                short_money(Money(one.potential, found.currency)),
                f"{one.fair:.1%}",
                f"{one.share:.1%}",
                str(one.touches),
                f"{one.expected:.0f}",
            ),
            href=plan_address(one.account_id),
        )
        for one in held.points
    ]
    axes = scatter.Axes(
        x_label=_("Share of potential"),
        y_label=_("Share of contact"),
        x_top=100 * top,
        y_top=100 * top,
        x_cut=50 * top,
        y_cut=50 * top,
        corners=(_("More contact than potential"), "", "", _("Less contact than potential")),
        title=_("Accounts by contact and potential"),
        columns=(
            *(_("Account"), _("Tier"), _("Potential"), _("Share of potential")),
            *(_("Share of contact"), _("Touches"), _("By potential")),
        ),
    )
    return scatter.scatter(points, axes=axes, key="contact", named=8, width=WIDTH, height=HEIGHT)
