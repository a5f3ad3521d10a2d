"""The facts of the last computation of tiers, read back so that other numbers can be tried.

Vulnerability is kept as its parts with their chances; each part is read back as the smallest fact
that gives that chance under the numbers it was computed with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.planning.parameters import Parameters
from sightline.planning.tiering import CRITERIA, TieringFacts, VulnerabilityArrays
from sightline.planning.tiering import parameters as numbers_of
from sightline.planning.tiering.parameters import VulnerabilityParameters
from sightline.records.models import ImportanceAnswer, TierMonth, TierResult

Floats = npt.NDArray[np.float64]
CODE = "vulnerable_"
NEAR = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class KeptFacts:
    """The facts with what the page needs beside them: row n is `account_ids[n]`."""

    facts: TieringFacts
    account_ids: tuple[int, ...]
    parameters_version: str
    as_of: date | None


def kept_facts(*, parameters: Parameters) -> KeptFacts:
    """Every planning account of the last computation. Three queries."""
    rows = list(
        TierResult.objects.order_by("account_id").values_list(
            *("account_id", "owner_id", "potential", "decided_tier", "vulnerability", "parts"),
            *("parameters_version", "as_of"),
        )
    )
    row_of = {row[0]: place for place, row in enumerate(rows)}
    numbers = numbers_of.vulnerability(parameters)
    chances = [_chances(row[5]) for row in rows]
    as_of = rows[0][7] if rows else None
    months = numbers_of.tiering(parameters).demote_computations - 1
    facts = TieringFacts(
        ids=np.array([f"{row[0]:012d}" for row in rows], dtype=str),
        potential=_floats([row[2] for row in rows]),
        importance=_importance(row_of),
        vulnerability=_arrays(rows, chances, numbers=numbers),
        customer=np.array([row[4] is not None or bool(row[5]) for row in rows], dtype=bool),
        owner=np.array([str(row[1] or "") for row in rows], dtype=str),
        held=np.array([row[3] or 0 for row in rows], dtype=np.int64),
        past_lenient=_past_lenient(row_of, as_of, months=months),
    )
    return KeptFacts(facts, tuple(row_of), rows[0][6] if rows else "", as_of)


def _chances(parts: list[Mapping[str, Any]]) -> dict[str, float]:
    return {
        str(part["code"]).removeprefix(CODE): float(part["p"])
        for part in parts
        if part.get("p") is not None
    }


def _arrays(
    rows: list[Any], chances: list[dict[str, float]], *, numbers: VulnerabilityParameters
) -> VulnerabilityArrays:
    def column(name: str) -> Floats:
        return np.array([of.get(name, 0.0) for of in chances], dtype=float)

    renewal, quiet, cases = column("renewal"), column("quiet"), column("cases")
    alone = renewal >= numbers.renewal_unprepared - NEAR
    each = numbers.quiet_each
    # where nothing at all was known there is no figure, and reading back must not make one
    unknown = np.array([row[4] is None for row in rows], dtype=bool)

    def known(values: Floats) -> Floats:
        return np.where(unknown, np.nan, values)

    return VulnerabilityArrays(
        days_to_renewal=known(np.where(renewal > 0, 0.0, np.inf)),
        renewal_prepared=known(np.where((renewal > 0) & ~alone, 1.0, 0.0)),
        competitor_share=known(column("competitor") / numbers.competitor_factor),
        share_change=known(np.where(column("share_loss") > 0, -1.0, 0.0)),
        single_thread=known((column("single_thread") > 0).astype(float)),
        quiet_deciders=known(np.array([ceil(p / each - NEAR) for p in quiet], dtype=float)),
        gap_alarm=known((column("off_trend") > 0).astype(float)),
        r12_change=known(np.zeros(len(rows))),
        critical_cases=known(
            np.where(cases >= numbers.case_many - NEAR, numbers.case_many_from, 1.0) * (cases > 0)
        ),
        usage_change=known(np.where(column("usage") > 0, -1.0, 0.0)),
    )


def _importance(row_of: Mapping[int, int]) -> Floats:
    points = np.full((len(row_of), len(CRITERIA)), np.nan)
    rows = ImportanceAnswer.objects.filter(superseded_at=None)
    for account, criterion, value in rows.values_list("account_id", "criterion", "points"):
        if account in row_of and criterion in CRITERIA:
            points[row_of[account], CRITERIA.index(criterion)] = value
    return points


def _past_lenient(
    row_of: Mapping[int, int], as_of: date | None, *, months: int
) -> npt.NDArray[np.int64]:
    found = np.zeros((len(row_of), months), dtype=np.int64)
    if as_of is None:
        return found
    index = as_of.year * 12 + as_of.month - 1
    firsts = [
        date((index - back) // 12, (index - back) % 12 + 1, 1) for back in range(months, 0, -1)
    ]
    rows = TierMonth.objects.filter(month__in=firsts)
    for account, month, tier in rows.values_list("account_id", "month", "lenient_tier"):
        if account in row_of:
            found[row_of[account], firsts.index(month)] = tier
    return found


def _floats(values: list[int | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=float)
