"""How long the server takes for the people map of 40, 150 and 400 people.

Run: python benchmarks/stakeholders/map.py [rounds]
Makes a database of its own in a temporary folder, asks for each page through Django's test client
(middleware, session and templates included) and prints median and 95th percentile in milliseconds of
processor time, which other programs on the machine do not lengthen.
The promise is 150 ms for 400 people; files taken out are no pages and have none: of slides and PDF
the job that draws them is measured.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from typing import Any

PAGES = ("", "?everybody=1", "?layout=units", "?layout=plot", "?table=1", "?focus={person}")
SIZES = (40, 150, 400)
FILES = ("pptx", "pdf")
FILE_ROUNDS = 2


def main(rounds: int = 20) -> None:
    """Prints one line for each size and page."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SIGHTLINE_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connections

        from sightline.config import garbage

        settings.DATABASES["default"]["NAME"] = f"{folder}/map.sqlite3"
        connections["default"].settings_dict["NAME"] = f"{folder}/map.sqlite3"
        call_command("migrate", verbosity=0)
        for size in SIZES:
            client, account, person = made(size)
            garbage.seldom()  # as a web process does
            for page in PAGES:
                address = f"/accounts/{account}/map{page.format(person=person)}"
                report(size, page, [asked(client, address) for _ in range(rounds + 1)][1:])
            address = f"/accounts/{account}/map"
            report(size, ".svg", [asked(client, f"{address}.svg") for _ in range(FILE_ROUNDS + 1)])
            for kind in FILES:
                took = [drawn(client, address, kind) for _ in range(FILE_ROUNDS + 1)][1:]
                report(size, kind, took)


def made(size: int) -> tuple[Any, int, int]:
    """An account with so many people in a tree, a third of them in contact; its seller's client."""
    from django.test import Client
    from django.utils import timezone

    from sightline.records.models import Contact, ContactActivity, HeldRole, MapLine, Opinion, Play
    from tests import makers

    chance = random.Random(size)
    makers.company()
    owner = makers.crm_user()
    seller = makers.sign_in("account_manager", user=owner)
    account = makers.account(owner=owner)
    units = [makers.unit(account) for _ in range(8)]
    people: list[Contact] = []
    today = timezone.localdate()
    plays = [
        Play.objects.create(account=account, name=f"Play {at}", created_on=today) for at in range(6)
    ]
    for at in range(size):
        boss = people[(at - 1) // 5] if at else None
        name = f"Łucja Ångström-{at}"
        one = makers.contact(account, name, title="Head of part", unit=chance.choice(units))
        Contact.objects.filter(pk=one.pk).update(reports_to=boss)
        people.append(one)
        if at % 3:
            continue
        days = [(today - timedelta(days=day)).isoformat() for day in range(170, 0, -17)]
        log = {"two_way": days, "outbound": [], "unknown": []}
        log["by_ours"] = [[day, [str(owner.pk)]] for day in days]  # type: ignore[misc]
        ContactActivity.objects.create(
            contact=one, account=account, ledger_version=1, as_of=today, log=log
        )
        Opinion.objects.create(contact=one, kind="strength", value="3", rater=owner)
        Opinion.objects.create(contact=one, kind="stance", value="supports", rater=owner)
        HeldRole.objects.create(contact=one, role="influencer", play=chance.choice(plays))
        if boss is not None and at % 2:
            MapLine.objects.create(kind="influences", start=one, end=people[at // 2])
    client = Client()
    client.force_login(seller)
    return client, account.pk, people[size // 2].pk


def asked(client: Any, address: str) -> float:
    """Milliseconds of processor time for one answer."""
    start = time.process_time()
    answer = client.get(address)
    took = (time.process_time() - start) * 1000
    assert answer.status_code == 200, (address, answer.status_code)
    return took


def drawn(client: Any, address: str, kind: str) -> float:
    """Milliseconds of processor time of the job that draws everybody as slides or PDF."""
    from sightline.jobs.handle import JobHandle
    from sightline.jobs.people_map import run
    from sightline.records.models import Job

    answer = client.post(f"{address}/make/{kind}?everybody=1")
    assert answer.status_code == 303, (address, kind, answer.status_code)
    job = Job.objects.filter(name="people_map").latest("pk")
    Job.objects.filter(pk=job.pk).update(state="running", lease_owner="benchmark")
    start = time.process_time()
    run(job.payload, JobHandle(job.pk, "benchmark"))
    return (time.process_time() - start) * 1000


def report(size: int, page: str, took: list[float]) -> None:
    """One line."""
    late = statistics.quantiles(took, n=20)[-1]
    print(
        f"{size:4} people {page or 'map':22} median {statistics.median(took):6.0f} p95 {late:6.0f}"
    )


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:2]))
