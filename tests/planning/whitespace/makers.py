"""Small cells and random ones for the whitespace tests."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.reasons import because
from sightline.planning.stakeholders import CellPath, Found
from sightline.planning.whitespace import (
    CellFacts,
    CellScore,
    Eligibility,
    EligibilityKind,
    Footprint,
    Holder,
    HolderKind,
    Method,
    Need,
    OpenDeal,
    Origin,
    Pipeline,
    ValueEstimate,
    WhitespaceParameters,
    score_cells,
)

ON = dt.date(2026, 11, 21)
P = load_defaults().section(WhitespaceParameters, "whitespace")
SAID = Origin("call", ON - dt.timedelta(days=20), "tara")
READ = Origin("ledger", ON, live=True)


def eur(amount: int) -> Money:
    return Money(amount * 100, "EUR")


def worth(likely: int, *, origin: Origin = SAID) -> ValueEstimate:
    return ValueEstimate(eur(likely // 2), eur(likely), eur(likely * 2), Method.HAND, origin)


def need(level: int) -> Need:
    return Need(level, SAID, "forecasts run in spreadsheets")


def path(access: int, budget: int, *, mapped: bool = True) -> CellPath:
    return CellPath(
        Found(access, because("access", "who")), Found(budget, because("budget", "who")), mapped
    )


def held(kind: str, **fields: object) -> Holder:
    return Holder(HolderKind(kind), SAID, **fields)  # type: ignore[arg-type]


def eligible(kind: str, **fields: object) -> Eligibility:
    fields.setdefault("reason", "" if kind == "applicable" else "law")
    return Eligibility(EligibilityKind(kind), SAID, **fields)  # type: ignore[arg-type]


def sold(amount: int | None, **fields: object) -> Footprint:
    money = None if amount is None else eur(amount)
    return Footprint(READ, money, **fields)  # type: ignore[arg-type]


def deal(*shares: int | None) -> Pipeline:
    deals = tuple(
        OpenDeal(f"o{place}", None if one is None else eur(one)) for place, one in enumerate(shares)
    )
    return Pipeline(deals, READ)


def scored(
    *cells: CellFacts, paths: dict[tuple[str, str], CellPath] | None = None
) -> list[CellScore]:
    ways = {cell.key: path(3, 3) for cell in cells} | (paths or {})
    return list(score_cells(cells, paths=ways, on=ON, parameters=P))


UNITS: dict[str, str | None] = {
    "group": None,
    "emea": "group",
    "apac": "group",
    "de": "emea",
    "fr": "emea",
    "de-south": "de",
}


@st.composite
def cells(draw: st.DrawFn) -> list[CellFacts]:
    """A plan's cells with any mixture of facts, missing ones included."""
    found = []
    for unit in UNITS:
        for line in ("a", "b"):
            amount = draw(st.one_of(st.none(), st.integers(0, 10**6)))
            found.append(
                CellFacts(
                    unit,
                    line,
                    footprint=draw(st.sampled_from((None, sold(None), sold(0), sold(70)))),
                    holder=draw(st.sampled_from((None, held("nobody"), held("in_house")))),
                    eligibility=draw(
                        st.sampled_from((None, None, eligible("applicable"), eligible("blocked")))
                    ),
                    pipeline=draw(st.sampled_from((None, None, deal(5), deal(7, None)))),
                    need=draw(st.sampled_from((None, *(need(one) for one in range(4))))),
                    estimates=() if amount is None else (worth(amount),),
                    peer_share=draw(st.sampled_from((None, 0.2, 0.8))),
                )
            )
    return found


@st.composite
def plan_paths(draw: st.DrawFn) -> dict[tuple[str, str], CellPath]:
    levels = st.integers(0, 3)
    return {
        (unit, line): path(draw(levels), draw(levels), mapped=draw(st.booleans()))
        for unit in UNITS
        for line in ("a", "b")
    }
