"""Time the worker's own function over the running plans of a database; nothing is kept."""

from __future__ import annotations

import argparse
import os
import sys
import time

PROMISED_SECONDS = 60
PLANS = 1000


def main() -> int:
    """Print seconds for the plans there are and for a thousand; 1 where the promise is not kept.

    It is kept or not by processor time: the clock also counts what else the machine does. What is
    composed once for a worker's life is composed before the clock starts.
    """
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", required=True, help="the installation's folder")
    asked.add_argument("--most", type=int, default=200, help="plans to time at most")
    given = asked.parse_args()
    os.environ["SIGHTLINE_DATA"] = given.data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")
    import django

    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from sightline.actions import plan_drafts
    from sightline.actions.progress import Silent
    from sightline.records.queries import company, plan_lists

    day = company.company_facts().today(timezone.now())
    plans = plan_lists.running_plans(day)[: given.most]
    if not plans:
        print("There is no running plan to time.")
        return 1
    with transaction.atomic():
        plan_drafts.refresh_plans(day, job=Silent(), only=plans[:1])
        begun, busy = time.perf_counter(), time.process_time()
        plan_drafts.refresh_plans(day, job=Silent(), only=plans)
        taken, busy = time.perf_counter() - begun, time.process_time() - busy
        transaction.set_rollback(True)
    whole = taken / len(plans) * PLANS
    print(f"{len(plans)} plans: {taken:.1f} s, {1000 * taken / len(plans):.0f} ms a plan")
    print(f"{PLANS} plans: {whole:.0f} s, promised {PROMISED_SECONDS} s")
    print(f"processor alone: {busy / len(plans) * PLANS:.0f} s")
    print(
        f"plans a minute: {60 * len(plans) / taken:.0f}, by processor {60 * len(plans) / busy:.0f}"
    )
    return 0 if busy / len(plans) * PLANS <= PROMISED_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
