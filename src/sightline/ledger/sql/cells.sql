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
  "t6"."account",
  "t6"."unit",
  "t6"."product_line",
  "t6"."kind",
  "t6"."r12",
  "t6"."r24" - "t6"."r12" AS "r12_prior",
  "t6"."r24",
  "t6"."first_purchase",
  "t6"."last_purchase",
  (
    COALESCE("t6"."active_12", 0) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 1
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 2
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 3
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 4
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 5
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 6
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 7
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 8
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 9
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 10
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 11
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 12
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 13
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 14
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 15
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 16
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 17
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 18
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 19
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 20
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 21
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 22
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 23
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_12", 0) >> 24
    ) & 1
  ) AS "months_active_12",
  (
    COALESCE("t6"."active_24", 0) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 1
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 2
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 3
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 4
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 5
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 6
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 7
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 8
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 9
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 10
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 11
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 12
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 13
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 14
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 15
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 16
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 17
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 18
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 19
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 20
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 21
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 22
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 23
    ) & 1
  ) + (
    (
      COALESCE("t6"."active_24", 0) >> 24
    ) & 1
  ) AS "months_active_24",
  "t6"."lines"
FROM (
  SELECT
    "t5"."account",
    "t5"."unit",
    "t5"."product_line",
    "t5"."r12",
    "t5"."r24",
    "t5"."first_purchase",
    "t5"."last_purchase",
    "t5"."active_12",
    "t5"."active_24",
    "t5"."lines",
    COALESCE("t2"."kind", 'repeat') AS "kind"
  FROM (
    SELECT
      "t3"."account",
      "t3"."unit",
      "t3"."product_line",
      COALESCE(SUM("t3"."amount") FILTER(WHERE
        "t3"."date" >= GETVARIABLE('r12_first')), 0) AS "r12",
      COALESCE(SUM("t3"."amount") FILTER(WHERE
        "t3"."date" >= GETVARIABLE('r24_first')), 0) AS "r24",
      MIN("t3"."date") FILTER(WHERE
        "t3"."amount" > 0) AS "first_purchase",
      MAX("t3"."date") FILTER(WHERE
        "t3"."amount" > 0) AS "last_purchase",
      BIT_OR(
        1 << CAST(GREATEST(
          (
            (
              EXTRACT(year FROM "t3"."date") * 12
            ) + EXTRACT(month FROM "t3"."date")
          ) - (
            (
              EXTRACT(year FROM GETVARIABLE('r24_first')) * 12
            ) + EXTRACT(month FROM GETVARIABLE('r24_first'))
          ),
          0
        ) AS INT)
      ) FILTER(WHERE
        (
          "t3"."amount" > 0
        ) AND (
          "t3"."date" >= GETVARIABLE('r12_first')
        )) AS "active_12",
      BIT_OR(
        1 << CAST(GREATEST(
          (
            (
              EXTRACT(year FROM "t3"."date") * 12
            ) + EXTRACT(month FROM "t3"."date")
          ) - (
            (
              EXTRACT(year FROM GETVARIABLE('r24_first')) * 12
            ) + EXTRACT(month FROM GETVARIABLE('r24_first'))
          ),
          0
        ) AS INT)
      ) FILTER(WHERE
        (
          "t3"."amount" > 0
        ) AND (
          "t3"."date" >= GETVARIABLE('r24_first')
        )) AS "active_24",
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
      3
  ) AS "t5"
  LEFT OUTER JOIN "line_kinds" AS "t2"
    ON "t5"."product_line" = "t2"."product_line"
) AS "t6"
)
