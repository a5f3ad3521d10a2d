"""Calibration in words: scores or "too few", the diagram, a row for each stage and product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext as _

from sightline.drawing.reliability import Bin, ReliabilityWords, reliability
from sightline.drawing.sheet import Drawing
from sightline.planning.calibration import (
    By,
    Calibration,
    CalibrationParameters,
    Prediction,
    SizeBand,
    calibrate,
    calibrate_by,
    calibrate_by_size,
)
from sightline.planning.money import Money
from sightline.records.queries.calibration import Source, StageRow, Told
from sightline.wording.chances import percent
from sightline.wording.money import short_money


class About(StrEnum):
    """What was predicted."""

    DEALS = "deals"
    RENEWALS = "renewals"


@dataclass(frozen=True, slots=True)
class Line:
    """One group: scores as text, None where there are too few."""

    name: str
    resolved: int
    open: int
    brier: str | None
    base: str | None
    skill: str | None
    rate: str | None
    ratio: str | None
    late: str | None
    why: str


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage: default, own past, the probability used, and its times."""

    name: str
    default: str
    past: str
    used: str
    calibrated: bool
    earliest: int | None
    stuck: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """All of it for one source of predictions; `by` names what the first table splits by."""

    whole: Line
    chart: Drawing | None
    stages: tuple[Line, ...]
    products: tuple[Line, ...]
    sizes: tuple[Line, ...]
    by: str
    by_title: str
    kind: str


def page_of(
    told: Sequence[Told],
    *,
    about: About,
    source: Source,
    currency: str,
    parameters: CalibrationParameters,
) -> Page:
    """The scores of one source; sizes in the company's currency."""
    own: list[Prediction] = [one.prediction for one in told if one.source is source]
    whole = calibrate(own, parameters=parameters)
    named = [one for one in own if one.product]
    by_risk = about is About.RENEWALS and source is Source.KEPT
    return Page(
        whole=_line(_("All deals") if about is About.DEALS else _("All renewals"), whole),
        chart=_chart(whole),
        stages=tuple(
            replace(line, name=_risks().get(line.name, line.name)) if by_risk else line
            for line in _lines(calibrate_by(own, by=By.STAGE, parameters=parameters))
        ),
        products=_lines(calibrate_by(named, by=By.PRODUCT, parameters=parameters)),
        sizes=tuple(
            _line(_band(band, currency), band.found)
            for band in calibrate_by_size(own, parameters=parameters)
        ),
        by=_("Judged risk") if by_risk else _("Stage"),
        by_title=_("By judged risk") if by_risk else _("By stage"),
        kind=_("Won") if about is About.DEALS else _("Renewed"),
    )


def _risks() -> dict[str, str]:
    return {
        "low": _("Low"),
        "middle": _("Middle"),
        "high": _("High"),
        "unjudged": _("Not judged, counted as middle"),
        "own": _("The company's own rate"),
    }


def _band(band: SizeBand, currency: str) -> str:
    least, most = (short_money(Money(one, currency)) for one in (band.least, band.most))
    return least if least == most else _("%(least)s to %(most)s") % {"least": least, "most": most}


def stage_lines(rows: Sequence[StageRow]) -> tuple[StageLine, ...]:
    """Where each stage's probability comes from: the default and the company's own past."""
    return tuple(
        StageLine(
            name=row.name,
            default=_share(row.odds.default) or _("none set"),
            past=_("%(won)s of %(closed)s won") % {"won": row.odds.won, "closed": row.odds.closed}
            if row.odds.closed
            else _("none closed yet"),
            used=_share(row.odds.probability) or _("not known"),
            calibrated=row.odds.calibrated,
            earliest=row.past.earliest_days if row.past else None,
            stuck=row.past.stuck_days if row.past else None,
            why=" ".join(reason.text for reason in row.odds.reasons),
        )
        for row in rows
    )


def _lines(found: dict[str, Calibration]) -> tuple[Line, ...]:
    lines = [_line(name, one) for name, one in found.items()]
    return tuple(sorted(lines, key=lambda line: (-line.resolved, line.name)))


def _line(name: str, one: Calibration) -> Line:
    late = one.median_days_late
    return Line(
        name=name,
        resolved=one.resolved,
        open=one.open,
        brier=_score(one.brier),
        base=_score(one.base_brier),
        skill=_share(one.skill) if one.skill is None or one.skill > 0 else _("no better"),
        rate=_share(one.base_rate),
        ratio=_share(one.median_value_ratio),
        late=None if late is None else f"{late:+.0f}",
        why=" ".join(reason.text for reason in one.reasons),
    )


def _chart(whole: Calibration) -> Drawing | None:
    bins = [
        Bin(f"{one.low:.0%}–{one.high:.0%}", one.count, one.predicted, one.observed)
        for one in whole.bins
        if one.predicted is not None and one.observed is not None
    ]
    if not bins:
        return None
    words = ReliabilityWords(
        title=_("Predicted against happened"),
        across=_("Predicted"),
        up=_("Happened"),
        columns=(_("Predicted"), _("Deals"), _("Mean predicted"), _("Happened")),
    )
    return reliability(bins, key="reliability", words=words)


def _share(value: float | None) -> str | None:
    return None if value is None else percent(value)


def _score(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"
