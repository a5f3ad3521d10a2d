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
  "t9"."account",
  "t9"."unit",
  "t9"."product_line",
  "t9"."date",
  "t9"."amount",
  COALESCE("t3"."kind", 'repeat') AS "kind"
FROM (
  SELECT
    "t7"."account",
    "t7"."unit",
    "t7"."product_line",
    "t7"."date",
    CAST(FLOOR((
      "t7"."amount" * "t7"."factor"
    ) + 0.5) AS BIGINT) AS "amount",
    "t7"."currency",
    "t7"."month",
    "t7"."month_right",
    "t7"."currency_right",
    "t7"."factor"
  FROM (
    SELECT
      "t6"."account",
      "t6"."unit",
      "t6"."product_line",
      "t6"."date",
      "t6"."amount",
      "t6"."currency",
      "t6"."month",
      "t4"."month" AS "month_right",
      "t4"."currency" AS "currency_right",
      "t4"."factor"
    FROM (
      SELECT
        "t1"."account",
        "t1"."unit",
        "t1"."product_line",
        "t1"."date",
        "t1"."amount",
        "t1"."currency",
        DATE_TRUNC('MONTH', "t1"."date") AS "month"
      FROM "lines" AS "t1"
    ) AS "t6"
    LEFT OUTER JOIN "rate_factors" AS "t4"
      ON "t6"."month" = "t4"."month" AND "t6"."currency" = "t4"."currency"
  ) AS "t7"
) AS "t9"
LEFT OUTER JOIN "line_kinds" AS "t3"
  ON "t9"."product_line" = "t3"."product_line"
)
