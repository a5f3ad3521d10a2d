"""Trying weights changes nothing; adopting them is for Operations, dated, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from sightline.actions.progress import Silent
from sightline.actions.qualifying import requalify
from sightline.planning.parameters import load_defaults
from sightline.planning.tiering import propose_tiers
from sightline.records.models import (
    Account,
    Job,
    JournalEntry,
    ParameterOverride,
    SignIn,
    TierResult,
)
from sightline.records.queries.trying import kept_facts
from tests import makers
from tests.web.portfolio.conftest import PARTS, Team

Enter = Callable[[SignIn], Client]
TRY = "/portfolio/try"


@pytest.fixture
def many(team: Team) -> None:
    for number in range(8):
        account = makers.account(f"Filler {number}", owner=team.user)
        makers.tier_result(
            account,
            potential=300_000_000 - number,
            vulnerability=25,
            parts=PARTS,
            computed_tier=1,
            proposed_tier=1,
        )


def test_the_facts_read_back_give_the_tiers_that_were_computed(team: Team, many: None) -> None:
    TierResult.objects.all().delete()
    from sightline.records.models import AccountMeasures

    for number, account in enumerate(Account.objects.all()):
        AccountMeasures.objects.create(
            account=account,
            r12=1000 * (number + 1),
            r12_before=3000,
            r24=1,
            currency="GBP",
            as_of=makers.TODAY,
            ledger_version=1,
            acv=1000,
            gap_alarm=number % 2 == 0,
        )
    requalify(makers.TODAY, job=Silent())
    parameters = load_defaults()
    kept = kept_facts(parameters=parameters)
    again = propose_tiers(kept.facts, parameters=parameters)
    stored = {row.account_id: row for row in TierResult.objects.all()}
    for place, key in enumerate(kept.account_ids):
        assert again.proposed[place] == stored[key].proposed_tier
        assert again.computed[place] == stored[key].computed_tier
        assert round(float(again.axes.vulnerability[place])) == stored[key].vulnerability


def test_other_numbers_show_who_would_move_and_store_nothing(
    team: Team, many: None, enter: Enter
) -> None:
    body = enter(team.leader).get(TRY + "?tier1=1").content.decode()
    assert "Kova Retail" in body
    assert "Adopt" not in body
    assert not ParameterOverride.objects.exists()
    assert not Job.objects.exists()
    assert "These numbers are in force" not in body


def test_accounts_of_others_are_counted_and_not_named(team: Team, many: None, enter: Enter) -> None:
    Account.objects.filter(name="Foreign Bank").update(owner=team.user)
    TierResult.objects.filter(account=team.foreign).update(owner=team.user, potential=500_000_000)
    body = enter(team.leader).get(TRY + "?tier1=1").content.decode()
    assert "Foreign Bank" not in body
    assert "of others" in body


def test_numbers_that_make_no_sense_together_are_refused_in_words(team: Team, enter: Enter) -> None:
    answer = enter(team.leader).get(TRY + "?potential=0.9&floor=0.6")
    assert answer.status_code == 200
    assert "The floor lies at or beyond" in answer.content.decode()
    for odd in ("?tier1=x", "?tier1=nan", "?tier1=1e999", "?reference=-4", "?potential="):
        assert enter(team.leader).get(TRY + odd).status_code == 200


def test_marketing_sees_how_many_would_move_and_neither_whose_nor_money(
    team: Team, many: None, enter: Enter
) -> None:
    body = enter(makers.sign_in("marketing")).get(TRY + "?tier1=1").content.decode()
    assert "Kova Retail" not in body
    assert "£" not in body
    assert "of others" in body
    assert 'href="/portfolio/try"' not in enter(team.seller).get("/portfolio/").content.decode()


def test_operations_adopts_with_a_reason_from_a_day_on(team: Team, enter: Enter) -> None:
    client = enter(makers.sign_in("operations"))
    values = {"tier1": "3", "signal": "2", "since": "2026-12-01"}
    assert client.post(TRY + "/adopt", values).status_code == 422
    assert not ParameterOverride.objects.exists()
    answer = client.post(TRY + "/adopt", {**values, "reason": "Smaller team"})
    assert answer.status_code == 303
    kept = {row.path: row for row in ParameterOverride.objects.all()}
    assert kept["tiering.capacity_tier_1"].value == 3
    assert kept["tiering.importance_weights"].value == {
        "reference": 1.0,
        "signal": 2.0,
        "door_opener": 1.0,
    }
    assert {row.since for row in kept.values()} == {date(2026, 12, 1)}
    assert JournalEntry.objects.filter(verb="adopt_number").count() == 2
    assert Job.objects.filter(name="requalify").exists()


def test_only_operations_adopts(team: Team, enter: Enter) -> None:
    values = {"tier1": "3", "reason": "x", "since": "2026-12-01"}
    assert enter(team.leader).post(TRY + "/adopt", values).status_code == 403
    assert enter(makers.sign_in("operations")).get(TRY + "/adopt").status_code == 405
    assert not ParameterOverride.objects.exists()


def test_before_anything_is_computed_there_is_nothing_to_try(enter: Enter, db: None) -> None:
    body = enter(makers.sign_in("operations")).get(TRY).content.decode()
    assert "Nothing to try on yet" in body
