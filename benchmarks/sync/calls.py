"""How many calls a day of background rounds, live reads and writes costs an org.

Usage: ./run python benchmarks/sync/calls.py [--writes 500] [--hours 8] [--limit 300000]
Counts what the service counts, in a sandbox org of its own, for each kind of round, and adds a day
up: quick rounds every minute, the slow ones every five, a describe every quarter of an hour,
activities every six hours, live reads every three seconds while somebody looks, and so many writes.
Pages beyond the first of a busy object are not in it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.crm.histories.alone import prepare

MINUTES, DAY_SECONDS = 24 * 60, 24 * 3600


def main() -> int:
    """Count, and add up."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--writes", type=int, default=500)
    asked.add_argument("--hours", type=float, default=8.0, help="in which somebody looks")
    asked.add_argument("--limit", type=int, default=300_000)
    given = asked.parse_args()
    prepare()
    logging.disable(logging.INFO)
    from django.conf import settings

    from tests.crm.orgs import sandbox_org

    with tempfile.TemporaryDirectory() as folder, sandbox_org(Path(folder)) as org:
        settings.SIGHTLINE_LEDGER = folder
        costs = counted(org)
    for name, cost in costs.items():
        print(f"{cost:>8,}  {name}")
    from sightline.actions.sync import watching

    live = given.hours * 3600 / watching.EVERY.total_seconds()
    parts = {
        "quick rounds": MINUTES * costs["a quick round"],
        "slow rounds, beyond": MINUTES / 5 * (costs["a slow round"] - costs["a quick round"]),
        "describes": MINUTES / 15 * costs["a describe"],
        "deletions, hourly": 24 * costs["objects"],
        "activities": 4 * costs["activities"],
        "live reads": live * costs["a live read"],
        "writes": given.writes * costs["a write"],
    }
    for name, calls in parts.items():
        print(f"{calls:>8,.0f}  a day: {name}")
    whole = sum(parts.values())
    begins, ends = watching.OFFICE_HOURS
    office, outside = (ends - begins) * 3600, DAY_SECONDS - (ends - begins) * 3600
    reads = office / watching.EVERY.total_seconds() + outside / watching.OUTSIDE.total_seconds()
    most = whole - parts["live reads"] + reads * costs["a live read"]
    print(f"{whole:>8,.0f}  a day in all, {whole / given.limit:.1%} of {given.limit:,}")
    print(f"{most:>8,.0f}  were somebody to look all day and night, {most / given.limit:.1%}")
    return 0 if max(whole, most) <= given.limit * 0.1 else 1


def counted(org: Any) -> dict[str, int]:
    """Calls of each kind of work."""
    from django.utils import timezone

    from sightline.actions.sync import connections
    from sightline.crm import live, mirror, publish, push, relations
    from sightline.exchange.imports.meanings import buying_role
    from sightline.jobs.sync import activities, rounds
    from sightline.records.models import Account, Opportunity
    from tests import makers

    makers.company(reporting_currency="USD")
    pk = connections.connect(
        "Org",
        brand="salesforce",
        settings={"login": org.address, "client_id": org.said["client id"]},
        secrets={"client_secret": org.said["client secret"]},
        actor_id=None,
    )
    with rounds.at_work(pk) as session:
        rounds.round_of(session)

        def cost(work: Callable[[], object]) -> int:
            before = session.crm.spent().used or 0
            work()
            return (session.crm.spent().used or 0) - before

        def describe() -> None:
            mirror.refresh_shapes(session)
            publish.refresh_plan_shapes(session, next_asked=["AccountContactRelation"])
            relations.read_relations(session, meaning=buying_role)

        def edit() -> None:
            row = Opportunity.objects.exclude(outside_id="").order_by("pk")[0]
            row.next_step, row.version = f"At {timezone.now()}", row.version + 1
            row.save(update_fields=["next_step", "version"])
            push.push(session, only=live.PROMPT)

        quick = rounds.QUICK
        mirror.pull(
            session
        )  # the first after a load asks for deletions, which later ones do hourly
        watched = list(Account.objects.exclude(outside_id="").values_list("outside_id", flat=True))
        return {
            "a quick round": cost(
                lambda: mirror.pull(session, due=lambda one: one.object in quick)
            ),
            "a slow round": cost(lambda: mirror.pull(session)),
            "a describe": cost(describe),
            "activities": cost(lambda: activities.gather(session)),
            "a live read": cost(lambda: live.read_watched(session, watched[:50])),
            "a write": cost(edit),
            "objects": len(session.mirrored(session.context())),
        }


if __name__ == "__main__":
    print(f"{dt.date.today()}")
    sys.exit(main())
