"""How long one look at every account takes, and how much memory: see README.md beside this."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sightline.actions.playbooks import PlaybookText

DAY = date(2026, 11, 23)
BATCH = 5000


def main(accounts: int) -> None:
    """Fill, evaluate twice, and say what it took."""
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        fill(accounts)
        look_twice(DAY)


def on_copy(folder: str) -> None:
    """Evaluate every standard playbook over a filled database: a copy, for it is changed."""
    set_up(folder)
    from sightline.actions.playbooks.standard import STANDARD
    from sightline.records.models import Playbook, PlaybookRun, TierResult

    for text in STANDARD:
        if not Playbook.objects.filter(name=text.name).exists():
            switch_on(text)
    # what ran there before would answer today's triggers
    PlaybookRun.objects.all().delete()
    look_twice(TierResult.objects.order_by("-as_of").values_list("as_of", flat=True)[0])


def set_up(folder: str) -> None:
    """A database in a folder, brought to this version."""
    os.environ["SIGHTLINE_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "sightline.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def look_twice(day: date) -> None:
    """Two rounds of a day, and the memory they took."""
    before = peak()
    for name in ("first", "second"):
        look(name, day)
    print(f"peak memory {peak():.0f} MB, {peak() - before:.0f} MB above what was there before")


def switch_on(text: PlaybookText) -> None:
    """A playbook that runs for tier 3."""
    from sightline.records.models import Playbook, PlaybookEdition

    book = Playbook.objects.create(name=text.name, is_on=True)
    steps = [list(step) for step in text.steps]
    PlaybookEdition.objects.create(
        playbook=book, number=1, trigger=text.trigger, steps=steps, tiers=[3]
    )


def fill(accounts: int) -> None:
    """Accounts of tier 3 with a contract, measures and an owner; two playbooks switched on."""
    from sightline.actions.playbooks.standard import STANDARD
    from sightline.records.models import (
        Account,
        AccountMeasures,
        Company,
        Contract,
        CrmUser,
        TierResult,
    )

    Company.objects.create(id=1, name="Benchmark")
    owner = CrmUser.objects.create(name="Owner")
    for start in range(1, accounts + 1, BATCH):
        ids = range(start, min(start + BATCH, accounts + 1))
        Account.objects.bulk_create(
            Account(
                pk=n,
                name=f"A{n}",
                sort_name=f"a{n}",
                owner=owner,
                planning_account_id=n,
            )
            for n in ids
        )
        TierResult.objects.bulk_create(
            TierResult(account_id=n, sort_name=f"a{n}", proposed_tier=3, as_of=DAY, currency="GBP")
            for n in ids
        )
        Contract.objects.bulk_create(
            Contract(account_id=n, ends_on=DAY + timedelta(days=n % 730)) for n in ids
        )
        AccountMeasures.objects.bulk_create(
            AccountMeasures(
                account_id=n,
                r12=(n % 10) * 10,
                r12_before=50,
                currency="GBP",
                as_of=DAY,
                ledger_version=1,
            )
            for n in ids
        )
    for text in (STANDARD[0], STANDARD[2]):
        switch_on(text)


def look(name: str, day: date) -> None:
    """One evaluation with its time."""
    from sightline.actions.playbooks import evaluate
    from sightline.actions.progress import Silent

    began, spent = time.perf_counter(), time.process_time()
    done = evaluate(day, job=Silent())
    took, spent = time.perf_counter() - began, time.process_time() - spent
    print(
        f"{name}: {done.accounts:,} accounts in {took:.1f} s, {spent:.1f} s of CPU, "
        f"{done.started:,} started, {done.ended:,} ended"
    )
    assert name == "first" or done.started == 0


def peak() -> float:
    """The largest resident memory so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else "100000"
    main(int(given)) if given.isdecimal() else on_copy(given)
