-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  "unit",
  "product_line",
  CAST("quantity_12" AS BIGINT) AS "quantity_12",
  CAST("quantity_prior" AS BIGINT) AS "quantity_prior"
FROM (
SELECT
  *
FROM (
  SELECT
    "t1"."account",
    "t1"."unit",
    "t1"."product_line",
    CASE
      WHEN COALESCE(
        SUM(
          CAST((
            "t1"."amount" <> 0
          )
          AND NOT (
            (
              "t1"."quantity" IS NOT NULL
            ) AND (
              ABS("t1"."quantity") < 100000000000.0
            )
          ) AS INT)
        ) FILTER(WHERE
          "t1"."date" >= GETVARIABLE('r12_first')),
        0
      ) = 0
      THEN SUM(
        CASE
          WHEN (
            "t1"."quantity" IS NOT NULL
          ) AND (
            ABS("t1"."quantity") < 100000000000.0
          )
          THEN CAST(FLOOR((
            "t1"."quantity" * 10000
          ) + 0.5) AS BIGINT)
          ELSE NULL
        END
      ) FILTER(WHERE
        "t1"."date" >= GETVARIABLE('r12_first'))
      ELSE NULL
    END AS "quantity_12",
    CASE
      WHEN COALESCE(
        SUM(
          CAST((
            "t1"."amount" <> 0
          )
          AND NOT (
            (
              "t1"."quantity" IS NOT NULL
            ) AND (
              ABS("t1"."quantity") < 100000000000.0
            )
          ) AS INT)
        ) FILTER(WHERE
          "t1"."date" < GETVARIABLE('r12_first')),
        0
      ) = 0
      THEN SUM(
        CASE
          WHEN (
            "t1"."quantity" IS NOT NULL
          ) AND (
            ABS("t1"."quantity") < 100000000000.0
          )
          THEN CAST(FLOOR((
            "t1"."quantity" * 10000
          ) + 0.5) AS BIGINT)
          ELSE NULL
        END
      ) FILTER(WHERE
        "t1"."date" < GETVARIABLE('r12_first'))
      ELSE NULL
    END AS "quantity_prior"
  FROM (
    SELECT
      *
    FROM "told_lines" AS "t0"
    WHERE
      "t0"."date" >= GETVARIABLE('r24_first') AND "t0"."date" <= GETVARIABLE('as_of')
  ) AS "t1"
  GROUP BY
    1,
    2,
    3
) AS "t2"
WHERE
  (
    "t2"."quantity_12" IS NOT NULL
  ) OR (
    "t2"."quantity_prior" IS NOT NULL
  )
)
