"""Metrics in words: each with its definition beside it, and how far along its way it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from sightline.planning.metrics import MetricFacts, way_covered
from sightline.planning.money import Money
from sightline.records.queries.metrics import Computed, KeptMetric, Values
from sightline.records.queries.metrics.values import COUNTS, MONEY
from sightline.wording.chances import percent
from sightline.wording.money import full_money

LAGGING = ("nrr", "grr", "expansion", "renewals", "acv")


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of the page."""

    key: str
    label: str
    definition: str
    current: str
    inputs: tuple[tuple[str, str], ...]
    note: str
    baseline: str
    baseline_on: date | None
    target: str
    by: date | None
    covered: int | None
    way: str
    plays: tuple[str, ...]
    version: int
    wanted: bool


def labels() -> dict[str, tuple[str, str]]:
    """Name and definition of each metric (docs/method/metrics.md)."""
    return {
        "nrr": (
            _("Net revenue retention"),
            _("Revenue of the last twelve months ÷ the twelve before, of what was there then."),
        ),
        "grr": (
            _("Gross revenue retention"),
            _("The same with each unit and line capped at what it was: never above 100%."),
        ),
        "expansion": (
            _("Expansion bookings"),
            _("Recurring yearly value of plays won this plan year that are no renewals."),
        ),
        "renewals": (
            _("Renewal rate"),
            _(
                "Renewed ÷ up, of the renewals decided this plan year; uplift is growth, not renewal."
            ),
        ),
        "acv": (_("Annual contract value"), _("Recurring value a year, as contracted today.")),
        "executives": (
            _("Active executive relationships"),
            _("Executives at strength 3 or more with two-way contact in 90 days."),
        ),
        "centres": (
            _("New buying centres"),
            _("Units silent for twelve months before the plan, now met twice with who decides."),
        ),
        "progression": (
            _("Play progression"),
            _("Plays that advanced a stage this quarter ÷ plays open at its start."),
        ),
        "completion": (
            _("Action completion"),
            _("Done within two days of the day ÷ due this quarter."),
        ),
        "wallet": (_("Wallet share"), _("Our revenue of twelve months ÷ their likely spend.")),
    }


def lines_of(
    values: Values, kept: Mapping[str, KeptMetric], *, currency: str
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """(lagging, leading) metrics."""
    shown = {key: _line(one, kept.get(key), currency=currency) for key, one in values.of.items()}
    lagging = tuple(shown[key] for key in LAGGING)
    return lagging, tuple(line for key, line in shown.items() if key not in LAGGING)


def _line(one: Computed, held: KeptMetric | None, *, currency: str) -> Line:
    label, definition = labels()[one.key]
    way = way_covered(
        MetricFacts(
            key=one.key,
            label=label,
            baseline=float(held.baseline) if held and held.baseline is not None else None,
            current=one.value,
            target=float(held.target) if held else None,
            by=held.by if held else None,
            plays=tuple(move for move, _name in held.moves) if held else (),
        )
    )
    return Line(
        key=one.key,
        label=label,
        definition=definition,
        current=_shown(one.key, one.value, currency),
        inputs=tuple((_input_words(name), _input(value)) for name, value in one.inputs if value),
        note=one.note,
        baseline=_shown(one.key, float(held.baseline), currency)
        if held and held.baseline is not None
        else "",
        baseline_on=held.baseline_on if held else None,
        target=_shown(one.key, float(held.target), currency) if held else "",
        by=held.by if held else None,
        covered=round(100 * max(0.0, min(1.0, way.covered))) if way.covered is not None else None,
        way=percent(way.covered) if way.covered is not None and way.covered >= 0 else "",
        plays=tuple(name for _key, name in held.moves) if held else (),
        version=held.version if held else 0,
        wanted=held is not None,
    )


def _shown(key: str, value: float | None, currency: str) -> str:
    if value is None:
        return ""
    if key in MONEY:
        return full_money(Money(round(value * 10 ** _digits(currency)), currency))
    return f"{value:.0f}" if key in COUNTS else f"{value * 100:.1f}%"


def _digits(currency: str) -> int:
    whole = Money.of(1, currency).minor
    return len(str(whole)) - 1


def _input(value: str | Money) -> str:
    return full_money(value) if isinstance(value, Money) else value


def _input_words(name: str) -> str:
    return {
        "opening": _("Twelve months before"),
        "expansion": _("Expansion"),
        "contraction": _("Contraction"),
        "churn": _("Lost"),
        "kind": _("Counted"),
        "part": _("Of them"),
        "whole": _("In all"),
        "since": _("Quarter from"),
        "won": _("Plays won"),
        "money": _("Money"),
        "source": _("From"),
        "up": _("Up"),
        "renewed": _("Renewed, at most what was up"),
        "unsettled": _("Due and not decided"),
        "ours": _("Ours, twelve months"),
        "wallet": _("Their likely spend"),
        "method": _("Known from"),
    }.get(name, name)
