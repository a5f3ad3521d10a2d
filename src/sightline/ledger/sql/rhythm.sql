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
  "t6"."account",
  "t6"."purchase_days",
  "t6"."purchase_days_12",
  "t6"."last_purchase_day",
  "t6"."usual_gap",
  "t6"."days_silent",
  (
    "t6"."purchase_days" >= GETVARIABLE('min_purchase_days')
  )
  AND (
    "t6"."last_purchase_day" >= GETVARIABLE('half_first')
  ) AS "in_population",
  (
    "t6"."purchase_days" >= GETVARIABLE('min_purchase_days')
  )
  AND (
    "t6"."last_purchase_day" >= GETVARIABLE('half_first')
  )
  AND COALESCE("t6"."days_silent" > (
    "t6"."usual_gap" * GETVARIABLE('gap_factor')
  ), FALSE) AS "alarm",
  CASE
    WHEN (
      "t6"."purchase_days" >= GETVARIABLE('min_purchase_days')
    )
    AND (
      "t6"."last_purchase_day" >= GETVARIABLE('half_first')
    )
    THEN 1.0 / (
      EXP(
        0.0 - (
          GETVARIABLE('quiet_intercept') + (
            GETVARIABLE('quiet_silence') * LN(CAST("t6"."days_silent" AS DOUBLE) + 1.0)
          ) + (
            GETVARIABLE('quiet_purchase_days') * LN(CAST("t6"."purchase_days_12" AS DOUBLE) + 1.0)
          )
        )
      ) + 1.0
    )
    ELSE NULL
  END AS "quiet_score"
FROM (
  SELECT
    "t5"."account",
    "t5"."purchase_days",
    "t5"."purchase_days_12",
    "t5"."last_purchase_day",
    "t5"."usual_gap",
    DATE_DIFF('DAY', "t5"."last_purchase_day", GETVARIABLE('as_of')) AS "days_silent"
  FROM (
    SELECT
      "t4"."account",
      COUNT(*) AS "purchase_days",
      SUM(CAST("t4"."date" >= GETVARIABLE('r12_first') AS INT)) AS "purchase_days_12",
      MAX("t4"."date") AS "last_purchase_day",
      MAX("t4"."gap") FILTER(WHERE
        (
          "t4"."gap" IS NOT NULL
        )
        AND (
          "t4"."place" = (
            CAST(FLOOR((
              (
                "t4"."gaps" * GETVARIABLE('gap_percent')
              ) + 99
            ) / (
              100
            )) AS BIGINT) - 1
          )
        )) AS "usual_gap"
    FROM (
      SELECT
        "t3"."account",
        "t3"."date",
        "t3"."gap",
        ROW_NUMBER() OVER (
          PARTITION BY "t3"."account"
          ORDER BY "t3"."gap" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) - 1 AS "place",
        COUNT("t3"."gap") OVER (
          PARTITION BY "t3"."account"
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "gaps"
      FROM (
        SELECT
          "t2"."account",
          "t2"."date",
          DATE_DIFF(
            'DAY',
            LAG("t2"."date") OVER (
              PARTITION BY "t2"."account"
              ORDER BY "t2"."date" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ),
            "t2"."date"
          ) AS "gap"
        FROM (
          SELECT DISTINCT
            "t1"."account",
            "t1"."date"
          FROM (
            SELECT
              *
            FROM "flows" AS "t0"
            WHERE
              "t0"."date" <= GETVARIABLE('as_of')
              AND "t0"."amount" > 0
              AND "t0"."kind" = 'repeat'
          ) AS "t1"
        ) AS "t2"
      ) AS "t3"
    ) AS "t4"
    GROUP BY
      1
  ) AS "t5"
) AS "t6"
)
