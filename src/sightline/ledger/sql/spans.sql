-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "product_line",
  "first_day",
  "last_day"
FROM (
SELECT
  "t0"."product_line",
  MIN("t0"."date") AS "first_day",
  MAX("t0"."date") AS "last_day"
FROM "flows" AS "t0"
GROUP BY
  1
)
