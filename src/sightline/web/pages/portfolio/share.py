"""Our share of what an account spends, and competitors', for requalification."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sightline.records.queries.portfolio import Row
from sightline.wording.chances import percent

LEAST = 0.01  # a smaller share would read as none
COMPETITORS = "vulnerable_competitor"


@dataclass(frozen=True, slots=True)
class Share:
    """Each is empty where it is not known: what they spend, or what competitors hold of it."""

    ours: str
    others: str


def share_of(row: Row, *, factor: float) -> Share:
    """Revenue of the last twelve months over the wallet, and what competitors hold of it.

    `factor` is what competitors' share weighs in vulnerability, where the row keeps it.
    """
    ours = ""
    if row.wallet and row.wallet > 0 and row.revenue is not None:
        share = max(0, row.revenue) / row.wallet
        ours = percent(share) if share == 0 or share >= LEAST else _("under 1%")
    held = next((part["p"] for part in row.parts if part.get("code") == COMPETITORS), None)
    if held is None or not factor:
        return Share(ours, "")
    return Share(ours, _("competitors %s") % percent(min(1.0, held / factor)))
