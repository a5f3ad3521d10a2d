-- Generated from sightline.ledger.expressions; see ledger/compile.py.
SELECT
  "contact",
  "our_person",
  "kind",
  "direction",
  "at",
  "connected",
  "minutes"
FROM (
SELECT
  "t1"."contact",
  "t1"."our_person",
  "t1"."kind",
  "t1"."direction",
  "t1"."at",
  "t1"."connected",
  MAX("t1"."minutes") AS "minutes"
FROM (
  SELECT
    *
  FROM "activities" AS "t0"
  WHERE
    "t0"."at" <= GETVARIABLE('as_of')
    AND "t0"."at" >= GETVARIABLE('r24_first')
    AND "t0"."contact" <> ''
) AS "t1"
GROUP BY
  1,
  2,
  3,
  4,
  5,
  6
)
