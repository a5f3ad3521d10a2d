-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  CAST("touches" AS BIGINT) AS "touches",
  CAST("days" AS BIGINT) AS "days"
FROM (
WITH "t1" AS (
  SELECT
    *
  FROM "activities" AS "t0"
  WHERE
    "t0"."at" <= GETVARIABLE('as_of')
)
SELECT
  "t9"."account",
  "t9"."touches",
  COALESCE("t17"."days", 0) AS "days"
FROM (
  SELECT
    "t5"."account",
    COUNT(*) AS "touches"
  FROM (
    SELECT DISTINCT
      "t2"."account",
      "t2"."kind",
      "t2"."at",
      COALESCE("t2"."thread", '') AS "thread"
    FROM (
      SELECT
        *
      FROM "activities" AS "t0"
      WHERE
        "t0"."at" <= GETVARIABLE('as_of') AND "t0"."at" >= GETVARIABLE('r12_first')
    ) AS "t2"
  ) AS "t5"
  GROUP BY
    1
) AS "t9"
LEFT OUTER JOIN (
  SELECT
    "t15"."account",
    COUNT(*) AS "days"
  FROM (
    SELECT DISTINCT
      "t14"."account",
      "t14"."contact",
      "t14"."day"
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t12"."account",
          "t12"."contact",
          "t12"."our_person",
          "t12"."at" AS "day",
          BOOL_OR(CAST("t12"."two_way" AS BOOLEAN)) AS "two_way",
          SUM(CAST("t12"."is_meeting" AS INT)) AS "meetings",
          SUM(CAST("t12"."is_call" AS INT)) AS "calls",
          SUM(CAST("t12"."is_mail" AS INT)) AS "mails",
          SUM(CAST("t12"."from_them" AS INT)) AS "inbound",
          SUM(CAST("t12"."from_us" AS INT)) AS "outbound"
        FROM (
          SELECT
            "t11"."account",
            "t11"."contact",
            "t11"."our_person",
            "t11"."kind",
            "t11"."direction",
            "t11"."at",
            "t11"."thread",
            "t11"."connected",
            "t11"."minutes",
            "t11"."account_right",
            "t11"."thread_right",
            "t11"."answered",
            (
              "t11"."kind" IN ('meeting', 'event', 'visit', 'appointment')
              AND COALESCE("t11"."connected", TRUE)
            )
            OR (
              "t11"."kind" IN ('call', 'phone', 'phone call')
              AND (
                COALESCE("t11"."connected", FALSE)
                OR (
                  COALESCE("t11"."minutes", 0.0) > GETVARIABLE('long_call_minutes')
                )
                OR "t11"."direction" IN ('inbound', 'in', 'incoming', 'received', 'both', 'two-way')
              )
            )
            OR (
              "t11"."kind" IN ('mail', 'email', 'e-mail')
              AND (
                "t11"."direction" IN ('inbound', 'in', 'incoming', 'received', 'both', 'two-way')
                OR COALESCE("t11"."answered", FALSE)
              )
            ) AS "two_way",
            "t11"."kind" IN ('meeting', 'event', 'visit', 'appointment') AS "is_meeting",
            "t11"."kind" IN ('call', 'phone', 'phone call') AS "is_call",
            "t11"."kind" IN ('mail', 'email', 'e-mail') AS "is_mail",
            "t11"."direction" IN ('inbound', 'in', 'incoming', 'received', 'both', 'two-way') AS "from_them",
            "t11"."direction" IN ('outbound', 'out', 'outgoing', 'sent', 'both', 'two-way') AS "from_us"
          FROM (
            SELECT
              "t4"."account",
              "t4"."contact",
              "t4"."our_person",
              "t4"."kind",
              "t4"."direction",
              "t4"."at",
              "t4"."thread",
              "t4"."connected",
              "t4"."minutes",
              "t10"."account" AS "account_right",
              "t10"."thread" AS "thread_right",
              "t10"."answered"
            FROM "t1" AS "t4"
            LEFT OUTER JOIN (
              SELECT
                "t6"."account",
                "t6"."thread",
                TRUE AS "answered"
              FROM (
                SELECT DISTINCT
                  "t3"."account",
                  "t3"."thread"
                FROM "t1" AS "t3"
                WHERE
                  "t3"."kind" IN ('mail', 'email', 'e-mail')
                  AND "t3"."direction" IN ('inbound', 'in', 'incoming', 'received', 'both', 'two-way')
                  AND "t3"."thread" <> ''
              ) AS "t6"
            ) AS "t10"
              ON "t4"."account" = "t10"."account" AND "t4"."thread" = "t10"."thread"
          ) AS "t11"
        ) AS "t12"
        GROUP BY
          1,
          2,
          3,
          4
      ) AS "t13"
      WHERE
        "t13"."two_way" AND "t13"."day" >= GETVARIABLE('contact_first')
    ) AS "t14"
  ) AS "t15"
  GROUP BY
    1
) AS "t17"
  ON "t9"."account" = "t17"."account"
)
