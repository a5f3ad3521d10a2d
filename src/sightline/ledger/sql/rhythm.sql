-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  CAST("purchase_days_12" AS BIGINT) AS "purchase_days_12",
  "last_purchase_day",
  CAST("purchase_days" AS BIGINT) AS "purchase_days",
  CAST("usual_gap" AS BIGINT) AS "usual_gap",
  CAST("longest_gap" AS BIGINT) AS "longest_gap",
  CAST("days_silent" AS BIGINT) AS "days_silent",
  "in_population",
  "alarm",
  "quiet_score"
FROM (
SELECT
  "t12"."account",
  "t12"."purchase_days_12",
  "t12"."last_purchase_day",
  "t12"."purchase_days",
  "t12"."usual_gap",
  "t12"."longest_gap",
  "t12"."days_silent",
  (
    "t12"."purchase_days" >= GETVARIABLE('min_purchase_days')
  )
  AND (
    "t12"."last_purchase_day" >= GETVARIABLE('half_first')
  ) AS "in_population",
  (
    "t12"."purchase_days" >= GETVARIABLE('min_purchase_days')
  )
  AND (
    "t12"."last_purchase_day" >= GETVARIABLE('half_first')
  )
  AND COALESCE(
    (
      "t12"."days_silent" > (
        "t12"."usual_gap" * GETVARIABLE('gap_factor')
      )
    )
    AND (
      "t12"."days_silent" > "t12"."longest_gap"
    ),
    FALSE
  ) AS "alarm",
  CASE
    WHEN (
      "t12"."purchase_days" >= GETVARIABLE('min_purchase_days')
    )
    AND (
      "t12"."last_purchase_day" >= GETVARIABLE('half_first')
    )
    THEN 1.0 / (
      EXP(
        0.0 - (
          GETVARIABLE('quiet_intercept') + (
            GETVARIABLE('quiet_silence') * LN(CAST("t12"."days_silent" AS DOUBLE) + 1.0)
          ) + (
            GETVARIABLE('quiet_purchase_days') * LN(CAST("t12"."purchase_days_12" AS DOUBLE) + 1.0)
          )
        )
      ) + 1.0
    )
    ELSE NULL
  END AS "quiet_score"
FROM (
  SELECT
    "t11"."account",
    "t11"."purchase_days_12",
    "t11"."last_purchase_day",
    ARRAY_LENGTH("t11"."gaps") + 1 AS "purchase_days",
    LIST_EXTRACT(
      "t11"."gaps",
      CAST(CAST(FLOOR(
        (
          (
            NULLIF(ARRAY_LENGTH("t11"."gaps"), 0) * GETVARIABLE('gap_percent')
          ) + 99
        ) / (
          100
        )
      ) AS BIGINT) - 1 AS INT) + CAST(CAST(CAST(FLOOR(
        (
          (
            NULLIF(ARRAY_LENGTH("t11"."gaps"), 0) * GETVARIABLE('gap_percent')
          ) + 99
        ) / (
          100
        )
      ) AS BIGINT) - 1 AS INT) >= 0 AS INT)
    ) AS "usual_gap",
    LIST_EXTRACT(
      "t11"."gaps",
      CAST(NULLIF(ARRAY_LENGTH("t11"."gaps"), 0) - 1 AS INT) + CAST(CAST(NULLIF(ARRAY_LENGTH("t11"."gaps"), 0) - 1 AS INT) >= 0 AS INT)
    ) AS "longest_gap",
    DATE_DIFF('DAY', "t11"."last_purchase_day", GETVARIABLE('as_of')) AS "days_silent"
  FROM (
    SELECT
      "t10"."account",
      "t10"."dates",
      "t10"."last_purchase_day",
      RANDOM() AS "apart",
      "t10"."gaps",
      "t10"."purchase_days_12"
    FROM (
      SELECT
        "t9"."account",
        "t9"."dates",
        "t9"."last_purchase_day",
        "t9"."apart",
        LIST_SORT(
          LIST_FILTER(
            LIST_APPLY(
              "t9"."dates",
              LAMBDA __ibis_param_day__, __ibis_param_place__ : DATE_DIFF(
                'DAY',
                LIST_EXTRACT(
                  "t9"."dates",
                  GREATEST((
                    __ibis_param_place__ - 1
                  ) - 1, 0) + CAST(GREATEST((
                    __ibis_param_place__ - 1
                  ) - 1, 0) >= 0 AS BIGINT)
                ),
                __ibis_param_day__
              )
            ),
            LAMBDA __ibis_param_gap__ : __ibis_param_gap__ > 0
          )
        ) AS "gaps",
        ARRAY_LENGTH(
          LIST_FILTER(
            LIST_APPLY(
              "t9"."dates",
              LAMBDA __ibis_param_day__, __ibis_param_place__ : (
                __ibis_param_day__ >= GETVARIABLE('r12_first')
              )
              AND (
                (
                  (
                    __ibis_param_place__ - 1
                  ) = 0
                )
                OR (
                  __ibis_param_day__ > LIST_EXTRACT(
                    "t9"."dates",
                    GREATEST((
                      __ibis_param_place__ - 1
                    ) - 1, 0) + CAST(GREATEST((
                      __ibis_param_place__ - 1
                    ) - 1, 0) >= 0 AS BIGINT)
                  )
                )
              )
            ),
            LAMBDA __ibis_param_new__ : __ibis_param_new__
          )
        ) AS "purchase_days_12"
      FROM (
        SELECT
          "t8"."account",
          "t8"."dates",
          "t8"."last_purchase_day",
          RANDOM() AS "apart"
        FROM (
          SELECT
            "t7"."account",
            LIST_SORT("t7"."dates") AS "dates",
            "t7"."last_purchase_day"
          FROM (
            SELECT
              "t6"."account",
              ARRAY_AGG("t6"."date") FILTER(WHERE
                "t6"."date" IS NOT NULL) AS "dates",
              MAX("t6"."date") AS "last_purchase_day"
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
            GROUP BY
              1
          ) AS "t7"
        ) AS "t8"
      ) AS "t9"
    ) AS "t10"
  ) AS "t11"
) AS "t12"
)
