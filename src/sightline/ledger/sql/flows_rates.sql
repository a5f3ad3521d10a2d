-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  "unit",
  "product_line",
  "date",
  CAST("amount" AS BIGINT) AS "amount"
FROM (
SELECT
  "t5"."account",
  "t5"."unit",
  "t5"."product_line",
  "t5"."date",
  CAST(FLOOR((
    "t5"."amount" * "t5"."factor"
  ) + 0.5) AS BIGINT) AS "amount"
FROM (
  SELECT
    "t4"."account",
    "t4"."unit",
    "t4"."product_line",
    "t4"."date",
    "t4"."amount",
    "t4"."currency",
    "t4"."month",
    "t2"."month" AS "month_right",
    "t2"."currency" AS "currency_right",
    "t2"."factor"
  FROM (
    SELECT
      "t0"."account",
      "t0"."unit",
      "t0"."product_line",
      "t0"."date",
      "t0"."amount",
      "t0"."currency",
      DATE_TRUNC('MONTH', "t0"."date") AS "month"
    FROM "lines" AS "t0"
  ) AS "t4"
  LEFT OUTER JOIN "rate_factors" AS "t2"
    ON "t4"."month" = "t2"."month" AND "t4"."currency" = "t2"."currency"
) AS "t5"
)
