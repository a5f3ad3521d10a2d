-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "category",
  CAST("amount" AS BIGINT) AS "amount",
  CAST("ours" AS BIGINT) AS "ours",
  CAST("told" AS BIGINT) AS "told"
FROM (
SELECT
  "t1"."category",
  SUM("t1"."amount") AS "amount",
  COALESCE(SUM("t1"."amount") FILTER(WHERE
    "t1"."supplier" = GETVARIABLE('us')), 0) AS "ours",
  SUM("t1"."amount") FILTER(WHERE
    "t1"."supplier" = GETVARIABLE('all_others')) AS "told"
FROM (
  SELECT
    *
  FROM "spend" AS "t0"
  WHERE
    "t0"."date" <= GETVARIABLE('as_of') AND "t0"."date" >= GETVARIABLE('r12_first')
) AS "t1"
GROUP BY
  1
)
