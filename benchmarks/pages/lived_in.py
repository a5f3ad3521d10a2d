"""Fill the rest of a company in use: `./run python -m benchmarks.pages.lived_in`, after `fill`.

The demonstration's copies hold what a CRM knows. This adds what people say here: for each plan three
plays with two cells and three actions, a dozen cells with need and access, five lines of the map,
holders, reviews with items, a dozen entries of the journal, mentions and a question.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

PER_PLAN = {"plays": 3, "cells": 12, "lines": 5, "holders": 3, "entries": 12, "items": 4}
BATCH = 4_000


class Company:
    """What the rows hang on: plans with their owners, people, open deals and units by account."""

    def __init__(self, chance: random.Random) -> None:
        from django.utils import timezone

        from sightline.records import models

        self.chance, self.now = chance, timezone.now()
        self.today = self.now.date()
        self.plans = list(models.Plan.objects.values_list("pk", "account_id", "account__owner_id"))
        self.lines = list(models.ProductLine.objects.values_list("pk", flat=True))
        self.stages = list(models.Stage.objects.values_list("pk", flat=True))
        self.sign_ins = list(models.SignIn.objects.values_list("pk", flat=True))
        self.currency = models.Company.objects.get().reporting_currency
        planned = models.Plan.objects.values("account_id")
        people = models.Contact.objects.filter(account__planning_account_id__in=planned)
        deals = models.Opportunity.objects.filter(
            is_closed=False, account__planning_account_id__in=planned
        )
        self.people = _by(people.values_list("account__planning_account_id", "pk"))
        self.deals = _by(deals.values_list("account__planning_account_id", "pk"))
        self.units = _by(models.Unit.objects.values_list("account_id", "pk"))


def _by(pairs: Iterable[tuple[Any, int]]) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = defaultdict(list)
    for key, one in pairs:
        found[key].append(one)
    return found


def _plays(of: Company) -> Iterator[Any]:
    from sightline.records.models import Play

    for _plan, account, owner in of.plans:
        for at in range(PER_PLAN["plays"]):
            deals = of.deals[account]
            yield Play(
                account_id=account,
                name=f"Play {at}",
                owner_id=owner,
                value=of.chance.randrange(10**7),
                currency=of.currency,
                target_close=of.today + timedelta(days=of.chance.randrange(20, 300)),
                stage_id=of.chance.choice(of.stages),
                created_on=of.today - timedelta(days=of.chance.randrange(200)),
                opportunity_id=deals[at] if at < len(deals) else None,
            )


def _of_plays(of: Company, plays: list[Any]) -> Iterator[Any]:
    from sightline.records.models import Action, PlayCell

    for play in plays:
        for line in of.chance.sample(of.lines, 2):
            yield PlayCell(play=play, product_line_id=line)
        for step in range(3):
            yield Action(
                account_id=play.account_id,
                play=play,
                owner_id=play.owner_id,
                subject=f"Step {step}",
                due_on=of.today + timedelta(days=of.chance.randrange(-10, 60)),
                state=of.chance.choice(["open", "done"]),
            )


def _cells(of: Company) -> Iterator[Any]:
    from sightline.records.models import Cell

    for _plan, account, _owner in of.plans:
        units = [*of.units[account], None]
        drawn = {
            (of.chance.choice(units), of.chance.choice(of.lines)) for _ in range(PER_PLAN["cells"])
        }
        for unit, line in drawn:
            yield Cell(account_id=account, unit_id=unit, product_line_id=line)


def _facts(of: Company, cells: list[Any]) -> Iterator[Any]:
    from sightline.records.models import CellFact

    for cell in cells:
        for kind in ("need", of.chance.choice(["access", "budget"])):
            yield CellFact(
                cell=cell,
                kind=kind,
                level=of.chance.randrange(4),
                text="told in a meeting",
                source="customer",
                said_on=of.today,
                author_id=of.sign_ins[0],
            )


def _people(of: Company) -> Iterator[Any]:
    from sightline.records.models import Holder, MapLine

    for _plan, account, owner in of.plans:
        people = of.people[account]
        pairs = {tuple(sorted(of.chance.sample(people, 2))) for _ in range(5) if len(people) > 1}
        for start, end in pairs:
            yield MapLine(start_id=start, end_id=end, kind="influences")
        for contact in people[: PER_PLAN["holders"]] if owner else ():
            yield Holder(contact_id=contact, user_id=owner)


def _reviews(of: Company) -> Iterator[Any]:
    from sightline.records.models import Review

    for plan, account, _owner in of.plans:
        held, due = of.today - timedelta(days=90), of.chance.randrange(1, 90)
        yield Review(plan_id=plan, account_id=account, state="closed", due_on=held, held_on=held)
        yield Review(plan_id=plan, account_id=account, due_on=of.today + timedelta(days=due))


def _around(of: Company, reviews: list[Any]) -> Iterator[Any]:
    from sightline.records.models import JournalEntry, Mention, Priority, Question, ReviewItem

    for review in reviews:
        for at in range(PER_PLAN["items"] if review.state == "closed" else 0):
            yield ReviewItem(review=review, key=f"k{at}", kind="risk", ending="leave")
    for _plan, account, owner in of.plans:
        ago = of.today - timedelta(days=30)
        yield Priority(account_id=account, link="goal", words="Grow", said_on=ago)
        for _ in range(PER_PLAN["entries"]):
            at = of.now - timedelta(days=of.chance.randrange(300))
            actor = of.chance.choice(of.sign_ins)
            yield JournalEntry(verb="say_need", account_id=account, actor_id=actor, at=at)
        if owner:
            yield Mention(account_id=account, place=f"plan:{account}", named_id=owner)
            yield Question(
                account_id=account,
                subject_kind="account",
                words="Why?",
                asked_of_id=owner,
                due_on=of.today + timedelta(days=of.chance.randrange(-5, 20)),
            )


def _put(rows: Iterable[Any]) -> list[Any]:
    """Store rows of any models, each model's in its order; says how many."""
    from django.db import transaction

    kinds: dict[type[Any], list[Any]] = defaultdict(list)
    for row in rows:
        kinds[type(row)].append(row)
    for model, held in kinds.items():
        with transaction.atomic():
            model._base_manager.bulk_create(held, batch_size=BATCH)
        print(f"{model.__name__}: {len(held):,}")
    return [row for held in kinds.values() for row in held]


def main() -> None:
    """Add all of it, and have the database count its rows again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")
    import django

    django.setup()
    from sightline.actions.upkeep import refresh_statistics

    of = Company(random.Random(3))
    _put(_of_plays(of, _put(_plays(of))))
    _put(_facts(of, _put(_cells(of))))
    _put(_people(of))
    _put(_around(of, _put(_reviews(of))))
    refresh_statistics()


if __name__ == "__main__":
    main()
