-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  CAST("own" AS BIGINT) AS "own",
  CAST("headroom" AS BIGINT) AS "headroom"
FROM (
WITH "t12" AS (
  SELECT
    "t11"."band",
    "t11"."product_line",
    "t11"."best",
    CAST(FLOOR(
      (
        (
          CAST("t11"."best" AS DOUBLE) * CAST("t11"."owners" AS DOUBLE)
        ) / CAST("t6"."band_units" AS DOUBLE)
      ) + 0.5
    ) AS BIGINT) AS "expected"
  FROM (
    SELECT
      "t9"."band",
      "t9"."product_line",
      MAX("t9"."r12") FILTER(WHERE
        "t9"."place" = (
          CAST(FLOOR((
            (
              "t9"."owners" * GETVARIABLE('peer_percent')
            ) + 99
          ) / (
            100
          )) AS BIGINT) - 1
        )) AS "best",
      MAX("t9"."owners") AS "owners"
    FROM (
      SELECT
        "t8"."account",
        "t8"."unit",
        "t8"."product_line",
        "t8"."r12",
        "t8"."units",
        "t8"."band",
        ROW_NUMBER() OVER (
          PARTITION BY "t8"."band", "t8"."product_line"
          ORDER BY "t8"."r12" ASC, "t8"."account" ASC, "t8"."unit" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) - 1 AS "place",
        COUNT(*) OVER (
          PARTITION BY "t8"."band", "t8"."product_line"
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "owners"
      FROM (
        SELECT
          "t7"."account",
          "t7"."unit",
          "t7"."product_line",
          "t7"."r12",
          "t3"."units",
          "t3"."band"
        FROM (
          SELECT
            "t1"."account",
            "t1"."unit",
            "t1"."product_line",
            "t1"."r12"
          FROM "cells" AS "t1"
          WHERE
            "t1"."r12" > 0 AND "t1"."kind" <> 'one_off'
        ) AS "t7"
        INNER JOIN "bands" AS "t3"
          ON "t7"."account" = "t3"."account"
      ) AS "t8"
    ) AS "t9"
    GROUP BY
      1,
      2
  ) AS "t11"
  INNER JOIN (
    SELECT
      "t0"."band",
      SUM("t0"."units") AS "band_units"
    FROM "bands" AS "t0"
    GROUP BY
      1
  ) AS "t6"
    ON "t11"."band" = "t6"."band"
)
SELECT
  "t2"."account",
  COALESCE("t19"."own", 0) AS "own",
  GREATEST(
    (
      COALESCE("t16"."all_expected", 0) * "t2"."units"
    ) - COALESCE("t19"."owned_expected", 0),
    0
  ) + COALESCE("t19"."room", 0) AS "headroom"
FROM "bands" AS "t2"
LEFT OUTER JOIN (
  SELECT
    "t17"."account",
    SUM("t17"."r12") AS "own",
    SUM("t17"."expected") AS "owned_expected",
    SUM(GREATEST("t17"."best" - "t17"."r12", 0)) AS "room"
  FROM (
    SELECT
      "t7"."account",
      "t7"."unit",
      "t7"."product_line",
      "t7"."r12",
      "t3"."units",
      "t3"."band",
      "t14"."best",
      "t14"."expected"
    FROM (
      SELECT
        "t1"."account",
        "t1"."unit",
        "t1"."product_line",
        "t1"."r12"
      FROM "cells" AS "t1"
      WHERE
        "t1"."r12" > 0 AND "t1"."kind" <> 'one_off'
    ) AS "t7"
    INNER JOIN "bands" AS "t3"
      ON "t7"."account" = "t3"."account"
    INNER JOIN "t12" AS "t14"
      ON "t3"."band" = "t14"."band" AND "t7"."product_line" = "t14"."product_line"
  ) AS "t17"
  GROUP BY
    1
) AS "t19"
  ON "t2"."account" = "t19"."account"
LEFT OUTER JOIN (
  SELECT
    "t13"."band",
    SUM("t13"."expected") AS "all_expected"
  FROM "t12" AS "t13"
  GROUP BY
    1
) AS "t16"
  ON "t2"."band" = "t16"."band"
)
