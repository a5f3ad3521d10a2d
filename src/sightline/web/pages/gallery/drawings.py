"""Every kind of drawing for the gallery, from made-up values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sightline.drawing import lines, pareto, scatter, timeline, wallet, waterfall
from sightline.drawing.org_map import Node, Tie, org_map
from sightline.drawing.sheet import Drawing
from sightline.planning.money import Money
from sightline.wording import dates
from sightline.wording.chances import percent
from sightline.wording.money import short_money

SPARKLINE = lines.sparkline(
    [48, 49, 52, 50, 54, 56, 62], described="Vulnerability from 48 to 62", tone="warn"
)
_NAMES = (
    *("Helvion", "Northgate", "Kova", "Dunmore", "Castellan", "Orrin"),
    *("Quillon", "Varley", "Pell", "Aster", "Brill"),
)
_POTENTIAL = (7.1, 5.2, 4.4, 3.4, 3.0, 2.4, 2.1, 1.7, 1.4, 1.1, 0.5)


def charts(today: date) -> Sequence[tuple[str, Drawing]]:
    """Title and drawing, in the gallery's order."""
    return (
        ("Bridge", _bridge()),
        ("Concentration", _concentration()),
        ("Potential and vulnerability", _portfolio()),
        ("Revenue", _revenue()),
        ("Wallet", _wallet()),
        ("Year ahead", _year(today)),
    )


def people_map() -> Drawing:
    """A small map with every mark."""
    people = (
        _person("elena", "Elena Voss", "Chief Executive Officer", "", "Sponsor", 2, "neutral"),
        _person("marcus", "Marcus Heidt", "Chief Financial Officer", "elena", "Economic buyer", 1),
        _person("priya", "Priya Raman", "Chief Information Officer", "elena", "Champion", 5),
        _person(
            "claire", "Claire Dumont", "Head of Procurement", "marcus", "Blocker", 1, "against"
        ),
        _person("aiko", "Aiko Tanaka", "VP Enterprise Platforms", "priya", "Influencer", 4),
        _person("leila", "Leila Haddad", "Head of Data", "priya", "User", 3),
    )
    ties = (
        Tie("aiko", "claire", "influences", "Aiko Tanaka influences Claire Dumont"),
        Tie("claire", "marcus", "blocks", "Claire Dumont blocks Marcus Heidt"),
    )
    return org_map(people, key="map-sample", ties=ties)


def _person(
    key: str,
    name: str,
    title: str,
    manager: str,
    role: str,
    strength: int,
    stance: str = "supports",
) -> Node:
    tones = {"Champion": "pos", "Sponsor": "pos", "Economic buyer": "warn", "Blocker": "neg"}
    return Node(
        key=key,
        name=name,
        title=title,
        manager=manager,
        described=f"{name}, {title}. Role: {role}. Strength {strength} of 5. Stance: {stance}.",
        role=role,
        role_tone=tones.get(role, ""),
        strength=strength,
        stance=stance,
        ours="AM" if strength > 2 else "",
        flag="1 thread" if key == "aiko" else "",
        state={"leila": "selected"}.get(key, ""),
    )


def _pounds(value: float) -> str:
    return short_money(Money.of(round(Decimal(value) * 1_000_000), "GBP"))


def _bridge() -> Drawing:
    steps = (
        waterfall.Step("FY26 baseline", 2.42, "base", "recurring"),
        waterfall.Step("Plant rollout", 0.38, "up", "DACH, 3 sites", "#rollout"),
        waterfall.Step("Data platform", 0.31, "up", "Head of Data"),
        waterfall.Step("Support tier", 0.19, "up", "renewal uplift"),
        waterfall.Step("Expected churn", -0.12, "down", "2 modules"),
        waterfall.Step("Covered", 3.18, "total", "3 plays"),
        waterfall.Step("Uncovered", 0.42, "gap", "no play yet"),
        waterfall.Step("FY27 target", 3.6, "target", "agreed 4 Nov"),
    )
    return waterfall.waterfall(steps, key="bridge", label=_pounds)


def _concentration() -> Drawing:
    tail = [0.5 * 0.87**n for n in range(31)]
    effort = [3.0, 2.2, 1.0, 2.5, 2.0, 1.0, 1.4, 0.3, 1.9, 1.2, 0.8] + [
        0.9 * 0.95**n for n in range(31)
    ]
    return pareto.pareto([*_POTENTIAL, *tail], key="pareto", effort=effort)


def _portfolio() -> Drawing:
    names = _NAMES
    risk = (62, 31, 38, 15, 44, 71, 52, 0, 22, 55, 80)
    points = [
        scatter.Point(
            name=name,
            x=vulnerability,
            y=potential,
            area=potential / 3,
            shape=1 + (rank > 2) + (rank > 7),
            described=f"{name}: potential {_pounds(potential)}, vulnerability {vulnerability}",
            cells=(str(vulnerability), _pounds(potential), _pounds(potential / 3)),
            href=f"#{name.lower()}",
        )
        for rank, (name, potential, vulnerability) in enumerate(
            zip(names, _POTENTIAL, risk, strict=True)
        )
    ]
    axes = scatter.Axes(
        x_label="Vulnerability",
        y_label="Potential",
        x_top=100,
        y_top=9,
        x_cut=50,
        y_cut=3,
        corners=("Grow", "Defend and grow", "Maintain", "Defend at low cost"),
        columns=("Account", "Vulnerability", "Potential", "ACV"),
    )
    return scatter.scatter(points, axes=axes, key="scatter")


def _revenue() -> Drawing:
    now = (0.18, 0.21, 0.2, 0.24, 0.22, None, 0.19, 0.23, 0.26, 0.25, 0.21, 0.28)
    moments = [
        lines.Moment(f"{date(2026, month, 1):%b}", value, 0.15 + 0.006 * month)
        for month, value in enumerate(now, 1)
    ]
    return lines.trend(moments, key="trend", label=_pounds)


def _wallet() -> Drawing:
    shares = (
        wallet.Share("Us", 2.42, "ours"),
        wallet.Share("Tessera", 1.56),
        wallet.Share("Fieldly", 0.78),
        wallet.Share("In-house", 1.06, "in_house"),
        wallet.Share("Not spent", 1.28, "unspent"),
    )
    return wallet.stacked_bar(shares, key="wallet", label=_pounds, percent=percent)


def _year(today: date) -> Drawing:
    def at(days: int) -> date:
        return today + timedelta(days=days)

    events = (
        timeline.Event("Review", at(5), tone="accent"),
        timeline.Event("Economic buyer meeting", at(20), tone="warn"),
        timeline.Event("Notice period", at(40), until=at(70), tone="neg"),
        timeline.Event("Renewal, £2.1m", at(111), tone="warn", href="#renewal"),
        timeline.Event("Tessera contract ends", at(300)),
    )
    return timeline.timeline(
        events, key="year", first=at(-30), last=at(335), today=today, label=dates.day
    )
