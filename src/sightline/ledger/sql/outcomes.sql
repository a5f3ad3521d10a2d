-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account"
FROM (
SELECT DISTINCT
  "t6"."account"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t2"."account",
      "t2"."unit",
      "t2"."product_line",
      "t2"."date",
      "t2"."amount"
    FROM "flows" AS "t2"
    ANTI JOIN (
      SELECT
        *
      FROM "line_kinds" AS "t1"
      WHERE
        "t1"."kind" <> 'repeat'
    ) AS "t4"
      ON "t2"."product_line" = "t4"."product_line"
  ) AS "t5"
  WHERE
    "t5"."date" > GETVARIABLE('as_of')
    AND "t5"."date" <= GETVARIABLE('outcome_last')
    AND "t5"."amount" > 0
) AS "t6"
)
