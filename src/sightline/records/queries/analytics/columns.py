"""Running plans in columns, so that a page over tens of thousands of them reads fifty.

The columns are what a job keeps for people who see very many accounts (`keeping`); for everybody
else they are made at the look. Names are read for the rows that are shown alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.planning.money import Money
from sightline.planning.portfolio import PlanResult as PlanFacts
from sightline.records.queries.analytics.plans import PlanRow, names_of, owner_names

NOBODY = 0  # the owner of an account that has none
UNKNOWN = np.iinfo(np.int64).min
CHUNK = 2000
FORMAT = np.dtype(
    [
        *((name, "<i8") for name in ("account", "owner", "plan", "target", "landing", "threaded")),
        *(("year", "<i4"), ("challenges", "<i4"), ("tier", "<i1"), ("no_path", "<i1")),
        ("calibrated", "<i1"),
        ("chance", "<f8"),
    ]
)
SHAPE = blake2b(repr(FORMAT.descr).encode(), digest_size=8).digest()
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class OwnerSums:
    """One owner's plans: how many, how many with target and landing, and their sums."""

    owner_id: int | None
    owner: str
    plans: int
    counted: int
    target: Money
    landing: Money
    gap: Money
    no_path: int
    threaded: Money


@dataclass(frozen=True, slots=True)
class PlanTable:
    """Plans in the order of the list, the largest gap first; money in minor units of `currency`."""

    currency: str
    rows: Rows

    @property
    def kept(self) -> bytes:
        """The columns as a job keeps them; `table_from` reads them."""
        return SHAPE + self.rows.tobytes()

    @property
    def gaps(self) -> npt.NDArray[np.int64]:
        """Target less landing, not below zero; 0 where either is not known."""
        short = np.maximum(self.rows["target"] - self.rows["landing"], 0)
        return np.where(self.counted, short, 0)

    @property
    def counted(self) -> Mask:
        """Plans with both a target and a landing."""
        known: Mask = (self.rows["target"] != UNKNOWN) & (self.rows["landing"] != UNKNOWN)
        return known

    def holding(self, only: str, *, owner: int | None = None, tier: int | None = None) -> Mask:
        """Plans of a tab, of one owner (NOBODY for accounts without) and of one tier."""
        rows = self.rows
        tabs: dict[str, Mask] = {
            "no_path": rows["no_path"] == 1,
            "gap": self.gaps > 0,
            "threaded": rows["threaded"] > 0,
            "challenges": rows["challenges"] > 0,
            "left_out": ~self.counted,
        }
        found = tabs.get(only, np.ones(len(rows), dtype=bool))
        if owner is not None:
            found = found & (rows["owner"] == owner)
        return found if tier is None else found & (rows["tier"] == tier)

    def uncovered(self, held: Mask) -> Money:
        """The gaps of some plans added up."""
        return Money(int(self.gaps[held].sum()), self.currency)

    def listed(self, held: Mask, *, skip: int, most: int) -> tuple[PlanRow, ...]:
        """Some of the plans that are held, with their names. Two queries."""
        return self._named(np.flatnonzero(held)[skip : skip + most])

    def every(self, held: Mask) -> Iterator[PlanRow]:
        """All plans that are held, named in pieces: for a file."""
        places = np.flatnonzero(held)
        for start in range(0, len(places), CHUNK):
            yield from self._named(places[start : start + CHUNK])

    def by_owner(self) -> tuple[OwnerSums, ...]:
        """Every owner, the largest uncovered gap first. One query."""
        rows, counted, gaps = self.rows, self.counted, self.gaps
        owners, place = np.unique(rows["owner"], return_inverse=True)

        def added(values: Rows, among: Mask) -> Rows:
            sums = np.zeros(len(owners), dtype=np.int64)
            np.add.at(sums, place[among], values[among])
            return sums

        every = np.ones(len(rows), dtype=bool)
        ones = np.ones(len(rows), dtype=np.int64)
        counts = (added(ones, every), added(ones, counted), added(ones, rows["no_path"] == 1))
        money = (
            *(added(rows["target"], counted), added(rows["landing"], counted)),
            *(added(gaps, counted), added(rows["threaded"], rows["threaded"] > 0)),
        )
        names = owner_names({int(one) for one in owners if one != NOBODY})
        return tuple(
            self._sums(int(owners[at]), names, [one[at] for one in counts], [m[at] for m in money])
            for at in np.lexsort((owners, -money[2]))
        )

    def _sums(
        self, owner: int, names: dict[int, str], counts: Sequence[Any], money: Sequence[Any]
    ) -> OwnerSums:
        plans, counted, no_path = (int(one) for one in counts)
        target, landing, gap, threaded = (Money(int(one), self.currency) for one in money)
        return OwnerSums(
            owner_id=owner or None,
            owner=names.get(owner, ""),
            plans=plans,
            counted=counted,
            target=target,
            landing=landing,
            gap=gap,
            no_path=no_path,
            threaded=threaded,
        )

    def _named(self, places: npt.NDArray[np.int64]) -> tuple[PlanRow, ...]:
        rows = [
            dict(zip(FORMAT.names or (), row, strict=True)) for row in self.rows[places].tolist()
        ]
        names = names_of([row["account"] for row in rows])
        owners = owner_names({row["owner"] for row in rows if row["owner"] != NOBODY})
        return tuple(
            PlanRow(
                account_id=row["account"],
                name=names.get(row["account"], ""),
                owner_id=row["owner"] or None,
                owner=owners.get(row["owner"], ""),
                facts=self._facts(row),
            )
            for row in rows
        )

    def _facts(self, row: dict[str, Any]) -> PlanFacts:
        def money(name: str) -> Money | None:
            return None if row[name] == UNKNOWN else Money(row[name], self.currency)

        return PlanFacts(
            plan=str(row["plan"]),
            account=str(row["account"]),
            year=row["year"],
            owner=str(row["owner"] or ""),
            tier=row["tier"],
            target=money("target"),
            landing=money("landing"),
            chance=None if np.isnan(row["chance"]) else row["chance"],
            calibrated=row["calibrated"] == 1,
            no_path=row["no_path"] == 1,
            single_threaded=money("threaded"),
            open_challenges=row["challenges"],
        )


def plan_table(plans: Iterable[PlanRow], *, currency: str) -> PlanTable:
    """Plans in columns, in the order given."""
    rows = [_line(row) for row in plans]
    return PlanTable(currency, np.array(rows, dtype=FORMAT))


def table_from(raw: bytes, *, currency: str) -> PlanTable | None:
    """What `PlanTable.kept` gave; None where it is of another shape."""
    if not raw.startswith(SHAPE):
        return None
    return PlanTable(currency, np.frombuffer(raw, dtype=FORMAT, offset=len(SHAPE)))


def _line(row: PlanRow) -> tuple[Any, ...]:
    facts = row.facts

    def minor(money: Money | None) -> int:
        return int(UNKNOWN) if money is None else money.minor

    return (
        *(row.account_id, row.owner_id or NOBODY, int(facts.plan)),
        *(minor(facts.target), minor(facts.landing), minor(facts.single_threaded)),
        *(facts.year, facts.open_challenges, facts.tier, int(facts.no_path)),
        int(facts.calibrated),
        float("nan") if facts.chance is None else facts.chance,
    )
