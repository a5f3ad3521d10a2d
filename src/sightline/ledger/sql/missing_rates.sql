-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "month",
  "currency"
FROM (
SELECT
  "t5"."month",
  "t5"."currency"
FROM (
  SELECT DISTINCT
    DATE_TRUNC('MONTH', "t3"."date") AS "month",
    "t3"."currency"
  FROM (
    SELECT
      *
    FROM "lines" AS "t1"
    WHERE
      "t1"."date" <= GETVARIABLE('as_of')
  ) AS "t3"
) AS "t5"
ANTI JOIN "rate_factors" AS "t2"
  ON "t5"."month" = "t2"."month" AND "t5"."currency" = "t2"."currency"
)
