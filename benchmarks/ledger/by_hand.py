"""The same requalification as one experienced person would write it in DuckDB's SQL."""

from __future__ import annotations

STEPS: tuple[tuple[str, str], ...] = (
    (
        "cells",
        """
        SELECT account, unit, product_line, coalesce(kind, 'repeat') kind,
          r12, r24 - r12 r12_prior, r24, first_purchase, last_purchase, months_24
        FROM (
          SELECT account, unit, product_line,
            coalesce(sum(amount) FILTER (date >= DATE '{r12_first}'), 0)::BIGINT r12,
            coalesce(sum(amount) FILTER (date >= DATE '{r24_first}'), 0)::BIGINT r24,
            min(date) FILTER (amount > 0) first_purchase,
            max(date) FILTER (amount > 0) last_purchase,
            bit_count(bit_or(1 << greatest(date_diff('month', DATE '{r24_first}', date), 0)::INT)
              FILTER (amount > 0 AND date >= DATE '{r24_first}')) months_24
          FROM lines WHERE date <= DATE '{as_of}'
          GROUP BY account, unit, product_line)
        LEFT JOIN kinds USING (product_line)
        """,
    ),
    (
        "rhythm",
        """
        SELECT account, count(*) purchase_days,
          count(*) FILTER (date >= DATE '{r12_first}') purchase_days_12,
          max(date) last_day, quantile_disc(gap, 0.9) usual_gap, max(gap) longest_gap
        FROM (
          SELECT account, date,
            date - lag(date) OVER (PARTITION BY account ORDER BY date) gap
          FROM (SELECT DISTINCT account, date FROM lines
            ANTI JOIN (FROM kinds WHERE kind <> 'repeat') USING (product_line)
            WHERE date <= DATE '{as_of}' AND amount > 0))
        GROUP BY account
        """,
    ),
    (
        "accounts",
        """
        SELECT *, CASE WHEN r12_prior > 0 THEN r12 / r12_prior - 1 END trend,
          owned_cells / (units * (SELECT count(DISTINCT product_line) FROM cells
            WHERE r12 > 0 AND kind <> 'one_off')) penetration
        FROM (
          SELECT account, sum(r12)::BIGINT r12, sum(r12_prior)::BIGINT r12_prior,
            sum(r24)::BIGINT r24, min(first_purchase) first_purchase,
            max(last_purchase) last_purchase,
            greatest(count(DISTINCT unit) FILTER (r24 <> 0 OR months_24 > 0), 1) units,
            count(*) cells, count(*) FILTER (r12 > 0) owned_cells,
            count(*) FILTER (r12 <= 0 AND last_purchase IS NOT NULL) lapsed_cells,
            {inputs}
          FROM cells GROUP BY account)
        """,
    ),
    (
        "bands",
        """
        SELECT account, units,
          (row_number() OVER (ORDER BY r12, account) - 1) * {size_bands} // count(*) OVER () band
        FROM accounts
        """,
    ),
    (
        "mine",
        """
        SELECT account, product_line, r12, band FROM cells JOIN bands USING (account)
        WHERE r12 > 0 AND kind <> 'one_off'
        """,
    ),
    (
        "peers",
        """
        SELECT band, product_line, quantile_disc(r12, 0.8) best,
          floor(quantile_disc(r12, 0.8)::DOUBLE * count(*) / any_value(band_units) + 0.5)::BIGINT expected
        FROM mine JOIN (SELECT band, sum(units) band_units FROM bands GROUP BY band) USING (band)
        GROUP BY band, product_line
        """,
    ),
    (
        "headroom",
        """
        SELECT account, coalesce(own, 0)::BIGINT own,
          (greatest(coalesce(expected, 0) * units - coalesce(owned_expected, 0), 0)
            + coalesce(room, 0))::BIGINT headroom
        FROM bands
        LEFT JOIN (SELECT band, sum(expected) expected FROM peers GROUP BY band) USING (band)
        LEFT JOIN (SELECT account, sum(r12) own, sum(expected) owned_expected,
          sum(greatest(best - r12, 0)) room
          FROM mine JOIN peers USING (band, product_line) GROUP BY account) USING (account)
        """,
    ),
    (
        "scored",
        """
        SELECT *, alarm AND in_population gap_alarm, CASE WHEN in_population THEN
            1 / (1 + exp(3.049 - 0.826 * ln(1 + days_silent) + 0.779 * ln(1 + purchase_days_12)))
          END quiet_score,
          CASE WHEN (alarm AND in_population) OR round(trend, 9) <= -0.2 THEN 25
            WHEN in_population OR trend IS NOT NULL THEN 0 END vulnerability,
          own * {kept}::DOUBLE + headroom * {gain}::DOUBLE potential
        FROM (
          SELECT a.*, own, headroom, purchase_days, purchase_days_12, usual_gap,
            DATE '{as_of}' - last_day days_silent,
            coalesce(DATE '{as_of}' - last_day > greatest(1.5 * usual_gap, longest_gap), false) alarm,
            coalesce(purchase_days >= 4 AND last_day >= DATE '{half_first}', false) in_population
          FROM accounts a JOIN headroom USING (account) LEFT JOIN rhythm USING (account))
        """,
    ),
    (
        "requalified",
        """
        SELECT * EXCLUDE (alarm, gap_alarm, above, whole, n, low),
          CASE WHEN r12 > 0 THEN vulnerability END vulnerability_shown, gap_alarm alarm,
          100.0 * (low - 1) / (n - 1) potential_index,
          CASE WHEN above >= 0.9 * whole OR potential <= 0 THEN 3 WHEN rank <= 5 THEN 1
            WHEN rank <= 17 AND above < 0.8 * whole THEN 2 ELSE 3 END tier
        FROM (
          SELECT *, row_number() OVER (ORDER BY potential DESC, account) AS rank,
            row_number() OVER (ORDER BY potential, account) low,
            count(*) OVER () n, sum(potential) OVER () whole,
            coalesce(sum(potential) OVER (ORDER BY potential DESC, account DESC
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) above
          FROM scored)
        """,
    ),
)


def inputs() -> str:
    """The inputs of gross and net retention, by revenue kind."""
    return ", ".join(
        f"coalesce(sum(greatest(r12_prior, 0)) FILTER (kind = '{kind}'), 0)::BIGINT opening_{kind}, "
        "coalesce(sum(least(greatest(r12, 0), greatest(r12_prior, 0))) "
        f"FILTER (kind = '{kind}'), 0)::BIGINT kept_{kind}, "
        f"coalesce(sum(greatest(r12, 0)) FILTER (kind = '{kind}'), 0)::BIGINT closing_{kind}"
        for kind in ("recurring", "repeat")
    )
