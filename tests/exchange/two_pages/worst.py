"""Plans nobody would wish on a page: long names, words without a space, right to left, extremes."""

from __future__ import annotations

import random

from sightline.drawing.waterfall import Step
from sightline.exchange.exports.two_pages.paper import (
    BridgeShown,
    Entry,
    Grid,
    GridRow,
    KeyFigure,
    Paper,
    Square,
    Stakeholder,
)
from sightline.planning.money import Money
from sightline.wording.labels import BUYING_ROLES, CELL_STATES, STANCES
from sightline.wording.money import short_money

PIECES = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "شركة الصناعات الثقيلة المتحدة للطاقة",
    "חברת התעשיות הכבדות המאוחדות בעמ",
    "Çağlar Karaçoğlu",
    "A&B <Holdings> \"Group\" 'plc'",
    "Great Northern Reinsurance Company of the Eastern Seaboard",
    "X",
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    "Société Générale d'Équipements Électriques et Mécaniques",
)
AMOUNTS = (0, 1, -1, 99, 950_00, 10**9, 10**15, 922_337_203_685_477_58)


def worst_papers(seed: int, *, of: int = 40) -> tuple[Paper, ...]:
    """The five of forty generated plans that hold most text: three of two pages, two of tier 2."""
    source = random.Random(seed)
    papers = [_paper(source, light=number % 2 == 1) for number in range(of)]
    papers.sort(key=_letters, reverse=True)
    return (
        *[paper for paper in papers if not paper.light][:3],
        *[paper for paper in papers if paper.light][:2],
    )


def _letters(paper: Paper) -> int:
    return len(repr(paper))


def _words(source: random.Random, most: int) -> str:
    text = " ".join(source.choice(PIECES) for _ in range(source.randint(1, 12)))
    return text[:most].strip() or "X"


def _money(source: random.Random) -> str:
    return short_money(Money(source.choice(AMOUNTS), source.choice(("GBP", "JPY", "KWD"))))


def _entries(source: random.Random, most: int, length: int) -> tuple[Entry, ...]:
    return tuple(
        Entry(_words(source, length), _words(source, length), _money(source))
        for _ in range(source.randint(0, most))
    )


def _bridge(source: random.Random) -> BridgeShown:
    kinds = ("base", "up", "down", "down", "up", "up", "down", "total", "gap", "target")
    labels = (
        *("Baseline, recurring", "Changed since then", "Expected churn", "Expected contraction"),
        *("Price uplift", "Plays", "Exchange rates", "Expected landing"),
    )
    steps = tuple(
        Step(label, float(source.choice(AMOUNTS)), kind, "on 30 Sept 2026")  # type: ignore[arg-type]
        for label, kind in zip((*labels, "Uncovered", "Target"), kinds, strict=True)
    )
    return BridgeShown("GBP", steps, "No credible path yet.", True, _entries(source, 200, 255))


def _grid(source: random.Random) -> Grid:
    units = tuple(_words(source, 200) for _ in range(source.randint(1, 60)))
    rows = tuple(
        GridRow(
            _words(source, 120),
            tuple(
                Square(source.choice(list(CELL_STATES)), source.choice((_money(source), PIECES[0])))
                for _ in units
            ),
        )
        for _ in range(source.randint(1, 40))
    )
    return Grid(units, rows)


def _people(source: random.Random) -> tuple[Stakeholder, ...]:
    return tuple(
        Stakeholder(
            name=_words(source, 255),
            title=_words(source, 200),
            role=", ".join(label.text for label in BUYING_ROLES.values()),
            level=source.choice((None, 0, 5)),
            stance=source.choice((None, *STANCES)),
            unit=_words(source, 200),
            contact="23 months ago",
        )
        for _ in range(source.randint(0, 90))
    )


def _paper(source: random.Random, *, light: bool) -> Paper:
    return Paper(
        account=_words(source, 255),
        kicker="Commercial summary, FY2027",
        about=_words(source, 400),
        stamp=("Plan version 4711", "22 Nov 2026"),
        short_title="Commercial summary FY2027",
        figures=tuple(
            KeyFigure("Expected landing", _money(source), "12,345% of target") for _ in range(5)
        ),
        thesis=" ".join(_words(source, 300) + "." for _ in range(source.randint(0, 13)))[:4000],
        priorities=_entries(source, 30, 500),
        bridge=_bridge(source),
        actions=_entries(source, 60, 255),
        grid=None if light else _grid(source),
        stakeholders=_people(source),
        renewals=_entries(source, 50, 255),
        challenges=_entries(source, 60, 255),
        light=light,
    )
