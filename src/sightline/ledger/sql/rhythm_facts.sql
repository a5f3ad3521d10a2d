-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  CAST("r12" AS BIGINT) AS "r12",
  CAST("r6" AS BIGINT) AS "r6",
  CAST("r12_prior" AS BIGINT) AS "r12_prior",
  "first_day",
  CAST("lines_12" AS BIGINT) AS "lines_12"
FROM (
SELECT
  "t6"."account",
  COALESCE(
    SUM("t6"."amount") FILTER(WHERE
      (
        "t6"."date" >= GETVARIABLE('r12_first')
      )
      AND (
        "t6"."date" <= GETVARIABLE('as_of')
      )),
    0
  ) AS "r12",
  COALESCE(
    SUM("t6"."amount") FILTER(WHERE
      (
        "t6"."date" >= GETVARIABLE('half_first')
      )
      AND (
        "t6"."date" <= GETVARIABLE('as_of')
      )),
    0
  ) AS "r6",
  COALESCE(
    SUM("t6"."amount") FILTER(WHERE
      (
        "t6"."date" >= GETVARIABLE('prior_first')
      )
      AND (
        "t6"."date" < GETVARIABLE('r12_first')
      )),
    0
  ) AS "r12_prior",
  MIN("t6"."date") FILTER(WHERE
    "t6"."amount" > 0) AS "first_day",
  COUNT(DISTINCT "t6"."product_line") FILTER(WHERE
    (
      "t6"."date" >= GETVARIABLE('r12_first')
    ) AND (
      "t6"."amount" > 0
    )) AS "lines_12"
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
    "t5"."date" <= GETVARIABLE('as_of')
) AS "t6"
GROUP BY
  1
)
