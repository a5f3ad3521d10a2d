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
  "t7"."account",
  "t7"."unit",
  "t7"."product_line",
  "t7"."kind",
  "t7"."r12",
  "t7"."r24" - "t7"."r12" AS "r12_prior",
  "t7"."r24",
  "t7"."first_purchase",
  "t7"."last_purchase",
  "t7"."months_active_12",
  "t7"."months_active_24",
  "t7"."lines"
FROM (
  SELECT
    "t6"."account",
    "t6"."unit",
    "t6"."product_line",
    "t6"."r12",
    "t6"."r24",
    "t6"."first_purchase",
    "t6"."last_purchase",
    "t6"."months_active_12",
    "t6"."months_active_24",
    "t6"."lines",
    COALESCE("t2"."kind", 'repeat') AS "kind"
  FROM (
    SELECT
      "t4"."account",
      "t4"."unit",
      "t4"."product_line",
      SUM(COALESCE("t4"."r12", 0)) AS "r12",
      SUM(COALESCE("t4"."r24", 0)) AS "r24",
      MIN("t4"."first_purchase") AS "first_purchase",
      MAX("t4"."last_purchase") AS "last_purchase",
      SUM(CAST(COALESCE("t4"."last_purchase" >= GETVARIABLE('r12_first'), FALSE) AS INT)) AS "months_active_12",
      SUM(CAST(COALESCE("t4"."last_purchase" >= GETVARIABLE('r24_first'), FALSE) AS INT)) AS "months_active_24",
      SUM("t4"."lines") AS "lines"
    FROM (
      SELECT
        "t3"."account",
        "t3"."unit",
        "t3"."product_line",
        (
          EXTRACT(year FROM "t3"."date") * 12
        ) + EXTRACT(month FROM "t3"."date") AS "month",
        SUM("t3"."amount") FILTER(WHERE
          "t3"."date" >= GETVARIABLE('r12_first')) AS "r12",
        SUM("t3"."amount") FILTER(WHERE
          "t3"."date" >= GETVARIABLE('r24_first')) AS "r24",
        MIN("t3"."date") FILTER(WHERE
          "t3"."amount" > 0) AS "first_purchase",
        MAX("t3"."date") FILTER(WHERE
          "t3"."amount" > 0) AS "last_purchase",
        COUNT(*) AS "lines"
      FROM (
        SELECT
          *
        FROM "flows" AS "t1"
        WHERE
          "t1"."date" <= GETVARIABLE('as_of')
      ) AS "t3"
      GROUP BY
        1,
        2,
        3,
        4
    ) AS "t4"
    GROUP BY
      1,
      2,
      3
  ) AS "t6"
  LEFT OUTER JOIN "line_kinds" AS "t2"
    ON "t6"."product_line" = "t2"."product_line"
) AS "t7"
)
