-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account"
FROM (
SELECT DISTINCT
  "t1"."account"
FROM (
  SELECT
    *
  FROM "flows" AS "t0"
  WHERE
    "t0"."date" > GETVARIABLE('as_of')
    AND "t0"."date" <= GETVARIABLE('outcome_last')
    AND "t0"."amount" > 0
    AND "t0"."kind" = 'repeat'
) AS "t1"
)
