-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  CAST("r12" AS BIGINT) AS "r12",
  CAST("r12_prior" AS BIGINT) AS "r12_prior",
  CAST("r24" AS BIGINT) AS "r24",
  "trend",
  "first_purchase",
  "last_purchase",
  CAST("units" AS BIGINT) AS "units",
  CAST("cells" AS BIGINT) AS "cells",
  CAST("owned_cells" AS BIGINT) AS "owned_cells",
  CAST("lapsed_cells" AS BIGINT) AS "lapsed_cells",
  "penetration",
  CAST("opening_recurring" AS BIGINT) AS "opening_recurring",
  CAST("kept_recurring" AS BIGINT) AS "kept_recurring",
  CAST("closing_recurring" AS BIGINT) AS "closing_recurring",
  CAST("opening_repeat" AS BIGINT) AS "opening_repeat",
  CAST("kept_repeat" AS BIGINT) AS "kept_repeat",
  CAST("closing_repeat" AS BIGINT) AS "closing_repeat",
  CAST("purchase_days" AS BIGINT) AS "purchase_days",
  CAST("purchase_days_12" AS BIGINT) AS "purchase_days_12",
  CAST("days_silent" AS BIGINT) AS "days_silent",
  CAST("usual_gap" AS BIGINT) AS "usual_gap",
  "alarm",
  "in_population",
  "quiet_score"
FROM (
SELECT
  "t11"."account",
  "t11"."r12",
  "t11"."r12_prior",
  "t11"."r24",
  CASE
    WHEN "t11"."r12_prior" > 0
    THEN (
      CAST("t11"."r12" AS DOUBLE) / CAST(NULLIF("t11"."r12_prior", 0) AS DOUBLE)
    ) - 1.0
    ELSE NULL
  END AS "trend",
  "t11"."first_purchase",
  "t11"."last_purchase",
  COALESCE("t11"."units", 1) AS "units",
  "t11"."cells",
  "t11"."owned_cells",
  "t11"."lapsed_cells",
  CAST("t11"."owned_cells" AS DOUBLE) / CAST(NULLIF(COALESCE("t11"."units", 1) * "t11"."on_sale", 0) AS DOUBLE) AS "penetration",
  "t11"."opening_recurring",
  "t11"."kept_recurring",
  "t11"."closing_recurring",
  "t11"."opening_repeat",
  "t11"."kept_repeat",
  "t11"."closing_repeat",
  "t11"."purchase_days",
  "t11"."purchase_days_12",
  "t11"."days_silent",
  "t11"."usual_gap",
  COALESCE("t11"."alarm", FALSE) AS "alarm",
  COALESCE("t11"."in_population", FALSE) AS "in_population",
  "t11"."quiet_score"
FROM (
  SELECT
    "t9"."account",
    "t9"."r12",
    "t9"."r12_prior",
    "t9"."r24",
    "t9"."first_purchase",
    "t9"."last_purchase",
    "t9"."owned_cells",
    "t9"."lapsed_cells",
    "t9"."cells",
    "t9"."best_month_count",
    "t9"."opening_recurring",
    "t9"."kept_recurring",
    "t9"."closing_recurring",
    "t9"."opening_repeat",
    "t9"."kept_repeat",
    "t9"."closing_repeat",
    "t10"."account" AS "account_of_unit",
    "t10"."units",
    "t7"."on_sale",
    "t2"."account" AS "account_of_rhythm",
    "t2"."purchase_days_12",
    "t2"."last_purchase_day",
    "t2"."purchase_days",
    "t2"."usual_gap",
    "t2"."longest_gap",
    "t2"."days_silent",
    "t2"."in_population",
    "t2"."alarm",
    "t2"."quiet_score"
  FROM (
    SELECT
      "t0"."account",
      SUM("t0"."r12") AS "r12",
      SUM("t0"."r12_prior") AS "r12_prior",
      SUM("t0"."r24") AS "r24",
      MIN("t0"."first_purchase") AS "first_purchase",
      MAX("t0"."last_purchase") AS "last_purchase",
      SUM(CAST("t0"."r12" > 0 AS INT)) AS "owned_cells",
      SUM(CAST((
        "t0"."r12" <= 0
      ) AND (
        "t0"."last_purchase" IS NOT NULL
      ) AS INT)) AS "lapsed_cells",
      COUNT(*) AS "cells",
      MAX("t0"."months_active_12") AS "best_month_count",
      COALESCE(SUM(GREATEST("t0"."r12_prior", 0)) FILTER(WHERE
        "t0"."kind" = 'recurring'), 0) AS "opening_recurring",
      COALESCE(
        SUM(LEAST(GREATEST("t0"."r12", 0), GREATEST("t0"."r12_prior", 0))) FILTER(WHERE
          (
            "t0"."kind" = 'recurring'
          ) AND (
            "t0"."r12_prior" > 0
          )),
        0
      ) AS "kept_recurring",
      COALESCE(SUM(GREATEST("t0"."r12", 0)) FILTER(WHERE
        "t0"."kind" = 'recurring'), 0) AS "closing_recurring",
      COALESCE(SUM(GREATEST("t0"."r12_prior", 0)) FILTER(WHERE
        "t0"."kind" = 'repeat'), 0) AS "opening_repeat",
      COALESCE(
        SUM(LEAST(GREATEST("t0"."r12", 0), GREATEST("t0"."r12_prior", 0))) FILTER(WHERE
          (
            "t0"."kind" = 'repeat'
          ) AND (
            "t0"."r12_prior" > 0
          )),
        0
      ) AS "kept_repeat",
      COALESCE(SUM(GREATEST("t0"."r12", 0)) FILTER(WHERE
        "t0"."kind" = 'repeat'), 0) AS "closing_repeat"
    FROM "cells" AS "t0"
    GROUP BY
      1
  ) AS "t9"
  LEFT OUTER JOIN (
    SELECT
      "t4"."account",
      COUNT(*) AS "units"
    FROM (
      SELECT DISTINCT
        "t0"."account",
        "t0"."unit"
      FROM "cells" AS "t0"
      WHERE
        (
          "t0"."r24" <> 0
        ) OR (
          "t0"."months_active_24" > 0
        )
    ) AS "t4"
    GROUP BY
      1
  ) AS "t10"
    ON "t9"."account" = "t10"."account"
  CROSS JOIN (
    SELECT
      COUNT(*) AS "on_sale"
    FROM (
      SELECT DISTINCT
        "t0"."product_line"
      FROM "cells" AS "t0"
      WHERE
        "t0"."r12" > 0 AND "t0"."kind" <> 'one_off'
    ) AS "t3"
  ) AS "t7"
  LEFT OUTER JOIN "rhythm" AS "t2"
    ON "t9"."account" = "t2"."account"
) AS "t11"
)
