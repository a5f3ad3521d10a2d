-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  CAST("running" AS BIGINT) AS "running",
  "next_end"
FROM (
SELECT
  "t0"."account",
  SUM(
    CAST((
      "t0"."starts" <= GETVARIABLE('as_of')
    )
    AND (
      "t0"."ends" >= GETVARIABLE('as_of')
    ) AS INT)
  ) AS "running",
  MIN("t0"."ends") FILTER(WHERE
    (
      "t0"."starts" <= GETVARIABLE('as_of')
    )
    AND (
      "t0"."ends" >= GETVARIABLE('as_of')
    )) AS "next_end"
FROM "contracts" AS "t0"
GROUP BY
  1
)
