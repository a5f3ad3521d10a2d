"""What logged activities tell of an account: touches, single threads, whom they go to."""

from __future__ import annotations

from datetime import date, timedelta

from sightline.ledger.method import InsightParameters
from sightline.ledger.source import Source
from sightline.ledger.tables import ACTIVITIES


def threads(source: Source, *, as_of: date, parameters: InsightParameters) -> dict[str, float]:
    """1 where one contact, or one of ours, carries more than its share of two-way days, else 0.

    Accounts with fewer two-way days than the least are absent: too little logged to judge.
    """
    if not source.holds(ACTIVITIES):
        return {}
    source.make("contact_days")
    first = as_of - timedelta(days=parameters.contact_window_days - 1)
    rows = source.connection.execute(
        "WITH recent AS (SELECT * FROM contact_days WHERE two_way AND day >= $first), "
        "days AS (SELECT account, count(DISTINCT (contact, day)) AS n, "
        "count(DISTINCT (our_person, day)) AS ours FROM recent GROUP BY account), "
        "theirs AS (SELECT account, count(DISTINCT day) AS k FROM recent "
        "GROUP BY account, contact), "
        "own AS (SELECT account, count(DISTINCT day) AS k FROM recent "
        "GROUP BY account, our_person) "
        "SELECT account, greatest(max(theirs.k) / any_value(n), max(own.k) / any_value(ours)) "
        "FROM days JOIN theirs USING (account) JOIN own USING (account) "
        "WHERE n >= $least GROUP BY account ORDER BY account",
        {"first": first, "least": parameters.contact_min_days},
    ).fetchall()
    return {
        str(account): 1.0 if share > parameters.contact_carries else 0.0 for account, share in rows
    }
