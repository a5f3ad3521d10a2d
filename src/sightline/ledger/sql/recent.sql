-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  CAST("amount" AS BIGINT) AS "amount"
FROM (
SELECT
  "t1"."account",
  SUM("t1"."amount") AS "amount"
FROM (
  SELECT
    *
  FROM "flows" AS "t0"
  WHERE
    "t0"."date" >= GETVARIABLE('recent_first')
    AND "t0"."date" <= GETVARIABLE('as_of')
) AS "t1"
GROUP BY
  1
)
