"""The bridge of a plan as a page shows it: a waterfall whose every bar opens to its parts.

What belongs to accounts the person may not see stands as one part, "other units".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.drawing import waterfall
from sightline.drawing.sheet import Drawing
from sightline.drawing.waterfall_rows import waterfall_rows
from sightline.planning.bridge import (
    Bar,
    BarCode,
    Bridge,
    BridgeParameters,
    Chance,
    Part,
    QuarterStep,
    build_bridge,
    chance_of_target,
    in_words,
)
from sightline.planning.errors import PlanningError
from sightline.planning.money import Money
from sightline.planning.reasons import Reason
from sightline.records.queries import bridging, hidden_parts
from sightline.web.pages.account.headline import acv_words
from sightline.web.pages.account.parts import Parts
from sightline.web.pages.plan.odds import (
    OddsLook,
    ShownOdds,
    short_label,
    shown_odds,
    win_rate_of,
)
from sightline.wording import dates
from sightline.wording.chances import percent
from sightline.wording.money import short_money

MOST_PLAYS = 3


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One renewal, play or line inside a bar."""

    label: str
    money: Money
    on: date | None
    quarter: str
    why: str


@dataclass(frozen=True, slots=True)
class ShownBar:
    """One bar with its parts; `anchor` is where the drawing's link leads."""

    anchor: str
    label: str
    money: Money
    parts: tuple[ShownPart, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ShownBridge:
    """The whole bridge in words; `refused` says why there is none."""

    drawing: Drawing | None
    bars: tuple[ShownBar, ...]
    landing: Money | None
    target: Money | None
    gap: Money | None
    chance: str
    chance_percent: str
    chance_why: tuple[str, ...]
    calibrated: bool
    left_out: tuple[str, ...]
    one_off: Money | None
    one_off_parts: tuple[ShownPart, ...]
    basis: str
    cover: str
    quarters: tuple[QuarterStep, ...] = ()
    odds: ShownOdds | None = None
    refused: str = ""

    @property
    def moved(self) -> bool:
        """Something of the base changed since its day."""
        return any(step.since for step in self.quarters)

    @property
    def no_path(self) -> bool:
        """The landing does not reach the target."""
        return self.gap is not None and self.gap.minor > 0


def shown_bridge(parts: Parts, *, base_url: str = "") -> ShownBridge:
    """The running plan's bridge, computed now. Seven queries beside the setting's.

    `base_url` stands before the anchors of the bars, on pages that do not show their parts, nor
    what lies around the chance.
    """
    shell, setting = parts.shell, parts.setting
    assert shell.plan is not None
    numbers = setting.parameters.section(BridgeParameters, "bridge")
    plan = bridging.row_of(shell.plan, shell.scope.account_id)
    try:
        facts = bridging.bridge_facts(plan, setting=setting)
        bridge = build_bridge(facts, today=shell.today, parameters=numbers)
    except PlanningError as problem:
        return _refused(str(problem))
    chance = chance_of_target(bridge, parameters=numbers)
    hidden = hidden_parts.hidden_keys(shell.scope.hidden_ids)
    look = _Look(hidden, base_url, shell.plan.label, shell.head.name)
    told = None
    if not base_url:
        rate = win_rate_of(setting.stages.pasts)
        told = shown_odds(bridge, facts, OddsLook(numbers, hidden, rate), chance=chance)
    return replace(_shown(bridge, chance, look), odds=told)


@dataclass(frozen=True, slots=True)
class _Look:
    """How this reader sees the bridge: keys that may not be named, links, names."""

    hidden: Collection[str]
    base_url: str | None
    year: str
    account: str


def _shown(bridge: Bridge, chance: Chance, look: _Look) -> ShownBridge:
    probability, hidden = chance.probability, look.hidden
    return ShownBridge(
        drawing=_drawing(bridge, look),
        bars=tuple(
            _bar(bar, hidden, base_on=bridge.base_on)
            for bar in bridge.bars
            if bar.parts or bar.amount
        ),
        landing=bridge.landing,
        target=bridge.target,
        gap=bridge.gap,
        chance="" if probability is None else in_words(probability),
        chance_percent="" if probability is None else percent(probability),
        chance_why=tuple(reason.text for reason in chance.reasons),
        calibrated=chance.calibrated,
        left_out=tuple(_left_out(bridge.left_out, look)),
        one_off=bridge.one_off_expected if bridge.one_off else None,
        one_off_parts=_parts(bridge.one_off, hidden),
        basis=_basis(bridge.basis.value),
        cover=_cover(bridge),
        quarters=bridge.quarters,
    )


def _refused(why: str) -> ShownBridge:
    return ShownBridge(
        None, (), None, None, None, "", "", (), False, (), None, (), "", "", refused=why
    )


def bar_words(code: BarCode) -> str:
    """The bar's name."""
    return {
        BarCode.BASELINE: _("Baseline, recurring"),
        BarCode.SINCE: _("Changed since then"),
        BarCode.CHURN: _("Expected churn"),
        BarCode.CONTRACTION: _("Expected contraction"),
        BarCode.UPLIFT: _("Price uplift"),
        BarCode.PLAYS: _("Plays"),
        BarCode.EXCHANGE: _("Exchange rates"),
    }[code]


def drawn_bridge(bridge: Bridge, *, hidden: Collection[str], year: str) -> Drawing:
    """The waterfall of any bridge, without links: for a plan as it might be."""
    return _drawing(bridge, _Look(hidden, None, year, ""))


def _drawing(bridge: Bridge, look: _Look) -> Drawing:
    currency = bridge.landing.currency
    steps = []
    for bar in bridge.bars:
        steps += _steps(bar, hidden=look.hidden, base_url=look.base_url, base_on=bridge.base_on)
    landing = waterfall.Step(
        _("Expected landing"), float(bridge.landing.minor), "total", _("all bars")
    )
    steps.append(landing)
    if bridge.target is not None:
        gap = bridge.gap.minor if bridge.gap is not None else 0
        if gap > 0:
            steps.append(waterfall.Step(_("Uncovered"), float(gap), "gap", _("no play yet")))
        steps.append(
            waterfall.Step(_("Target %s") % look.year, float(bridge.target.minor), "target")
        )
    words = waterfall.Words(
        title=_("Bridge from baseline to target"),
        axis=_("Axis starts at {start}"),
        columns=(_("Step"), _("Amount"), _("Level after it")),
    )

    def label(value: float) -> str:
        return short_money(Money(round(value), currency))

    drawn = waterfall.waterfall(steps, key="bridge", label=label, words=words)
    rows = waterfall_rows(steps, key="bridge-rows", label=label, words=words)
    return replace(drawn, narrow=rows)


def base_day(on: date | None) -> str:
    """The day that the baseline is read on, in words; empty where nothing was measured."""
    return _("on %s") % dates.day(on) if on is not None else ""


def _steps(
    bar: Bar, *, hidden: Collection[str], base_url: str | None, base_on: date | None
) -> list[waterfall.Step]:
    """One step a bar; the largest plays stand for themselves. A bar of nothing is left out."""
    link = f"{base_url}#bar-{bar.code.value}" if base_url is not None else ""
    if bar.code is BarCode.BASELINE:
        note = base_day(base_on)
        return [waterfall.Step(bar_words(bar.code), float(bar.amount.minor), "base", note, link)]
    if bar.code is BarCode.PLAYS:
        return _play_steps(bar, hidden, link)
    if not bar.amount.minor:
        return []
    kind: waterfall.Kind = "up" if bar.amount.minor > 0 else "down"
    note = _count(bar.parts)
    return [waterfall.Step(bar_words(bar.code), float(bar.amount.minor), kind, note, link)]


def _play_steps(bar: Bar, hidden: Collection[str], link: str) -> list[waterfall.Step]:
    counted = [part for part in bar.parts if part.amount.minor]
    seen = sorted(
        (part for part in counted if part.key not in hidden),
        key=lambda part: (-part.amount.minor, part.key),
    )
    named, rest = seen[:MOST_PLAYS], [*seen[MOST_PLAYS:]]
    rest += [part for part in counted if part.key in hidden]
    steps = [
        waterfall.Step(short_label(part.label), float(part.amount.minor), "up", "", link)
        for part in named
    ]
    if rest:
        words = ngettext("%(n)s more play", "%(n)s more plays", len(rest)) % {"n": len(rest)}
        amount = sum(part.amount.minor for part in rest)
        steps.append(waterfall.Step(words, float(amount), "up", "", link))
    return steps


def _bar(bar: Bar, hidden: Collection[str], *, base_on: date | None) -> ShownBar:
    notes = [_count(bar.parts)]
    if bar.code is BarCode.BASELINE:
        notes.insert(0, base_day(base_on))
    return ShownBar(
        anchor=f"bar-{bar.code.value}",
        label=bar_words(bar.code),
        money=bar.amount,
        parts=_parts(bar.parts, hidden),
        note=", ".join(note for note in notes if note),
    )


def _parts(parts: Iterable[Part], hidden: Collection[str]) -> tuple[ShownPart, ...]:
    rows: list[Part] = []
    others: list[Part] = []
    for part in parts:
        (others if part.key in hidden else rows).append(part)
    shown = [
        ShownPart(
            label=short_label(part.label),
            money=part.amount,
            on=part.on,
            quarter=_("Q%s") % part.quarter if part.quarter else "",
            why=_why(part),
        )
        for part in sorted(rows, key=lambda part: (-abs(part.amount.minor), part.key))
    ]
    if others:
        whole = Money(sum(part.amount.minor for part in others), others[0].amount.currency)
        shown.append(ShownPart(_("Other units"), whole, None, "", _("in one sum")))
    return tuple(shown)


def _why(part: Part) -> str:
    """Where a base line comes from, or what the rule says of a renewal or play."""
    if part.key.startswith("line:"):
        return acv_words(part.key.rpartition(":")[2]).capitalize()
    return " ".join(reason.text for reason in part.reasons)


def _left_out(reasons: Iterable[Reason], look: _Look) -> Iterable[str]:
    """Why something adds nothing; nothing of an account that may not be seen is named."""
    for reason in reasons:
        named = {str(reason.inputs.get(name, "")) for name in ("play", "renewal", "key")}
        if not named & set(look.hidden):
            yield reason.text.removeprefix(f"{look.account}: ")


def _cover(bridge: Bridge) -> str:
    if bridge.target is None or not bridge.target.minor:
        return ""
    share = bridge.landing.share_of(bridge.target) or 0.0
    return _("%s of the target") % percent(share)


def _basis(code: str) -> str:
    return {
        "exit_acv": _("annual recurring value at the end of the plan year"),
        "revenue_in_year": _("revenue in the plan year"),
    }.get(code, code)


def _count(parts: Collection[Part]) -> str:
    return ngettext("%(n)s part", "%(n)s parts", len(parts)) % {"n": len(parts)} if parts else ""
