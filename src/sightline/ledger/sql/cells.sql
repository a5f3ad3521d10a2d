-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  "unit",
  "product_line",
  "kind",
  CAST("r12" AS BIGINT) AS "r12",
  CAST("r12_prior" AS BIGINT) AS "r12_prior",
  CAST("r24" AS BIGINT) AS "r24",
  "first_purchase",
  "last_purchase",
  CAST("months_active_12" AS BIGINT) AS "months_active_12",
  CAST("months_active_24" AS BIGINT) AS "months_active_24",
  CAST("lines" AS BIGINT) AS "lines"
FROM (
SELECT
  "t3"."account",
  "t3"."unit",
  "t3"."product_line",
  "t3"."kind",
  "t3"."r12",
  "t3"."r24" - "t3"."r12" AS "r12_prior",
  "t3"."r24",
  "t3"."first_purchase",
  "t3"."last_purchase",
  "t3"."months_active_12",
  "t3"."months_active_24",
  "t3"."lines"
FROM (
  SELECT
    "t2"."account",
    "t2"."unit",
    "t2"."product_line",
    MAX("t2"."kind") AS "kind",
    SUM(COALESCE("t2"."r12", 0)) AS "r12",
    SUM(COALESCE("t2"."r24", 0)) AS "r24",
    MIN("t2"."first_purchase") AS "first_purchase",
    MAX("t2"."last_purchase") AS "last_purchase",
    SUM(CAST(COALESCE("t2"."last_purchase" >= GETVARIABLE('r12_first'), FALSE) AS INT)) AS "months_active_12",
    SUM(CAST(COALESCE("t2"."last_purchase" >= GETVARIABLE('r24_first'), FALSE) AS INT)) AS "months_active_24",
    SUM("t2"."lines") AS "lines"
  FROM (
    SELECT
      "t1"."account",
      "t1"."unit",
      "t1"."product_line",
      (
        EXTRACT(year FROM "t1"."date") * 12
      ) + EXTRACT(month FROM "t1"."date") AS "month",
      MAX("t1"."kind") AS "kind",
      SUM("t1"."amount") FILTER(WHERE
        "t1"."date" >= GETVARIABLE('r12_first')) AS "r12",
      SUM("t1"."amount") FILTER(WHERE
        "t1"."date" >= GETVARIABLE('r24_first')) AS "r24",
      MIN("t1"."date") FILTER(WHERE
        "t1"."amount" > 0) AS "first_purchase",
      MAX("t1"."date") FILTER(WHERE
        "t1"."amount" > 0) AS "last_purchase",
      COUNT(*) AS "lines"
    FROM (
      SELECT
        *
      FROM "flows" AS "t0"
      WHERE
        "t0"."date" <= GETVARIABLE('as_of')
    ) AS "t1"
    GROUP BY
      1,
      2,
      3,
      4
  ) AS "t2"
  GROUP BY
    1,
    2,
    3
) AS "t3"
)
