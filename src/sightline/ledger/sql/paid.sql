-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "buyer",
  "unit",
  "category",
  "supplier",
  "currency",
  "month",
  CAST("amount" AS BIGINT) AS "amount",
  CAST("payments" AS BIGINT) AS "payments"
FROM (
SELECT
  "t1"."buyer",
  "t1"."unit",
  "t1"."category",
  "t1"."supplier",
  "t1"."currency",
  DATE_TRUNC('MONTH', "t1"."date") AS "month",
  SUM("t1"."amount") AS "amount",
  COUNT(*) AS "payments"
FROM (
  SELECT
    *
  FROM "spend" AS "t0"
  WHERE
    "t0"."date" <= GETVARIABLE('as_of') AND "t0"."date" >= GETVARIABLE('r24_first')
) AS "t1"
GROUP BY
  1,
  2,
  3,
  4,
  5,
  6
)
