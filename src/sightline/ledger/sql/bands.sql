-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  CAST("units" AS BIGINT) AS "units",
  CAST("band" AS BIGINT) AS "band"
FROM (
SELECT
  "t1"."account",
  "t1"."units",
  CAST(FLOOR((
    "t1"."place" * GETVARIABLE('size_bands')
  ) / (
    "t1"."n"
  )) AS BIGINT) AS "band"
FROM (
  SELECT
    "t0"."account",
    "t0"."units",
    ROW_NUMBER() OVER (
      ORDER BY "t0"."r12" ASC, "t0"."account" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS "place",
    COUNT(*) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS "n"
  FROM "accounts" AS "t0"
) AS "t1"
)
