"""How long the nightly ranking of departures takes, read from a database and kept there.

Run: python -m benchmarks.stakeholders.departures [contacts]
Makes a database of ten contacts an account (default 100,000 contacts) in a temporary folder, with an
open opportunity, a contract and logged contact for each account; prints seconds for the ranking, by
the clock and of processor time, the most memory the process ever held, and milliseconds for reading
the ten dearest as somebody who sees every account would.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from datetime import date, timedelta

ON = date(2026, 11, 21)
PER_ACCOUNT = 10


class Quiet:
    """A job that nobody watches."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Nothing."""

    def cancelled(self) -> bool:
        """Never."""
        return False


def main() -> None:
    """Fill, rank, read."""
    contacts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SIGHTLINE_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, skip_checks=True)
        fill(contacts // PER_ACCOUNT)
        measure(contacts)


def measure(contacts: int) -> None:
    """Seconds for all, milliseconds for the page's reading."""
    from sightline.actions import departures
    from sightline.records.models import SignIn
    from sightline.records.queries.departures import dearest
    from sightline.records.scoping import person_of

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started, worked = time.perf_counter(), time.process_time()
    rows = departures.rank_all(ON, job=Quiet())
    took, worked = time.perf_counter() - started, time.process_time() - worked
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{contacts:,} contacts ranked in {took:.1f} s by the clock, {worked:.1f} s of processor "
        f"time, {rows:,} rows kept, {before:.0f} MiB before and {most:.0f} MiB at most"
    )
    reader = person_of(SignIn.objects.get())
    times = []
    for _ in range(10):
        started = time.process_time()
        found = dearest(reader)
        times.append((time.process_time() - started) * 1000)
    told = f"{sorted(times)[5]:.0f} ms of processor time ({len(found.rows)} rows)"
    print(f"the ten dearest read in {told}")


def fill(accounts: int) -> None:
    """Accounts of one leader's people, each with ten contacts, a deal, a contract and contact."""
    from sightline.actions import people
    from sightline.records.models import (
        Account,
        AccountAccess,
        Company,
        Contact,
        ContactActivity,
        Contract,
        CrmUser,
        Opportunity,
        OpportunityContactRole,
    )

    dice = random.Random(7)
    Company.objects.create(id=1, name="Northlight", reporting_currency="GBP")
    users = CrmUser.objects.bulk_create(CrmUser(name=f"User {n}") for n in range(60))
    made = people.create_sign_in(
        people.NewSignIn("one@sightline.example", "One", frozenset({"account_manager"}), None),
        actor_id=None,
    )
    people.link_crm_user(made, users[0].pk, actor_id=None)
    rows = Account.objects.bulk_create(
        (Account(name=f"Account {n}", sort_name=f"account {n}") for n in range(accounts)),
        batch_size=2000,
    )
    for row in rows:
        row.planning_account_id = row.pk
    Account.objects.bulk_update(rows, ["planning_account_id"], batch_size=2000)
    AccountAccess.objects.bulk_create(
        (AccountAccess(account=row, user=users[0], why="owner", may_write=True) for row in rows),
        batch_size=2000,
    )
    contacts = Contact.objects.bulk_create(
        (
            Contact(account=row, name=f"Person {row.pk}-{n}", sort_name=f"person {row.pk}-{n}")
            for row in rows
            for n in range(PER_ACCOUNT)
        ),
        batch_size=2000,
    )
    ContactActivity.objects.bulk_create(
        (
            ContactActivity(
                contact=one,
                account_id=one.account_id,
                log=log(dice, [str(user.pk) for user in dice.sample(users, 2)]),
                ledger_version=1,
                as_of=ON,
            )
            for one in contacts
        ),
        batch_size=2000,
    )
    deals = Opportunity.objects.bulk_create(
        (
            Opportunity(account=row, name="Deal", amount=dice.randrange(10**7), currency="GBP")
            for row in rows
        ),
        batch_size=2000,
    )
    OpportunityContactRole.objects.bulk_create(
        (
            OpportunityContactRole(
                opportunity=deal,
                contact=contacts[at * PER_ACCOUNT + dice.randrange(PER_ACCOUNT)],
                buying_role="champion",
            )
            for at, deal in enumerate(deals)
        ),
        batch_size=2000,
    )
    Contract.objects.bulk_create(
        (
            Contract(
                account=row,
                number=str(row.pk),
                annual_value=dice.randrange(10**7),
                currency="GBP",
                ends_on=ON + timedelta(days=dice.randrange(400)),
            )
            for row in rows
        ),
        batch_size=2000,
    )


def log(dice: random.Random, ours: list[str]) -> dict[str, list[object]]:
    """Up to a dozen two-way days of the last two years."""
    days = sorted({ON - timedelta(days=dice.randrange(700)) for _ in range(dice.randrange(12))})
    told = [day.isoformat() for day in days]
    return {
        "two_way": list(told),
        "outbound": [],
        "unknown": [],
        "by_ours": [[day, [dice.choice(ours)]] for day in told],
    }


if __name__ == "__main__":
    main()
