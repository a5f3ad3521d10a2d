-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "supplier",
  "currency"
FROM (
SELECT DISTINCT
  "t0"."supplier",
  "t0"."currency"
FROM "spend" AS "t0"
)
