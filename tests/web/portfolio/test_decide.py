"""Deciding a tier: accepted, overridden, taken back, refused, and decided meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from sightline.actions import tiers
from sightline.records.models import (
    ImportanceAnswer,
    Job,
    JournalEntry,
    SignIn,
    TierDecision,
    TierMonth,
    TierResult,
)
from sightline.records.scoping import person_of
from tests import makers
from tests.web.laid_out import one_line
from tests.web.portfolio.conftest import Team

Enter = Callable[[SignIn], Client]
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def at(account_id: int, verb: str = "") -> str:
    return f"/portfolio/{account_id}" + (f"/{verb}" if verb else "")


def overriding(**values: str) -> dict[str, str]:
    day = timezone.now().date() + timedelta(days=90)
    return {"tier": "2", "reason": "Reference in hospitals", "lapses_on": day.isoformat(), **values}


def decide(team: Team, tier: str = "accept") -> TierDecision:
    return tiers.accept_tier(
        person_of(team.leader), team.helvion.pk, seen_decision=None, now=timezone.now()
    )


def test_an_accepted_tier_is_decided_journalled_and_can_be_taken_back(
    team: Team, enter: Enter
) -> None:
    client = enter(team.leader)
    answer = client.post(at(team.helvion.pk, "accept"), {"seen": "", "next": "/portfolio/?tier=1"})
    assert (answer.status_code, answer["Location"]) == (303, "/portfolio/?tier=1")
    decision = TierDecision.objects.get()
    assert (decision.tier, decision.kind) == (1, "accept")
    assert JournalEntry.objects.filter(verb="accept_tier", account=team.helvion).exists()
    page = client.get("/portfolio/").content.decode()
    undo = f"/portfolio/decisions/undo?d={decision.pk}"
    assert f'action="{undo}"' in page
    assert client.post(undo).status_code == 303
    assert not TierDecision.objects.filter(superseded_at=None).exists()


def test_an_override_needs_a_reason_and_a_day_to_come(team: Team, enter: Enter) -> None:
    client = enter(team.leader)
    address = at(team.helvion.pk, "override")
    for wrong in ({"reason": " "}, {"lapses_on": "2020-01-01"}, {"tier": "7"}, {"lapses_on": "x"}):
        answer = client.post(address, overriding(**wrong))
        assert answer.status_code == 422, wrong
        assert "needs your attention" in answer.content.decode()
    assert not TierDecision.objects.exists()
    assert client.post(address, overriding()).status_code == 303
    kept = TierDecision.objects.get()
    assert (kept.tier, kept.kind, kept.reason) == (2, "override", "Reference in hospitals")
    page = client.get(at(team.helvion.pk)).content.decode()
    assert "Reference in hospitals" in page
    assert "override" in client.get("/portfolio/").content.decode()


def test_somebody_who_decided_meanwhile_is_named_and_what_was_typed_is_kept(
    team: Team, enter: Enter
) -> None:
    decide(team)
    client = enter(team.leader)
    answer = client.post(at(team.helvion.pk, "override"), overriding(seen=""), headers=FRAGMENT)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Head Leader decided tier 1" in body
    assert 'value="Reference in hospitals"' in body
    assert f'name="seen" value="{TierDecision.objects.get().pk}"' in body
    assert TierDecision.objects.count() == 1
    assert client.post(at(team.helvion.pk, "accept"), {"seen": "99"}).status_code == 409


@pytest.mark.parametrize("verb", ["accept", "override", "importance"])
def test_every_verb_refuses_who_may_not_and_hides_what_is_not_seen(
    team: Team, enter: Enter, verb: str
) -> None:
    values = overriding(reference="1", signal="1", door_opener="1")
    foreign, own = at(team.foreign.pk, verb), at(team.helvion.pk, verb)
    assert enter(team.leader).post(foreign, values).status_code == 404
    assert enter(team.leader).post(at(999_999, verb), values).status_code == 404
    assert enter(team.leader).get(own).status_code == 405
    if verb != "importance":
        assert enter(team.seller).post(own, values).status_code == 403
    for role in ("marketing", "operations"):
        assert enter(makers.sign_in(role)).post(own, values).status_code == 403
    assert not TierDecision.objects.exists()
    assert not ImportanceAnswer.objects.exists()


def test_somebody_with_two_roles_decides_only_below_them(team: Team, enter: Enter) -> None:
    both = makers.sign_in("leader", "marketing", user=makers.crm_user("Lone"))
    assert enter(both).post(at(team.helvion.pk, "accept"), {"seen": ""}).status_code == 403
    assert not TierDecision.objects.exists()


def test_importance_is_three_answers_and_one_reason(team: Team, enter: Enter) -> None:
    client = enter(team.seller)
    address = at(team.kova.pk, "importance")
    page = client.get(at(team.kova.pk)).content.decode()
    assert "the answer could change the tier" in page
    wrong = client.post(address, {"reference": "3", "signal": "2", "reason": "x"})
    assert wrong.status_code == 422
    right = {"reference": "3", "signal": "2", "door_opener": "0", "reason": "Board sponsor"}
    assert client.post(address, right).status_code == 303
    assert sum(ImportanceAnswer.objects.values_list("points", flat=True)) == 5
    assert Job.objects.filter(name="requalify").exists()


def test_several_are_accepted_at_once_and_taken_back_at_once(team: Team, enter: Enter) -> None:
    client = enter(team.leader)
    ticked = {"account": [f"{team.helvion.pk}:", f"{team.kova.pk}:"]}
    assert client.post("/portfolio/accept", ticked).status_code == 303
    made = list(TierDecision.objects.order_by("pk").values_list("pk", flat=True))
    assert len(made) == 2
    page = client.get("/portfolio/").content.decode()
    assert "2 tiers are decided" in page
    client.post("/portfolio/decisions/undo?" + "&".join(f"d={pk}" for pk in made))
    assert not TierDecision.objects.filter(superseded_at=None).exists()


def test_several_at_once_with_one_decided_meanwhile_accepts_none_and_keeps_the_ticks(
    team: Team, enter: Enter
) -> None:
    made = decide(team)
    team.helvion.tier_result.__class__.objects.filter(account=team.helvion).update(to_decide=True)
    client = enter(team.leader)
    ticked = {"account": [f"{team.helvion.pk}:", f"{team.kova.pk}:"]}
    answer = client.post("/portfolio/accept", ticked)
    body = one_line(answer.content.decode())
    assert answer.status_code == 409
    assert "Somebody decided meanwhile" in body
    assert f'value="{team.kova.pk}:" data-key="s" checked' in body
    assert f'value="{team.helvion.pk}:{made.pk}" data-key="s" checked' in body
    assert TierDecision.objects.count() == 1


def test_nothing_ticked_or_something_unseen_decides_nothing(team: Team, enter: Enter) -> None:
    client = enter(team.leader)
    assert client.post("/portfolio/accept", {}).status_code == 422
    unseen = {"account": [f"{team.helvion.pk}:", f"{team.foreign.pk}:"]}
    assert client.post("/portfolio/accept", unseen).status_code == 404
    assert enter(team.seller).post("/portfolio/accept", unseen).status_code == 403
    assert enter(team.leader).get("/portfolio/accept").status_code == 405
    assert not TierDecision.objects.exists()


def test_taking_back_what_is_no_longer_in_force_says_so(team: Team, enter: Enter) -> None:
    client = enter(team.leader)
    assert client.post("/portfolio/decisions/undo?d=77&d=x").status_code == 303
    assert "no longer in force" in client.get("/portfolio/").content.decode()


def test_nobody_takes_back_a_decision_of_another_team(team: Team, enter: Enter) -> None:
    made = decide(team)
    stranger = makers.sign_in("leader", user=makers.crm_user(role=makers.crm_role("Elsewhere")))
    address = f"/portfolio/decisions/undo?d={made.pk}"
    assert enter(stranger).post(address).status_code == 403
    assert TierDecision.objects.filter(superseded_at=None).exists()


def test_the_way_back_never_leaves_this_site(team: Team, enter: Enter) -> None:
    for evil in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"):
        answer = enter(team.leader).post(at(team.kova.pk, "accept"), {"seen": "", "next": evil})
        assert answer["Location"] == "/portfolio/"
        TierDecision.objects.all().delete()


def test_one_account_shows_parts_reasons_and_what_is_missing(team: Team, enter: Enter) -> None:
    body = enter(team.seller).get(at(team.helvion.pk)).content.decode()
    assert "Access hangs on one person" in body
    assert ".25" in body
    assert "Not known: usage" in body
    assert "vulnerability is 0" in body
    assert enter(team.seller).get(at(team.foreign.pk)).status_code == 404
    marketing = enter(makers.sign_in("marketing")).get(at(team.helvion.pk)).content.decode()
    assert "hangs on one person" not in marketing
    assert "Accept tier" not in marketing


def test_one_account_shows_share_attention_and_renewal_side_by_side(
    team: Team, enter: Enter
) -> None:
    row = TierResult.objects.get(account=team.helvion)
    row.wallet, row.revenue, row.attention_share = 1_000_000_00, 310_000_00, Decimal("0.125")
    row.next_renewal_on = makers.TODAY
    row.save()
    body = enter(team.seller).get(at(team.helvion.pk)).content.decode().replace("\xa0", " ")
    assert "Our share of their spend</dt><dd>31%" in one_line(body)
    # 710 of the 1,150 million that all accounts promise
    assert "12.5% of our contact, 61.7% of all potential" in body
    assert "Next renewal" in body


def test_an_account_is_pinned_to_the_side_bar_and_taken_out_again(team: Team, enter: Enter) -> None:
    client = enter(team.seller)
    assert client.post(at(team.kova.pk, "pin")).status_code == 303
    client.post(at(team.kova.pk, "pin"))
    body = client.get(at(team.helvion.pk)).content.decode()
    assert body.count('title="Kova Retail"') == 1
    assert client.post(at(team.foreign.pk, "pin")).status_code == 404
    assert client.get(at(team.kova.pk, "pin")).status_code == 405
    client.post(at(team.kova.pk, "unpin"))
    assert 'title="Kova Retail"' not in client.get(at(team.helvion.pk)).content.decode()


def test_every_accounts_page_tells_its_tiers_with_reasons_newest_first(
    team: Team, enter: Enter
) -> None:
    now = timezone.now()
    first = decide(team)
    TierDecision.objects.filter(pk=first.pk).update(decided_at=now - timedelta(days=400))
    client = enter(team.leader)
    client.post(at(team.helvion.pk, "override"), overriding(seen=str(first.pk)))
    for months_ago, tier in ((2, 2), (1, 1)):
        month = (now - timedelta(days=31 * months_ago)).date().replace(day=1)
        TierMonth.objects.create(
            account=team.helvion, month=month, computed_tier=tier, lenient_tier=tier
        )
    page = one_line(client.get(at(team.helvion.pk)).content.decode())
    told = page.split("2 decisions so far")[1].split("</ol>")[0]
    overridden, accepted = told.split("<li")[1:]
    assert "Overridden" in overridden and "“Reference in hospitals”" in overridden
    assert "(computed: 1)" in overridden and "in force" in overridden
    assert "Accepted" in accepted and "in force" not in accepted
    months = page.split("Month by month")[1]
    assert months.count('<th scope="row">') == 2
    assert "Reference in hospitals" not in enter(team.other).get("/portfolio/").content.decode()
    assert enter(team.other).get(at(team.helvion.pk)).status_code == 404
