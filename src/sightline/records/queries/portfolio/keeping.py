"""The sums that a job keeps for people who see very many accounts, as rows and back again.

Everybody who sees the same accounts reads the same row (`Reach.scope`). What the curve is drawn from
lies apart, so that the list does not read it.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from sightline.planning.money import Money
from sightline.planning.portfolio import RollUp
from sightline.records.models import PortfolioSums, SignIn
from sightline.records.queries.portfolio.overview import Carried, Overview, Point, Waiting
from sightline.records.reach import Reach, reach_of
from sightline.records.scoping import person_of

APART = frozenset({"potential", "attention"})
_MONEY = ("target", "landing", "gap", "net", "single_threaded")


def kept_overview(reach: Reach, *, curve: bool = False) -> Overview | None:
    """The sums kept for everybody who sees what this person sees; None before a job kept them.

    One query. `potential` and `attention` are empty without `curve`.
    """
    rows = PortfolioSums.objects.filter(scope=reach.scope)
    row = rows.first() if curve else rows.defer("potential", "attention").first()
    if row is None:
        return None
    found = restored(row.figures)
    if not curve:
        return found
    return replace(
        found,
        potential=tuple(_numbers("q", bytes(row.potential))),
        attention=tuple(_numbers("d", bytes(row.attention))),
    )


def wide_reaches() -> dict[str, Reach]:
    """Whoever may sign in and sees very many accounts: one reach for each scope."""
    found: dict[str, Reach] = {}
    for sign_in in SignIn.objects.filter(is_active=True, grants__isnull=False).distinct():
        reach = reach_of(person_of(sign_in))
        if reach.wide:
            found.setdefault(reach.scope, reach)
    return found


def stored(found: Overview) -> dict[str, Any]:
    """The sums as JSON keeps them, without what lies apart."""
    kept = {
        field.name: getattr(found, field.name)
        for field in fields(Overview)
        if field.name not in APART
    }
    return kept | {
        "counts": dict(found.counts),
        "plans": _roll_up_stored(found.plans) if found.plans else None,
        "to_decide": [_values(one) for one in found.to_decide],
        "points": [_values(one) for one in found.points],
        "capacity": [_values(one) for one in found.capacity],
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "computed_at": found.computed_at.isoformat() if found.computed_at else None,
        "rates_missing": list(found.rates_missing),
        "owners": [list(one) for one in found.owners],
        "industries": list(found.industries),
    }


def restored(kept: Mapping[str, Any]) -> Overview:
    """The sums from what `stored` answered."""
    values = dict(kept) | {
        "plans": _roll_up(kept["plans"], kept["currency"]) if kept["plans"] else None,
        "to_decide": tuple(Waiting(*one) for one in kept["to_decide"]),
        "points": tuple(Point(*one) for one in kept["points"]),
        "capacity": tuple(Carried(*one) for one in kept["capacity"]),
        "as_of": date.fromisoformat(kept["as_of"]) if kept["as_of"] else None,
        "computed_at": datetime.fromisoformat(kept["computed_at"]) if kept["computed_at"] else None,
        "rates_missing": tuple(kept["rates_missing"]),
        "owners": tuple((pk, name) for pk, name in kept["owners"]),
        "industries": tuple(kept["industries"]),
    }
    return Overview(**values, potential=(), attention=())


def packed(kind: str, values: Sequence[float]) -> bytes:
    """A column of the curve as bytes, little endian."""
    column = array(kind, values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _numbers(kind: str, raw: bytes) -> Sequence[Any]:
    column = array(kind)
    column.frombytes(raw)
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _values(one: Waiting | Point | Carried) -> list[Any]:
    return [getattr(one, field.name) for field in fields(one)]


def _roll_up_stored(plans: RollUp) -> dict[str, Any]:
    """The sums over plans; which plans they are is read from the plans, not kept."""
    return {
        "plans": plans.plans,
        "counted": plans.counted,
        "open_challenges": plans.open_challenges,
        **{name: getattr(plans, name).minor for name in _MONEY},
    }


def _roll_up(kept: Mapping[str, Any], currency: str) -> RollUp:
    return RollUp(
        key="all",
        plans=kept["plans"],
        counted=kept["counted"],
        open_challenges=kept["open_challenges"],
        reasons=(),
        target=Money(kept["target"], currency),
        landing=Money(kept["landing"], currency),
        gap=Money(kept["gap"], currency),
        net=Money(kept["net"], currency),
        single_threaded=Money(kept["single_threaded"], currency),
        no_path=(),
        without_target=(),
        without_landing=(),
    )
