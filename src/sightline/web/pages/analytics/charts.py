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
LEAST_TOP = 1.5  # so much of the axis is always drawn, however little contact there is
FAIR = 1.0


def contact(found: Picture, *, highest: float) -> Drawing | None:
    """Contact for its potential by share of potential, the largest accounts; None without any.

    1 is contact in proportion to potential; `highest` and above lie at the top edge, and the table
    says how much it is. Where nobody comes near it the axis ends sooner.
    """
    held = found.balance
    if held is None or not held.points:
        return None
    widest = ROOM * 100 * max(one.fair for one in held.points)
    points = [
        scatter.Point(
            name=one.name,
            x=100 * one.fair,
            y=min(one.share / one.fair if one.fair > 0 else 0.0, highest),
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
    top = min(highest, max(LEAST_TOP, ROOM * max(one.y for one in points)))
    axes = scatter.Axes(
        x_label=_("Share of potential"),
        y_label=_("Contact for its potential"),
        x_top=widest,
        y_top=top,
        x_cut=widest,
        y_cut=FAIR,
        corners=("", _("More contact than in proportion"), "", ""),
        title=_("Accounts by contact and potential"),
        columns=(
            *(_("Account"), _("Tier"), _("Potential"), _("Share of potential")),
            *(_("Share of contact"), _("Touches"), _("By potential")),
        ),
    )
    return scatter.scatter(points, axes=axes, key="contact", named=8, width=WIDTH, height=HEIGHT)
