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
  "t1"."account",
  COALESCE(
    SUM("t1"."amount") FILTER(WHERE
      (
        "t1"."date" >= GETVARIABLE('r12_first')
      )
      AND (
        "t1"."date" <= GETVARIABLE('as_of')
      )),
    0
  ) AS "r12",
  COALESCE(
    SUM("t1"."amount") FILTER(WHERE
      (
        "t1"."date" >= GETVARIABLE('half_first')
      )
      AND (
        "t1"."date" <= GETVARIABLE('as_of')
      )),
    0
  ) AS "r6",
  COALESCE(
    SUM("t1"."amount") FILTER(WHERE
      (
        "t1"."date" >= GETVARIABLE('prior_first')
      )
      AND (
        "t1"."date" < GETVARIABLE('r12_first')
      )),
    0
  ) AS "r12_prior",
  MIN("t1"."date") FILTER(WHERE
    "t1"."amount" > 0) AS "first_day",
  COUNT(DISTINCT "t1"."product_line") FILTER(WHERE
    (
      "t1"."date" >= GETVARIABLE('r12_first')
    ) AND (
      "t1"."amount" > 0
    )) AS "lines_12"
FROM (
  SELECT
    *
  FROM "flows" AS "t0"
  WHERE
    "t0"."date" <= GETVARIABLE('as_of') AND "t0"."kind" = 'repeat'
) AS "t1"
GROUP BY
  1
)
