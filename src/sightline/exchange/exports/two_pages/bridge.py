"""The bridge on paper: steps with fixed words, so that no name is cut in the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.drawing.waterfall import Kind, Step
from sightline.exchange.exports.two_pages.paper import BridgeShown, Entry
from sightline.planning.bridge import (
    BarCode,
    Bridge,
    BridgeParameters,
    Chance,
    build_bridge,
    chance_of_target,
    in_words,
)
from sightline.planning.errors import PlanningError
from sightline.planning.money import Money
from sightline.records.queries import bridging, hidden_parts
from sightline.wording import dates
from sightline.wording.chances import percent
from sightline.wording.money import short_money

if TYPE_CHECKING:
    from sightline.exchange.exports.two_pages.compose import Source


@dataclass(frozen=True, slots=True)
class PaperBridge:
    """What is drawn, and the three things said beside it; all empty where it is refused."""

    shown: BridgeShown | None
    landing: Money | None = None
    cover: str = ""
    chance: str = ""


def shown_bridge(source: Source) -> PaperBridge:
    """The running plan's bridge, computed now. About ten queries."""
    numbers = source.setting.parameters.section(BridgeParameters, "bridge")
    plan = bridging.plan_rows([source.plan.id])[0]
    try:
        facts = bridging.bridge_facts(plan, setting=source.setting)
        bridge = build_bridge(facts, today=source.today, parameters=numbers)
    except PlanningError:
        return PaperBridge(None)
    chance = chance_of_target(bridge, parameters=numbers)
    hidden = hidden_parts.hidden_keys(source.scope.hidden_ids)
    share = bridge.landing.share_of(bridge.target) if bridge.target else None
    return PaperBridge(
        shown=BridgeShown(
            currency=bridge.landing.currency,
            steps=tuple(_steps(bridge, source.plan.label)),
            said=_said(bridge),
            warns=bridge.gap is not None and bridge.gap.minor > 0,
            plays=_plays(bridge, hidden),
        ),
        landing=bridge.landing,
        cover=_("%s of target") % percent(share) if share is not None else "",
        chance=_chance(chance),
    )


def _chance(found: Chance) -> str:
    if found.probability is None:
        return ""
    said = in_words(found.probability)
    return said if found.calibrated else _("%s (uncalibrated)") % said


def _said(bridge: Bridge) -> str:
    if bridge.gap is None:
        return _("No target is agreed yet.")
    if bridge.gap.minor > 0:
        gap = short_money(bridge.gap)
        return _("%s has no play behind it: no credible path yet.") % gap
    return _("The path reaches the target.")


def _steps(bridge: Bridge, year: str) -> list[Step]:
    words = {
        BarCode.SINCE: _("Changed since then"),
        BarCode.CHURN: _("Expected churn"),
        BarCode.CONTRACTION: _("Expected contraction"),
        BarCode.UPLIFT: _("Price uplift"),
        BarCode.PLAYS: _("Plays"),
        BarCode.EXCHANGE: _("Exchange rates"),
    }
    baseline = bridge.bar(BarCode.BASELINE).amount.minor
    on = bridge.base_on
    day = _("on %s") % dates.day(on) if on is not None else ""
    steps = [Step(_("Baseline, recurring"), float(baseline), "base", day)]
    for bar in bridge.bars:
        if bar.code is BarCode.BASELINE or not bar.amount.minor:
            continue
        count = len(bar.parts)
        note = ngettext("%(n)s part", "%(n)s parts", count) % {"n": count}
        kind: Kind = "up" if bar.amount.minor > 0 else "down"
        steps.append(Step(words[bar.code], float(bar.amount.minor), kind, note))
    steps.append(Step(_("Expected landing"), float(bridge.landing.minor), "total"))
    if bridge.target is not None:
        if bridge.gap is not None and bridge.gap.minor > 0:
            gap = float(bridge.gap.minor)
            steps.append(Step(_("Uncovered"), gap, "gap", _("no play yet")))
        steps.append(Step(_("Target %s") % year, float(bridge.target.minor), "target"))
    return steps


def _plays(bridge: Bridge, hidden: frozenset[str]) -> tuple[Entry, ...]:
    """The plays behind the bar, largest first; those of hidden accounts as one."""
    parts = [part for part in bridge.bar(BarCode.PLAYS).parts if part.amount.minor]
    seen = sorted(
        (part for part in parts if part.key not in hidden),
        key=lambda part: (-part.amount.minor, part.key),
    )
    entries = [Entry(short_name(part.label), money=short_money(part.amount)) for part in seen]
    others = [part.amount.minor for part in parts if part.key in hidden]
    if others:
        money = Money(sum(others), bridge.landing.currency)
        entries.append(Entry(_("Other units"), money=short_money(money)))
    return tuple(entries)


def short_name(label: str) -> str:
    """A deal's name without the customer's in front: the page already says whose it is."""
    head, colon, rest = label.partition(": ")
    return rest if colon and rest else head
