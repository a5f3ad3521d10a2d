-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  "near",
  "far"
FROM (
SELECT
  "t1"."account",
  SUM("t1"."quantity") FILTER(WHERE
    "t1"."date" >= GETVARIABLE('used_first')) AS "near",
  SUM("t1"."quantity") FILTER(WHERE
    "t1"."date" < GETVARIABLE('used_first')) AS "far"
FROM (
  SELECT
    *
  FROM "usage" AS "t0"
  WHERE
    "t0"."date" >= GETVARIABLE('used_before_first')
    AND "t0"."date" < GETVARIABLE('month_first')
) AS "t1"
GROUP BY
  1
)
