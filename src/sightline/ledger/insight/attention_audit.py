"""The attention audit over a ledger: contact of twelve months against potential.

The tests and their noise are in docs/method/attention.md; the audit itself is planning's.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from sightline.ledger.currencies import major
from sightline.ledger.insight.tiers import potential_of, read_totals
from sightline.ledger.method import InsightParameters
from sightline.ledger.source import Source
from sightline.planning import periods
from sightline.planning.parameters import Parameters
from sightline.planning.tiering import parameters as numbers_of
from sightline.planning.tiering.attention import (
    AttentionAudit,
    AttentionFacts,
    attention_points,
    audit_attention,
    worth_of_moving,
)

Floats = npt.NDArray[np.float64]
_RECENT_DAYS = 90
_DAYS_IN_WEEK = 7
_SWAPS = 5


def attention_answer(
    source: Source, *, as_of: date, parameters: Parameters, insight: InsightParameters
) -> dict[str, object]:
    """The audit as plain values: the verdict, the portfolio's figures, and one row per account.

    Potential is what the ledger alone tells; without revenue lines there is nothing to compare.
    """
    totals = read_totals(source)
    names = [str(name) for name in totals.names]
    potential = potential_of(totals, parameters)
    facts, logged = _facts(source, names, potential, as_of=as_of, parameters=parameters)
    audit = audit_attention(facts, parameters=parameters)
    if audit is None:
        return {"judged": False, "text": "not enough activity to judge: no contact or no potential"}
    comfort = _comfort(source, as_of=as_of)
    return {
        "as_of": as_of.isoformat(),
        "judged": audit.judged,
        "touches": int(facts.touches.sum()),
        "touches_elsewhere": logged - int(facts.touches.sum()),
        "text": "; ".join(reason.text for reason in audit.reasons) or "nothing beyond chance",
        "surplus_share": round(audit.surplus_share, 6),
        "with_potential": _rounded(audit.with_potential.value),
        "with_last_contact": _rounded(audit.with_recency.value),
        "recency_bias": {
            "difference": _rounded(audit.recency_bias.difference),
            "low": _rounded(audit.recency_bias.low),
            "high": _rounded(audit.recency_bias.high),
            "shown": audit.recency_bias.shown,
        },
        "comfort": comfort,
        "neglected": [names[row] for row in audit.neglected],
        "swaps": _swaps(
            audit,
            names,
            potential,
            elasticity=numbers_of.attention(parameters).elasticity,
            currency=source.currency,
        )
        if audit.judged
        else [],
        "accounts": [_account(names, facts, audit, row) for row in _by_fair_share(audit)],
    }


def _facts(
    source: Source,
    names: list[str],
    potential: Floats,
    *,
    as_of: date,
    parameters: Parameters,
) -> tuple[AttentionFacts, int]:
    """Counts and points per account over the method's window; and all touches logged in it."""
    numbers = numbers_of.attention(parameters)
    first = periods.rolling(as_of, months=numbers.window_months).start
    source.make("contact_days")
    columns = source.connection.execute(
        # one count per contact day and kind; a mail counts once per thread-day
        "SELECT account, day, sum(least(meetings, 1))::DOUBLE meetings, "
        "sum(least(calls, 1))::DOUBLE calls, sum(least(mails, 1))::DOUBLE mails "
        "FROM contact_days WHERE day >= $first GROUP BY account, day ORDER BY account, day",
        {"first": first},
    ).fetchnumpy()
    place = {name: row for row, name in enumerate(names)}
    rows = np.array([place.get(str(name), -1) for name in columns["account"]], dtype=np.int64)
    kinds = {name: np.asarray(columns[name], dtype=np.float64) for name in _KINDS}
    ages = (np.datetime64(as_of) - columns["day"].astype("datetime64[D]")).astype(np.float64)
    points = attention_points(**kinds, age_days=ages, parameters=parameters)
    touches = kinds["meetings"] + kinds["calls"] + kinds["mails"]
    known = rows >= 0
    n = len(names)

    def summed(values: Floats) -> Floats:
        return np.bincount(rows[known], weights=values[known], minlength=n).astype(np.float64)

    last = np.full(n, np.nan)
    for row, age in zip(rows[known], ages[known], strict=True):
        last[row] = age if np.isnan(last[row]) else min(last[row], age)
    facts = AttentionFacts(
        attention=summed(points),
        touches=summed(touches).astype(np.int64),
        potential=potential,
        recent_revenue=_recent(source, names, as_of),
        days_since_contact=last,
        warmth=np.full(n, np.nan),
        dispersion=_dispersion(ages, touches),
    )
    return facts, int(touches.sum())


_KINDS = ("meetings", "calls", "mails")


def _recent(source: Source, names: list[str], as_of: date) -> Floats:
    source.at(as_of, recent_first=as_of - timedelta(days=_RECENT_DAYS - 1))
    found = {str(name): float(str(value)) for name, value in source.rows("recent")}
    return np.array([found.get(name, 0.0) for name in names])


def _dispersion(ages: Floats, touches: Floats) -> float | None:
    """Variance over mean of weekly counts; None where fewer than a dozen weeks were logged."""
    if not len(ages):
        return None
    weeks = np.bincount((ages // _DAYS_IN_WEEK).astype(np.int64), weights=touches)
    if len(weeks) < 12 or not weeks.mean() > 0:
        return None
    return float(weeks.var(ddof=1) / weeks.mean())


def _comfort(source: Source, *, as_of: date) -> dict[str, object]:
    """Share of touches that goes to the three most responsive contacts, and how few carry them."""
    row = source.connection.execute(
        "WITH per AS (SELECT contact, count(*) AS n, "
        "sum(CASE WHEN two_way THEN 1 ELSE 0 END) AS answered FROM contact_days "
        "WHERE day > $first AND contact <> '' GROUP BY account, contact), "
        "ranked AS (SELECT *, row_number() OVER (ORDER BY answered DESC, n DESC, contact) AS place "
        "FROM per) SELECT sum(n) FILTER (place <= 3) / sum(n), "
        "sum(n * n) / (sum(n) * sum(n)), count(*) FROM ranked",
        {"first": periods.months_back(as_of, 12)},
    ).fetchone()
    share, hhi, contacts = row or (None, None, 0)
    return {"top_3_share": _rounded(share), "hhi": _rounded(hhi), "contacts": contacts}


def _swaps(
    audit: AttentionAudit, names: list[str], potential: Floats, *, elasticity: float, currency: str
) -> list[dict[str, object]]:
    """Pairs of the most over-served and most under-served accounts, and the share that moves.

    `worth` is the change of both accounts' expected potential, uncalibrated: potential ×
    (share ÷ fair share) ^ elasticity, after less before, in major units.
    """
    pairs = zip(audit.served_over, audit.served_under, strict=False)
    found = []
    for giver, taker in list(pairs)[:_SWAPS]:
        spare = float(audit.share[giver] - audit.fair_share[giver])
        lack = float(audit.fair_share[taker] - audit.share[taker])
        moved = min(spare, lack)
        worth = sum(
            _response(audit, potential, row, by, elasticity)
            for row, by in ((giver, -moved), (taker, moved))
        )
        found.append(
            {
                "from": names[giver],
                "to": names[taker],
                "share_of_attention": round(moved, 6),
                "worth": float(major(round(worth), currency=currency)),
            }
        )
    return found


def _response(
    audit: AttentionAudit, potential: Floats, row: int, by: float, elasticity: float
) -> float:
    """What an account gains when its share of attention moves `by`."""
    return worth_of_moving(
        float(potential[row]),
        share=float(audit.share[row]),
        fair=float(audit.fair_share[row]),
        by=by,
        e=elasticity,
    )


def _by_fair_share(audit: AttentionAudit) -> list[int]:
    order = np.argsort(-np.nan_to_num(audit.fair_share, nan=-1.0), kind="stable")
    return [int(row) for row in order if not np.isnan(audit.fair_share[row])]


def _account(
    names: list[str], facts: AttentionFacts, audit: AttentionAudit, row: int
) -> dict[str, object]:
    return {
        "account": names[row],
        "touches": int(facts.touches[row]),
        "attention_share": _rounded(float(audit.share[row])),
        "potential_share": _rounded(float(audit.fair_share[row])),
        "ratio": _rounded(float(audit.ratio[row])),
        "z": _rounded(float(audit.z[row])),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 6)
