"""Shares that a leader wants: worked backwards, guarded against stale edits, seen by them alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sightline.records.models import JournalEntry, PlanResult, PortfolioOutcome, SignIn
from tests import makers
from tests.web.analytics.conftest import Team

Enter = Callable[[SignIn], Client]
PAGE, WANT = "/analytics/outcomes", "/analytics/outcomes/set"


def _asked(**values: object) -> dict[str, object]:
    return {"kind": "grr", "share": "95", "tier": "0", "industry": "", "version": "0"} | values


def _bridges() -> None:
    parts = {"baseline": 100_000_00, "churn": -8_000_00, "contraction": -2_000_00}
    PlanResult.objects.update(parts=parts)


def test_less_churn_in_the_first_tier_is_worked_backwards(team: Team, enter: Enter) -> None:
    _bridges()
    client = enter(team.leader)
    assert client.post(WANT, _asked(tier="1")).status_code == 303
    body = client.get(PAGE).content.decode()
    # Helvion alone: 100,000 less 10,000 is 90 %, 5,000 missing
    assert "1 plans open with £100k and are expected at 90.0%." in body
    assert "£5k is missing." in body
    assert "Helvion Industries" in body
    assert "Kova Retail" not in body
    assert JournalEntry.objects.filter(verb="outcome_wanted").count() == 1
    # revenue wanted stands apart
    assert (
        "Say what you want of the accounts you lead" in client.get("/analytics/").content.decode()
    )


@pytest.mark.parametrize("kind", ["nrr", "penetration"])
def test_every_kind_opens(team: Team, enter: Enter, kind: str) -> None:
    _bridges()
    client = enter(team.leader)
    assert client.post(WANT, _asked(kind=kind)).status_code == 303
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("wrong", [{"share": "101"}, {"share": "0"}, {"kind": "fame"}])
def test_nonsense_is_refused(team: Team, enter: Enter, wrong: dict[str, str]) -> None:
    assert enter(team.leader).post(WANT, _asked(**wrong)).status_code == 422
    assert not PortfolioOutcome.objects.exists()


def test_a_stale_edit_keeps_both_values_and_can_be_saved_on_top(team: Team, enter: Enter) -> None:
    client = enter(team.leader)
    client.post(WANT, _asked())
    answer = client.post(WANT, _asked(share="80"))
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "95.00 % stands now" in body
    assert 'value="80"' in body
    assert client.post(WANT, _asked(share="80", version="1")).status_code == 303
    client.post(WANT, _asked(share="", version="2"))
    assert not PortfolioOutcome.objects.exists()


def test_it_is_seen_by_its_leader_alone(team: Team, enter: Enter) -> None:
    enter(team.leader).post(WANT, _asked())
    other = makers.sign_in("leader", user=makers.crm_user("Other", role=makers.crm_role("Else")))
    assert "None yet" in enter(other).get(PAGE).content.decode()
    assert enter(team.seller).get(PAGE).status_code == 403
    assert enter(team.seller).post(WANT, _asked()).status_code == 403
    assert enter(team.leader).get(WANT).status_code == 405
