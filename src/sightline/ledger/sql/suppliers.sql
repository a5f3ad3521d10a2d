-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "supplier",
  "currency"
FROM (
SELECT DISTINCT
  "t1"."supplier",
  "t1"."currency"
FROM (
  SELECT
    *
  FROM "spend" AS "t0"
  WHERE
    "t0"."date" <= GETVARIABLE('as_of')
) AS "t1"
)
