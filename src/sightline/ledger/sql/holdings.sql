-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  "unit",
  "product_line",
  "first_purchase",
  "last_purchase"
FROM (
SELECT
  "t1"."account",
  "t1"."unit",
  "t1"."product_line",
  MIN("t1"."date") AS "first_purchase",
  MAX("t1"."date") AS "last_purchase"
FROM (
  SELECT
    *
  FROM "flows" AS "t0"
  WHERE
    "t0"."date" <= GETVARIABLE('as_of') AND "t0"."amount" > 0
) AS "t1"
GROUP BY
  1,
  2,
  3
)
