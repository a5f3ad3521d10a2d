-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "account",
  "contact",
  "our_person",
  "day",
  "two_way",
  CAST("meetings" AS BIGINT) AS "meetings",
  CAST("calls" AS BIGINT) AS "calls",
  CAST("mails" AS BIGINT) AS "mails",
  CAST("inbound" AS BIGINT) AS "inbound",
  CAST("outbound" AS BIGINT) AS "outbound"
FROM (
WITH "t1" AS (
  SELECT
    *
  FROM "activities" AS "t0"
  WHERE
    "t0"."at" <= GETVARIABLE('as_of')
)
SELECT
  "t8"."account",
  "t8"."contact",
  "t8"."our_person",
  "t8"."at" AS "day",
  BOOL_OR(CAST("t8"."two_way" AS BOOLEAN)) AS "two_way",
  SUM(CAST("t8"."is_meeting" AS INT)) AS "meetings",
  SUM(CAST("t8"."is_call" AS INT)) AS "calls",
  SUM(CAST("t8"."is_mail" AS INT)) AS "mails",
  SUM(CAST("t8"."from_them" AS INT)) AS "inbound",
  SUM(CAST("t8"."from_us" AS INT)) AS "outbound"
FROM (
  SELECT
    "t7"."account",
    "t7"."contact",
    "t7"."our_person",
    "t7"."kind",
    "t7"."direction",
    "t7"."at",
    "t7"."thread",
    "t7"."connected",
    "t7"."minutes",
    "t7"."account_right",
    "t7"."thread_right",
    "t7"."answered",
    (
      "t7"."kind" IN ('meeting', 'event', 'visit', 'appointment')
      AND COALESCE("t7"."connected", TRUE)
    )
    OR (
      "t7"."kind" IN ('call', 'phone', 'phone call')
      AND (
        COALESCE("t7"."connected", FALSE)
        OR (
          COALESCE("t7"."minutes", 0.0) > GETVARIABLE('long_call_minutes')
        )
        OR "t7"."direction" IN ('inbound', 'in', 'incoming', 'received', 'both', 'two-way')
      )
    )
    OR (
      "t7"."kind" IN ('mail', 'email', 'e-mail')
      AND (
        "t7"."direction" IN ('inbound', 'in', 'incoming', 'received', 'both', 'two-way')
        OR COALESCE("t7"."answered", FALSE)
      )
    ) AS "two_way",
    "t7"."kind" IN ('meeting', 'event', 'visit', 'appointment') AS "is_meeting",
    "t7"."kind" IN ('call', 'phone', 'phone call') AS "is_call",
    "t7"."kind" IN ('mail', 'email', 'e-mail') AS "is_mail",
    "t7"."direction" IN ('inbound', 'in', 'incoming', 'received', 'both', 'two-way') AS "from_them",
    "t7"."direction" IN ('outbound', 'out', 'outgoing', 'sent', 'both', 'two-way') AS "from_us"
  FROM (
    SELECT
      "t3"."account",
      "t3"."contact",
      "t3"."our_person",
      "t3"."kind",
      "t3"."direction",
      "t3"."at",
      "t3"."thread",
      "t3"."connected",
      "t3"."minutes",
      "t6"."account" AS "account_right",
      "t6"."thread" AS "thread_right",
      "t6"."answered"
    FROM "t1" AS "t3"
    LEFT OUTER JOIN (
      SELECT
        "t4"."account",
        "t4"."thread",
        TRUE AS "answered"
      FROM (
        SELECT DISTINCT
          "t2"."account",
          "t2"."thread"
        FROM "t1" AS "t2"
        WHERE
          "t2"."kind" IN ('mail', 'email', 'e-mail')
          AND "t2"."direction" IN ('inbound', 'in', 'incoming', 'received', 'both', 'two-way')
          AND "t2"."thread" <> ''
      ) AS "t4"
    ) AS "t6"
      ON "t3"."account" = "t6"."account" AND "t3"."thread" = "t6"."thread"
  ) AS "t7"
) AS "t8"
GROUP BY
  1,
  2,
  3,
  4
)
