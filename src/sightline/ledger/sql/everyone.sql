-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "buyer",
  "unit",
  "category",
  CAST("amount" AS BIGINT) AS "amount",
  CAST("ours" AS BIGINT) AS "ours"
FROM (
SELECT
  "t2"."buyer",
  "t2"."unit",
  "t2"."category",
  SUM("t2"."amount") AS "amount",
  COALESCE(SUM("t2"."amount") FILTER(WHERE
    "t2"."supplier" = GETVARIABLE('us')), 0) AS "ours"
FROM (
  SELECT
    *
  FROM (
    SELECT
      *
    FROM "spend" AS "t0"
    WHERE
      "t0"."date" <= GETVARIABLE('as_of') AND "t0"."date" >= GETVARIABLE('r12_first')
  ) AS "t1"
  WHERE
    "t1"."supplier" <> GETVARIABLE('all_others')
) AS "t2"
GROUP BY
  1,
  2,
  3
)
