-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  "unit",
  "product_line",
  "date",
  CAST("amount" AS BIGINT) AS "amount",
  "kind"
FROM (
SELECT
  "t2"."account",
  "t2"."unit",
  "t2"."product_line",
  "t2"."date",
  "t2"."amount",
  COALESCE("t3"."kind", 'repeat') AS "kind"
FROM "lines" AS "t2"
LEFT OUTER JOIN "line_kinds" AS "t3"
  ON "t2"."product_line" = "t3"."product_line"
)
