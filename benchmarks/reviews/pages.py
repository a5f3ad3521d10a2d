"""Server time of a pre-read and of Monday, kept and read anew: `python -m benchmarks.reviews.pages`.

`SIGHTLINE_DATA` names a folder that is changed: a **copy**. With the demonstration in it the pre-read of
its largest plan is asked (a review held three weeks ago is written, and some amounts are changed since);
with what `benchmarks.pages.fill` made, the Monday of its seller, as kept and where nothing is kept. Prints
median and 95th percentile in milliseconds of processor time and of time passed, queries and load.
Garbage is searched for as a web process searches (`config.garbage`), within what is measured.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

ROUNDS = 20


def main() -> None:
    """Measure whichever the folder holds."""
    os.environ.setdefault("SIGHTLINE_DEMONSTRATION", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")
    import django

    django.setup()
    from sightline.cli.layout import lay_out_static_files
    from sightline.config import garbage
    from sightline.records.models import SignIn, WeekKept

    lay_out_static_files()
    garbage.seldom()
    seller = SignIn.objects.filter(email="seller@bench.example").first()
    if seller is not None:
        line("Monday, kept", seller, "/")
        line("Monday, read anew", seller, "/", before=lambda: WeekKept.objects.all().delete())
    else:
        line("pre-read", *_pre_read())
    print(f"load average {os.getloadavg()[0]:.1f}")


def line(name: str, who: Any, path: str, *, before: Callable[[], object] = lambda: None) -> None:
    """Ask one page, the first time not counted, and print what it took."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(who)
    assert client.get(path).status_code == 200
    worked, passed = [], []
    for _ in range(ROUNDS):
        before()
        work, began = time.process_time(), time.perf_counter()
        client.get(path)
        worked.append(1000 * (time.process_time() - work))
        passed.append(1000 * (time.perf_counter() - began))
    before()
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    told = "  ".join(
        f"{kind} {statistics.median(some):.0f} / {sorted(some)[-2]:.0f} (least {min(some):.0f})"
        for kind, some in (("processor", worked), ("passed", passed))
    )
    print(f"{name:20}{told}  {len(queries)} queries")


def _pre_read() -> tuple[Any, str]:
    """Who owns the plan with most people, and the address of its next review's pre-read."""
    from django.db.models import F
    from django.urls import reverse
    from django.utils import timezone

    from sightline.actions.reviews.freeze import freeze
    from sightline.records.models import Contact, Opportunity, Plan, PlanSnapshot, Review
    from sightline.records.queries import bridging
    from sightline.records.scoping import person_of

    ids = {one.pk: bridging.plan_rows([one.pk])[0].account_ids for one in Plan.objects.all()}
    plan = max(
        Plan.objects.select_related("account__owner__sign_in").filter(
            account__owner__sign_in__isnull=False
        ),
        key=lambda one: Contact.objects.filter(account_id__in=ids[one.pk]).count(),
    )
    assert plan.account.owner is not None and plan.account.owner.sign_in is not None
    who, now = plan.account.owner.sign_in, timezone.now()
    if not PlanSnapshot.objects.filter(plan=plan).exists():
        day = now.date() - timedelta(days=21)
        held = Review.objects.create(
            plan=plan, account=plan.account, state="closed", held_on=day, closed_at=now
        )
        freeze(plan.pk, review=held, person=person_of(who), on=day, now=now)
        deals = Opportunity.objects.filter(account_id__in=ids[plan.pk], is_closed=False)
        deals.filter(pk__in=list(deals.values_list("pk", flat=True)[:8])).update(
            amount=F("amount") + 500_000
        )
    to_come = Review.objects.filter(plan=plan, kind="review").exclude(state="closed").get()
    return who, reverse("reviews:prepare", args=[to_come.pk])


if __name__ == "__main__":
    main()
