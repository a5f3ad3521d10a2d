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
  COALESCE(SUM("t2"."opening") FILTER(WHERE
    "t2"."opening" > 0), 0) AS "start",
  COALESCE(
    SUM(0 - (
      "t2"."closing" - "t2"."opening"
    )) FILTER(WHERE
      (
        "t2"."opening" > 0
      ) AND (
        "t2"."closing" <= 0
      )),
    0
  ) AS "lost",
  COALESCE(
    SUM(0 - (
      "t2"."closing" - "t2"."opening"
    )) FILTER(WHERE
      (
        "t2"."opening" > 0
      )
      AND (
        "t2"."closing" > 0
      )
      AND (
        (
          "t2"."closing" - "t2"."opening"
        ) < 0
      )),
    0
  ) AS "contraction",
  COALESCE(
    SUM("t2"."closing" - "t2"."opening") FILTER(WHERE
      (
        "t2"."opening" > 0
      )
      AND (
        "t2"."closing" > 0
      )
      AND (
        (
          "t2"."closing" - "t2"."opening"
        ) > 0
      )),
    0
  ) AS "expansion",
  COALESCE(
    SUM("t2"."closing") FILTER(WHERE
      NOT (
        "t2"."opening" > 0
      )
      AND (
        "t2"."closing" > 0
      )
      AND NOT (
        "t2"."before"
      )),
    0
  ) AS "new",
  COALESCE(
    SUM("t2"."closing") FILTER(WHERE
      NOT (
        "t2"."opening" > 0
      ) AND (
        "t2"."closing" > 0
      ) AND "t2"."before"),
    0
  ) AS "reactivated",
  COALESCE(
    SUM("t2"."closing") FILTER(WHERE
      (
        "t2"."opening" > 0
      )
      OR (
        NOT (
          "t2"."opening" > 0
        ) AND (
          "t2"."closing" > 0
        )
      )),
    0
  ) AS "end",
  COALESCE(SUM(LEAST("t2"."opening", "t2"."closing")) FILTER(WHERE
    "t2"."opening" > 0), 0) AS "kept",
  COALESCE(SUM("t2"."closing") FILTER(WHERE
    "t2"."opening" > 0), 0) AS "cohort_end",
  COALESCE(SUM(CAST("t2"."opening" > 0 AS INT)), 0) AS "customers",
  COALESCE(SUM(CAST((
    "t2"."opening" > 0
  ) AND (
    "t2"."closing" > 0
  ) AS INT)), 0) AS "customers_kept",
  COALESCE(
    SUM(
      CAST(NOT (
        "t2"."opening" > 0
      )
      AND (
        "t2"."closing" > 0
      )
      AND NOT (
        "t2"."before"
      ) AS INT)
    ),
    0
  ) AS "customers_new",
  COALESCE(
    SUM(
      CAST(NOT (
        "t2"."opening" > 0
      ) AND (
        "t2"."closing" > 0
      ) AND "t2"."before" AS INT)
    ),
    0
  ) AS "customers_reactivated",
  COALESCE(SUM("t2"."opening") FILTER(WHERE
    NOT (
      "t2"."opening" > 0
    )), 0) AS "credits_start",
  COALESCE(
    SUM("t2"."closing") FILTER(WHERE
      NOT (
        "t2"."opening" > 0
      ) AND (
        "t2"."closing" <= 0
      )),
    0
  ) AS "credits_end"
FROM (
  SELECT
    "t1"."account",
    COALESCE(
      SUM("t1"."amount") FILTER(WHERE
        (
          "t1"."date" >= GETVARIABLE('start_first')
        )
        AND (
          "t1"."date" <= GETVARIABLE('start_last')
        )),
      0
    ) AS "opening",
    COALESCE(SUM("t1"."amount") FILTER(WHERE
      "t1"."date" >= GETVARIABLE('end_first')), 0) AS "closing",
    BOOL_OR(
      CAST((
        "t1"."date" < GETVARIABLE('start_first')
      ) AND (
        "t1"."amount" > 0
      ) AS BOOLEAN)
    ) AS "before"
  FROM (
    SELECT
      *
    FROM "flows" AS "t0"
    WHERE
      "t0"."kind" = GETVARIABLE('basis') AND "t0"."date" <= GETVARIABLE('end_last')
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
)
