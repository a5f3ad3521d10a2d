"""Whose names are offered where somebody saw a competitor."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from sightline.records.models import Account, Cell, CellFact, Competitor, OpportunityCompetitor
from sightline.records.queries.whitespace.said import competitors_by_use
from tests import makers

pytestmark = pytest.mark.django_db


def _holds(account: Account, rival: Competitor, *, ended: bool = False) -> None:
    line = makers.line(f"{account.pk} {rival.name} {ended}")
    cell = Cell.objects.create(account=account, product_line=line)
    CellFact.objects.create(
        cell=cell,
        kind=CellFact.Kind.HOLDER,
        choice="competitor",
        competitor=rival,
        said_on=date(2026, 3, 2),
        ended_at=timezone.now() if ended else None,
    )


def test_names_of_the_account_come_first_then_those_seen_most_then_by_name() -> None:
    here, elsewhere = makers.account("Aldermoor"), makers.account("Brackwater")
    names = ("Zeno", "Yaro", "Once", "Most", "Busy", "Anon")
    rivals = {name: Competitor.objects.create(name=name, key=name.lower()) for name in names}
    _holds(here, rivals["Zeno"])
    _holds(here, rivals["Yaro"])
    _holds(here, rivals["Yaro"], ended=True)
    _holds(here, rivals["Once"], ended=True)
    _holds(elsewhere, rivals["Busy"])
    for name, seen in (("Once", 1), ("Most", 2), ("Zeno", 1)):
        for at in range(seen):
            deal = makers.opportunity(elsewhere, f"{name} {at}")
            OpportunityCompetitor.objects.create(opportunity=deal, competitor=rivals[name])
    expected = ("Zeno", "Yaro", "Most", "Once", "Anon", "Busy")
    assert competitors_by_use(here.pk, most=10) == expected
    assert competitors_by_use(here.pk, most=2) == expected[:2]
