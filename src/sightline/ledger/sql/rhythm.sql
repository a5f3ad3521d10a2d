-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  CAST("purchase_days" AS BIGINT) AS "purchase_days",
  CAST("purchase_days_12" AS BIGINT) AS "purchase_days_12",
  "last_purchase_day",
  CAST("usual_gap" AS BIGINT) AS "usual_gap",
  CAST("days_silent" AS BIGINT) AS "days_silent",
  "in_population",
  "alarm",
  "quiet_score"
FROM (
SELECT
  "t10"."account",
  "t10"."purchase_days",
  "t10"."purchase_days_12",
  "t10"."last_purchase_day",
  "t10"."usual_gap",
  "t10"."days_silent",
  (
    "t10"."purchase_days" >= GETVARIABLE('min_purchase_days')
  )
  AND (
    "t10"."last_purchase_day" >= GETVARIABLE('half_first')
  ) AS "in_population",
  (
    "t10"."purchase_days" >= GETVARIABLE('min_purchase_days')
  )
  AND (
    "t10"."last_purchase_day" >= GETVARIABLE('half_first')
  )
  AND COALESCE("t10"."days_silent" > (
    "t10"."usual_gap" * GETVARIABLE('gap_factor')
  ), FALSE) AS "alarm",
  CASE
    WHEN (
      "t10"."purchase_days" >= GETVARIABLE('min_purchase_days')
    )
    AND (
      "t10"."last_purchase_day" >= GETVARIABLE('half_first')
    )
    THEN 1.0 / (
      EXP(
        0.0 - (
          GETVARIABLE('quiet_intercept') + (
            GETVARIABLE('quiet_silence') * LN(CAST("t10"."days_silent" AS DOUBLE) + 1.0)
          ) + (
            GETVARIABLE('quiet_purchase_days') * LN(CAST("t10"."purchase_days_12" AS DOUBLE) + 1.0)
          )
        )
      ) + 1.0
    )
    ELSE NULL
  END AS "quiet_score"
FROM (
  SELECT
    "t9"."account",
    "t9"."purchase_days",
    "t9"."purchase_days_12",
    "t9"."last_purchase_day",
    LIST_EXTRACT(
      LIST_SORT("t9"."gaps"),
      CAST(CAST(FLOOR(
        (
          (
            NULLIF("t9"."purchase_days" - 1, 0) * GETVARIABLE('gap_percent')
          ) + 99
        ) / (
          100
        )
      ) AS BIGINT) - 1 AS INT) + CAST(CAST(CAST(FLOOR(
        (
          (
            NULLIF("t9"."purchase_days" - 1, 0) * GETVARIABLE('gap_percent')
          ) + 99
        ) / (
          100
        )
      ) AS BIGINT) - 1 AS INT) >= 0 AS INT)
    ) AS "usual_gap",
    DATE_DIFF('DAY', "t9"."last_purchase_day", GETVARIABLE('as_of')) AS "days_silent"
  FROM (
    SELECT
      "t8"."account",
      COUNT(*) AS "purchase_days",
      SUM(CAST("t8"."date" >= GETVARIABLE('r12_first') AS INT)) AS "purchase_days_12",
      MAX("t8"."date") AS "last_purchase_day",
      ARRAY_AGG("t8"."gap") FILTER(WHERE
        "t8"."gap" IS NOT NULL AND "t8"."gap" IS NOT NULL) AS "gaps"
    FROM (
      SELECT
        "t7"."account",
        "t7"."date",
        DATE_DIFF(
          'DAY',
          LAG("t7"."date") OVER (
            PARTITION BY "t7"."account"
            ORDER BY "t7"."date" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ),
          "t7"."date"
        ) AS "gap"
      FROM (
        SELECT DISTINCT
          "t6"."account",
          "t6"."date"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t2"."account",
              "t2"."unit",
              "t2"."product_line",
              "t2"."date",
              "t2"."amount"
            FROM "flows" AS "t2"
            ANTI JOIN (
              SELECT
                *
              FROM "line_kinds" AS "t1"
              WHERE
                "t1"."kind" <> 'repeat'
            ) AS "t4"
              ON "t2"."product_line" = "t4"."product_line"
          ) AS "t5"
          WHERE
            "t5"."date" <= GETVARIABLE('as_of') AND "t5"."amount" > 0
        ) AS "t6"
      ) AS "t7"
    ) AS "t8"
    GROUP BY
      1
  ) AS "t9"
) AS "t10"
)
