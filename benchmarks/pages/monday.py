"""Monday for a person with 60 planned accounts among 100,000: server time, median and p95.

Run: `SIGHTLINE_DATA=FOLDER ./run python benchmarks/pages/monday.py [--accounts 100000]`.
FOLDER is a scratch folder: a database is made in it, and kept for the next run.
"""

# ruff: noqa: E402
from __future__ import annotations

import argparse
import os
import statistics
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone

from sightline.actions import people
from sightline.records.models import (
    Account,
    AccountAccess,
    Action,
    Contact,
    Contract,
    CrmUser,
    Opportunity,
    SignIn,
    TierResult,
    WeekFacts,
)

OWN = 60
EMAIL = "monday@bench.example"
ROUNDS = 60


def seed(accounts: int) -> None:
    """100,000 accounts of 500 owners; 60 planned ones are ours, each with work to do."""
    if SignIn.objects.filter(email=EMAIL).exists():
        return
    today = timezone.now().date()
    users = CrmUser.objects.bulk_create(CrmUser(name=f"User {n}") for n in range(500))
    made = Account.objects.bulk_create(
        (
            Account(
                name=f"Account {n}",
                sort_name=f"account {n}",
                owner=users[0] if n < OWN else users[1 + n % 499],
            )
            for n in range(accounts)
        ),
        batch_size=2000,
    )
    Account.objects.update(planning_account=F("pk"))
    AccountAccess.objects.bulk_create(
        (AccountAccess(account=row, user_id=row.owner_id, why="owner") for row in made),
        batch_size=2000,
    )
    TierResult.objects.bulk_create(
        (
            TierResult(
                account=row,
                sort_name=row.sort_name,
                owner_id=row.owner_id,
                proposed_tier=1 if n < OWN else 3,
                computed_tier=1 if n < OWN else 3,
                acv=1_000_00 * (n % 900 + 1),
                as_of=today,
                currency="GBP",
            )
            for n, row in enumerate(made)
        ),
        batch_size=2000,
    )
    for n, row in enumerate(made[: OWN * 20]):
        work(row, n, users[0], today)
    made_id = people.create_sign_in(
        people.NewSignIn(EMAIL, "Bench", frozenset({"account_manager"})), actor_id=None
    )
    people.link_crm_user(made_id, users[0].pk, actor_id=None)


def work(row: Account, n: int, owner: CrmUser, today: object) -> None:
    """Two contracts, four deals, six tasks and thirteen people, three of them quiet."""
    day = timezone.now().date()
    contacts = Contact.objects.bulk_create(
        Contact(account=row, name=f"Person {n}-{k}", sort_name=f"person {n}-{k}") for k in range(13)
    )
    Contract.objects.bulk_create(
        Contract(
            account=row,
            number=f"{n}-{k}",
            ends_on=day + timedelta(days=30 + (n * 7 + k * 90) % 240),
            annual_value=1_000_00 * (n % 90 + 1),
            currency="GBP",
        )
        for k in range(2)
    )
    deals = Opportunity.objects.bulk_create(
        Opportunity(
            account=row,
            name=f"Deal {n}-{k}",
            amount=500_00 * (k + n % 50 + 1),
            currency="GBP",
            owner=owner,
            close_date=day + timedelta(days=(n + k * 11) % 90),
        )
        for k in range(4)
    )
    Action.objects.bulk_create(
        Action(
            account=row,
            opportunity=deals[k % 4],
            owner=owner,
            subject=f"Task {k}",
            due_on=day + timedelta(days=k * 3 - 5),
        )
        for k in range(6)
    )
    quiet = [
        {
            "contact": one.pk,
            "since": (day - timedelta(days=90)).isoformat(),
            "usual": 20,
            "executive": True,
            "decides": True,
        }
        for one in contacts[:3]
    ]
    threads = [{"scope": "a", "contact": contacts[3].pk, "ours": None, "why": []}]
    WeekFacts.objects.create(account=row, quiet=quiet, threads=threads if n % 3 else [], as_of=day)


def main() -> None:
    """Seed once, warm up, measure whole requests through the middleware."""
    told = argparse.ArgumentParser()
    told.add_argument("--accounts", type=int, default=100_000)
    call_command("migrate", verbosity=0, skip_checks=True)
    with transaction.atomic():
        seed(told.parse_args().accounts)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(SignIn.objects.get(email=EMAIL))
    size = 0
    times = []
    for turn in range(ROUNDS + 5):
        started = time.perf_counter()
        answer = client.get("/")
        took = (time.perf_counter() - started) * 1000
        assert answer.status_code == 200, answer.status_code
        size = len(answer.content)
        if turn >= 5:
            times.append(took)
    cuts = statistics.quantiles(times, n=20)
    print(f"monday: median {statistics.median(times):.1f} ms, p95 {cuts[18]:.1f} ms, {size} bytes")


if __name__ == "__main__":
    main()
