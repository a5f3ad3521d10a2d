-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  "unit",
  "product_line",
  "month",
  CAST("amount" AS BIGINT) AS "amount"
FROM (
SELECT
  "t1"."account",
  "t1"."unit",
  "t1"."product_line",
  DATE_TRUNC('MONTH', "t1"."date") AS "month",
  SUM("t1"."amount") AS "amount"
FROM (
  SELECT
    *
  FROM "flows" AS "t0"
  WHERE
    "t0"."date" <= GETVARIABLE('as_of')
) AS "t1"
GROUP BY
  1,
  2,
  3,
  4
)
