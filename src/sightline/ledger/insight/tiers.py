"""Tiers from the ledger alone: what it tells of potential and vulnerability, importance not asked.

Potential and vulnerability follow docs/method/tiers.md. What the ledger does not know adds
nothing and is named. Comparable accounts stand in for a wallet: docs/method/revenue.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from sightline.ledger.currencies import major
from sightline.ledger.errors import NothingToJudge
from sightline.ledger.insight.contacts import threads
from sightline.ledger.insight.words import money
from sightline.ledger.measures import make_totals
from sightline.ledger.method import InsightParameters
from sightline.ledger.source import Source
from sightline.ledger.split import make_by_account
from sightline.ledger.tables import CONTRACTS, USAGE
from sightline.planning.parameters import Parameters
from sightline.planning.tiering import parameters as numbers_of
from sightline.planning.tiering.tiers import Tiering, TieringFacts, propose_tiers
from sightline.planning.tiering.vulnerability import (
    Vulnerability,
    VulnerabilityArrays,
    vulnerability,
)

if TYPE_CHECKING:
    import duckdb

Floats = npt.NDArray[np.float64]


class TierRow(NamedTuple):
    """One account; money in major units as decimals, indexes 0 … 100, `trend` relative."""

    account: str
    tier: int
    rank: int
    potential: str
    potential_index: float
    vulnerability: float | None
    r12: str
    trend: float | None
    provisional: str
    overflow: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """The columns of the accounts table that tiers need; n rows ordered by account."""

    names: npt.NDArray[np.object_]
    r12: Floats
    trend: Floats
    alarm: Floats
    own: Floats
    headroom: Floats


def tier_rows(
    source: Source,
    *,
    as_of: date,
    capacity: int,
    parameters: Parameters,
    insight: InsightParameters,
) -> Iterator[TierRow]:
    """Every account with its proposed tier, largest potential first, written one by one.

    `capacity` is how many full plans there is room for in all; tier 2 keeps its proportion.
    """
    totals = read_totals(source)
    if not len(totals.names):
        raise NothingToJudge(f"no account has a revenue line up to {as_of}")
    sized = _with_capacity(parameters, capacity)
    exposed = _exposure(source, totals, as_of=as_of, insight=insight)
    potential = potential_of(totals, sized)
    tiering = propose(totals, exposed, parameters=sized)
    values = vulnerability(exposed, parameters=sized)
    over = {each.row for each in tiering.overflow if each.tier == 1}
    shown = _Shown(totals, potential, tiering, values, source.currency)
    for place, i in enumerate(np.argsort(-potential, kind="stable"), start=1):
        yield _row(shown, int(i), place, over=int(i) in over)


def propose(totals: Totals, exposed: VulnerabilityArrays, *, parameters: Parameters) -> Tiering:
    """Tiers of all accounts at once: nobody's importance asked, no tier held, one capacity."""
    n = len(totals.names)
    facts = TieringFacts(
        # rows are in the order of the names, so their numbers break ties as the names would
        ids=cast("npt.NDArray[np.str_]", np.arange(n)),
        potential=potential_of(totals, parameters),
        importance=np.full((n, 3), np.nan),
        vulnerability=exposed,
        customer=totals.r12 > 0,
        owner=np.full(n, "", dtype="U1"),
        held=np.zeros(n, dtype=np.int64),
        past_lenient=np.zeros((n, 0), dtype=np.int64),
    )
    return propose_tiers(facts, parameters=parameters)


def read_totals(source: Source) -> Totals:
    """Compute and read the accounts table of the bound cut."""
    make_by_account(source)
    make_totals(source)
    return totals_from(source.connection, "totals")


def totals_from(connection: duckdb.DuckDBPyConnection, relation: str) -> Totals:
    """The columns that tiers need from a relation like `account_totals`."""
    columns = connection.execute(
        "SELECT account, r12::DOUBLE r12, coalesce(trend, 'nan'::DOUBLE) trend, "
        "CASE WHEN in_population THEN alarm::INT::DOUBLE ELSE 'nan'::DOUBLE END alarm, "
        "own::DOUBLE own, headroom::DOUBLE headroom "
        f"FROM {relation} ORDER BY account"
    ).fetchnumpy()

    def floats(name: str) -> Floats:
        return np.asarray(columns[name], dtype=np.float64)

    return Totals(
        # as objects: one long name would widen every row of a text array
        np.asarray(columns["account"], dtype=object),
        floats("r12"),
        floats("trend"),
        floats("alarm"),
        floats("own"),
        floats("headroom"),
    )


def potential_of(totals: Totals, parameters: Parameters) -> Floats:
    """Potential over three years in minor units: own revenue kept, and headroom converted."""
    numbers = numbers_of.potential(parameters)
    kept = sum(numbers.retention**year for year in range(1, numbers.years + 1))
    gain = float(sum(numbers.ramp)) * numbers.conversion_prior
    return np.asarray(totals.own * kept + totals.headroom * gain, dtype=np.float64)


def _exposure(
    source: Source, totals: Totals, *, as_of: date, insight: InsightParameters
) -> VulnerabilityArrays:
    known = VulnerabilityArrays.unknown(len(totals.names))

    def of_each(found: Mapping[str, float], otherwise: float = np.nan) -> Floats:
        return np.array([found.get(str(name), otherwise) for name in totals.names])

    if source.holds(CONTRACTS):
        # who has no contract in a ledger of contracts has none that could end
        days = of_each(_days_to_renewal(source, as_of=as_of), np.inf)
        known = replace(known, days_to_renewal=days)
    return replace(
        known,
        gap_alarm=totals.alarm,
        r12_change=totals.trend,
        single_thread=of_each(threads(source, as_of=as_of, parameters=insight)),
        usage_change=of_each(_usage_changes(source)),
    )


def _days_to_renewal(source: Source, *, as_of: date) -> dict[str, float]:
    """Days from the cut to the nearest end of a running contract; accounts with none are absent."""
    source.make("running")
    rows = source.connection.execute(
        "SELECT account, next_end - $as_of::DATE FROM running WHERE next_end IS NOT NULL",
        {"as_of": as_of},
    ).fetchall()
    return {str(account): float(days) for account, days in rows}


def _usage_changes(source: Source) -> dict[str, float]:
    """Use of the last three ended months against the three before, relative; either not told:
    absent."""
    if not source.holds(USAGE):
        return {}
    source.make("used")
    rows = source.connection.execute(
        "SELECT account, near / far - 1 FROM used WHERE far > 0 AND near IS NOT NULL"
    ).fetchall()
    return {str(account): float(change) for account, change in rows}


def _with_capacity(parameters: Parameters, capacity: int) -> Parameters:
    numbers = numbers_of.tiering(parameters)
    second = round(capacity * numbers.capacity_tier_2 / numbers.capacity_tier_1)
    return parameters.with_overrides(
        {"tiering.capacity_tier_1": capacity, "tiering.capacity_tier_2": second}
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """What a row is written from. `said` keeps the reasons of each pattern of chances."""

    totals: Totals
    potential: Floats
    tiering: Tiering
    exposed: Vulnerability
    currency: str
    said: dict[bytes, str] = field(default_factory=dict)

    def reasons(self, i: int) -> str:
        """Every part of an account and what is not known; a million accounts share few patterns."""
        pattern = self.exposed.chances[i].tobytes()
        if pattern not in self.said:
            self.said[pattern] = "; ".join(each.text for each in self.exposed.explain(i))
        return self.said[pattern]


def _row(shown: _Shown, i: int, place: int, *, over: bool) -> TierRow:
    totals, tiering = shown.totals, shown.tiering
    exposed = float(tiering.axes.vulnerability[i])
    trend = float(totals.trend[i])
    money_said = money(float(shown.potential[i]), currency=shown.currency)
    return TierRow(
        str(totals.names[i]),
        int(tiering.proposed[i]),
        place,
        major(round(float(shown.potential[i])), currency=shown.currency),
        round(float(tiering.axes.potential[i]), 2),
        None if np.isnan(exposed) else round(exposed, 2),
        major(round(float(totals.r12[i])), currency=shown.currency),
        None if np.isnan(trend) else round(trend, 6),
        "true" if tiering.provisional[i] else "false",
        "true" if over else "false",
        f"Potential {money_said} over three years, from own revenue and comparable accounts; "
        f"{shown.reasons(i)}. Importance not asked.",
    )
