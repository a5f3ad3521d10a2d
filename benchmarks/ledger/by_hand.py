"""The same requalification as one experienced person would write it in DuckDB's SQL."""

from __future__ import annotations

STEPS: tuple[tuple[str, str], ...] = (
    (
        "cells",
        """
        SELECT account, unit, product_line,
          sum(r12)::BIGINT r12, sum(r24 - r12)::BIGINT r12_prior, sum(r24)::BIGINT r24,
          min(first_purchase) first_purchase, max(last_purchase) last_purchase,
          count(*) FILTER (last_purchase >= DATE '{r12_first}') months_active_12,
          count(*) FILTER (last_purchase >= DATE '{r24_first}') months_active_24,
          sum(lines)::BIGINT lines
        FROM (
          SELECT account, unit, product_line,
            coalesce(sum(amount) FILTER (date >= DATE '{r12_first}'), 0) r12,
            coalesce(sum(amount) FILTER (date >= DATE '{r24_first}'), 0) r24,
            min(date) FILTER (amount > 0) first_purchase,
            max(date) FILTER (amount > 0) last_purchase, count(*) lines
          FROM lines WHERE date <= DATE '{as_of}'
          GROUP BY account, unit, product_line, year(date) * 12 + month(date))
        GROUP BY ALL
        """,
    ),
    (
        "rhythm",
        """
        SELECT account, count(*) purchase_days,
          count(*) FILTER (date >= DATE '{r12_first}') purchase_days_12,
          max(date) last_day, quantile_disc(gap, 0.9) usual_gap
        FROM (
          SELECT account, date,
            date - lag(date) OVER (PARTITION BY account ORDER BY date) gap
          FROM (SELECT DISTINCT account, date FROM lines
            WHERE date <= DATE '{as_of}' AND amount > 0))
        GROUP BY account
        """,
    ),
    (
        "accounts",
        """
        SELECT account, sum(r12)::BIGINT r12, sum(r12_prior)::BIGINT r12_prior,
          sum(r24)::BIGINT r24, count(DISTINCT unit) FILTER (r24 <> 0 OR months_active_24 > 0) units,
          count(*) FILTER (r12 > 0) owned,
          count(*) FILTER (r12 > 0) / (greatest(1, count(DISTINCT unit) FILTER
            (r24 <> 0 OR months_active_24 > 0)) * (SELECT count(DISTINCT product_line) FROM cells
            WHERE r12 > 0)) penetration,
          sum(greatest(r12_prior, 0))::BIGINT opening,
          sum(least(greatest(r12, 0), greatest(r12_prior, 0)))::BIGINT kept,
          sum(greatest(r12, 0))::BIGINT closing
        FROM cells GROUP BY account
        """,
    ),
    (
        "bands",
        """
        SELECT account, greatest(units, 1) units,
          (row_number() OVER (ORDER BY r12, account) - 1) * 4 // count(*) OVER () band
        FROM accounts
        """,
    ),
    (
        "peers",
        """
        SELECT band, product_line, quantile_disc(r12, 0.8) best,
          floor(quantile_disc(r12, 0.8) * count(*)::DOUBLE / any_value(band_units) + 0.5)::BIGINT expected
        FROM cells JOIN bands USING (account)
        JOIN (SELECT band, sum(units) band_units FROM bands GROUP BY band) USING (band)
        WHERE r12 > 0 GROUP BY band, product_line
        """,
    ),
    (
        "headroom",
        """
        SELECT account, sum(r12)::BIGINT own, sum(expected)::BIGINT owned_expected,
          sum(greatest(best - r12, 0))::BIGINT room
        FROM cells JOIN bands USING (account) JOIN peers USING (band, product_line)
        WHERE r12 > 0 GROUP BY account
        """,
    ),
    (
        "scored",
        """
        SELECT a.*, r.purchase_days, r.usual_gap, DATE '{as_of}' - r.last_day silent,
          coalesce(h.own, 0) * (0.9 + 0.81 + 0.729) + 1.8 * 0.2 * (greatest(coalesce(e.expected, 0)
            * b.units - coalesce(h.owned_expected, 0), 0) + coalesce(h.room, 0)) potential,
          (r.purchase_days >= 4 AND r.last_day >= DATE '{half_first}'
            AND DATE '{as_of}' - r.last_day > 1.5 * r.usual_gap) alarm,
          1 / (1 + exp(3.049 - 0.826 * ln(1 + (DATE '{as_of}' - r.last_day))
            + 0.779 * ln(1 + r.purchase_days_12))) quiet,
          CASE WHEN a.r12_prior > 0 THEN a.r12 / a.r12_prior - 1 END trend
        FROM accounts a LEFT JOIN rhythm r USING (account) JOIN bands b USING (account)
        LEFT JOIN (SELECT band, sum(expected) expected FROM peers GROUP BY band) e USING (band)
        LEFT JOIN headroom h USING (account)
        """,
    ),
    (
        "tiers",
        """
        SELECT *, 100 * (n - place) / (n - 1) AS index,
          CASE WHEN before >= 0.9 * whole THEN 3 WHEN place <= 5 THEN 1
            WHEN place <= 17 AND before < 0.8 * whole THEN 2 ELSE 3 END tier
        FROM (
          SELECT *, row_number() OVER w place, count(*) OVER () n, sum(potential) OVER () whole,
            coalesce(sum(potential) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0
              ) before,
            CASE WHEN alarm OR trend <= -0.2 THEN 25 ELSE 0 END vulnerability
          FROM scored WINDOW w AS (ORDER BY potential DESC, account))
        """,
    ),
)
