-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  CAST("start" AS BIGINT) AS "start",
  CAST("lost" AS BIGINT) AS "lost",
  CAST("contraction" AS BIGINT) AS "contraction",
  CAST("expansion" AS BIGINT) AS "expansion",
  CAST("new" AS BIGINT) AS "new",
  CAST("reactivated" AS BIGINT) AS "reactivated",
  CAST("end" AS BIGINT) AS "end",
  CAST("kept" AS BIGINT) AS "kept",
  CAST("cohort_end" AS BIGINT) AS "cohort_end",
  CAST("customers" AS BIGINT) AS "customers",
  CAST("customers_kept" AS BIGINT) AS "customers_kept",
  CAST("customers_new" AS BIGINT) AS "customers_new",
  CAST("customers_reactivated" AS BIGINT) AS "customers_reactivated",
  CAST("credits_start" AS BIGINT) AS "credits_start",
  CAST("credits_end" AS BIGINT) AS "credits_end"
FROM (
SELECT
  COALESCE(SUM("t6"."opening") FILTER(WHERE
    "t6"."opening" > 0), 0) AS "start",
  COALESCE(
    SUM(0 - (
      "t6"."closing" - "t6"."opening"
    )) FILTER(WHERE
      (
        "t6"."opening" > 0
      ) AND (
        "t6"."closing" <= 0
      )),
    0
  ) AS "lost",
  COALESCE(
    SUM(0 - (
      "t6"."closing" - "t6"."opening"
    )) FILTER(WHERE
      (
        "t6"."opening" > 0
      )
      AND (
        "t6"."closing" > 0
      )
      AND (
        (
          "t6"."closing" - "t6"."opening"
        ) < 0
      )),
    0
  ) AS "contraction",
  COALESCE(
    SUM("t6"."closing" - "t6"."opening") FILTER(WHERE
      (
        "t6"."opening" > 0
      )
      AND (
        "t6"."closing" > 0
      )
      AND (
        (
          "t6"."closing" - "t6"."opening"
        ) > 0
      )),
    0
  ) AS "expansion",
  COALESCE(
    SUM("t6"."closing") FILTER(WHERE
      NOT (
        "t6"."opening" > 0
      )
      AND (
        "t6"."closing" > 0
      )
      AND NOT (
        "t6"."before"
      )),
    0
  ) AS "new",
  COALESCE(
    SUM("t6"."closing") FILTER(WHERE
      NOT (
        "t6"."opening" > 0
      ) AND (
        "t6"."closing" > 0
      ) AND "t6"."before"),
    0
  ) AS "reactivated",
  COALESCE(
    SUM("t6"."closing") FILTER(WHERE
      (
        "t6"."opening" > 0
      )
      OR (
        NOT (
          "t6"."opening" > 0
        ) AND (
          "t6"."closing" > 0
        )
      )),
    0
  ) AS "end",
  COALESCE(SUM(LEAST("t6"."opening", "t6"."closing")) FILTER(WHERE
    "t6"."opening" > 0), 0) AS "kept",
  COALESCE(SUM("t6"."closing") FILTER(WHERE
    "t6"."opening" > 0), 0) AS "cohort_end",
  COALESCE(SUM(CAST("t6"."opening" > 0 AS INT)), 0) AS "customers",
  COALESCE(SUM(CAST((
    "t6"."opening" > 0
  ) AND (
    "t6"."closing" > 0
  ) AS INT)), 0) AS "customers_kept",
  COALESCE(
    SUM(
      CAST(NOT (
        "t6"."opening" > 0
      )
      AND (
        "t6"."closing" > 0
      )
      AND NOT (
        "t6"."before"
      ) AS INT)
    ),
    0
  ) AS "customers_new",
  COALESCE(
    SUM(
      CAST(NOT (
        "t6"."opening" > 0
      ) AND (
        "t6"."closing" > 0
      ) AND "t6"."before" AS INT)
    ),
    0
  ) AS "customers_reactivated",
  COALESCE(SUM("t6"."opening") FILTER(WHERE
    NOT (
      "t6"."opening" > 0
    )), 0) AS "credits_start",
  COALESCE(
    SUM("t6"."closing") FILTER(WHERE
      NOT (
        "t6"."opening" > 0
      ) AND (
        "t6"."closing" <= 0
      )),
    0
  ) AS "credits_end"
FROM (
  SELECT
    "t5"."account",
    COALESCE(
      SUM("t5"."amount") FILTER(WHERE
        (
          "t5"."date" >= GETVARIABLE('start_first')
        )
        AND (
          "t5"."date" <= GETVARIABLE('start_last')
        )),
      0
    ) AS "opening",
    COALESCE(SUM("t5"."amount") FILTER(WHERE
      "t5"."date" >= GETVARIABLE('end_first')), 0) AS "closing",
    BOOL_OR(
      CAST((
        "t5"."date" < GETVARIABLE('start_first')
      ) AND (
        "t5"."amount" > 0
      ) AS BOOLEAN)
    ) AS "before"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t2"."account",
        "t2"."unit",
        "t2"."product_line",
        "t2"."date",
        "t2"."amount",
        COALESCE("t3"."kind", 'repeat') AS "kind"
      FROM "flows" AS "t2"
      LEFT OUTER JOIN "line_kinds" AS "t3"
        ON "t2"."product_line" = "t3"."product_line"
    ) AS "t4"
    WHERE
      "t4"."kind" = GETVARIABLE('basis') AND "t4"."date" <= GETVARIABLE('end_last')
  ) AS "t5"
  GROUP BY
    1
) AS "t6"
)
