-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  "unit",
  "product_line",
  "date",
  CAST("amount" AS BIGINT) AS "amount"
FROM (
SELECT
  "t0"."account",
  "t0"."unit",
  "t0"."product_line",
  "t0"."date",
  "t0"."amount"
FROM "lines" AS "t0"
)
