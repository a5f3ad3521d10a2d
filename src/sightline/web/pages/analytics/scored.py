"""How every chance that is shown held up: one row for each thing that is given a chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.planning.calibration import CalibrationParameters, Prediction, calibrate
from sightline.records.queries.analytics.behind import Found
from sightline.records.queries.analytics.chances import kept_chances
from sightline.records.queries.analytics.dearest import Slice
from sightline.web.pages.analytics.sheets import Line
from sightline.web.pages.analytics.views import Setting

KEY, KEPT_SECONDS = "analytics-chances", 600


@dataclass(frozen=True, slots=True)
class Scored:
    """One thing that is given a chance; scores None under the least number of outcomes."""

    url: str
    what: str
    kept: str
    resolved: int
    open: int
    rate: float | None
    brier: float | None
    base: float | None
    why: str


def scored(setting: Setting, *, part: Slice) -> Found[Scored]:
    """All of them; nobody's name is in any."""
    numbers = setting.parameters.section(CalibrationParameters, "calibration")
    found: dict[str, tuple[Prediction, ...]] | None = cache.get(KEY)
    if found is None:
        found = kept_chances()
        cache.set(KEY, found, KEPT_SECONDS)
    rows = tuple(
        _row(what, found[key], url, kept, numbers) for key, (what, kept, url) in _things().items()
    )
    return Found(rows[part.skip : part.skip + part.most], more=len(rows) > part.skip + part.most)


def _things() -> dict[str, tuple[str, str, str]]:
    past = reverse("calibration:show")
    return {
        "deals": (_("A deal is won"), _("when it enters a stage"), past),
        "renewals": (
            _("A contract is renewed"),
            _("when it comes into sight"),
            f"{past}?about=renewals",
        ),
        "targets": (
            _("A plan reaches its target"),
            _("once a quarter"),
            reverse("analytics:plans"),
        ),
        "quiet": (
            _("An account buys nothing in 180 days"),
            _("once a month"),
            reverse("analytics:quiet"),
        ),
        "explanations": (
            _("An explanation of revenue off its trend holds"),
            _("each time the board is answered"),
            reverse("analytics:signals") + "?kind=off_trend",
        ),
    }


def _row(
    what: str,
    predictions: Sequence[Prediction],
    url: str,
    kept: str,
    numbers: CalibrationParameters,
) -> Scored:
    found = calibrate(list(predictions), parameters=numbers)
    return Scored(
        url=url,
        what=what,
        kept=kept,
        resolved=found.resolved,
        open=found.open,
        rate=found.base_rate,
        brier=_rounded(found.brier),
        base=_rounded(found.base_brier),
        why=" ".join(reason.text for reason in found.reasons),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def line(row: Scored) -> Line:
    """The row as the table and the file hold it."""
    return Line(
        row.url,
        (
            *(row.what, row.kept, row.resolved, row.open),
            *(row.rate, row.brier, row.base, row.why),
        ),
    )
