"""Own rules: checked with line numbers, tried on plans, switched on, switched off, undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions import challenge_rules, challenges_seen, plan_drafts
from sightline.actions.progress import Silent
from sightline.records.models import ChallengeRules, ChallengeSeen, Job, JournalEntry, WeekOpened
from sightline.records.queries.plan_challenges import plan_challenges
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db
RULE = """[[rule]]
code = "own_renewal_soon"
title = "A renewal is near"
about = "renewal"
when = [ { field = "due", days_ahead_at_most = 120 } ]
money = "acv_up"
plan_says = "It renews by itself."
facts_say = "It is due within 120 days."
way_out = "Call."
"""


@pytest.fixture
def helvion(db: None, client: Client) -> World:
    made = worlds.world()
    client.force_login(makers.sign_in("operations"))
    return made


def at(name: str, *rest: int) -> str:
    return reverse(f"challenge_rules:{name}", args=rest)


def upload(client: Client, text: str) -> Any:
    return client.post(at("upload-set"), {"text": text, "note": "Near renewals"})


def rules_of(world: World) -> dict[str, int | None]:
    assert world.plan is not None
    listed = plan_challenges(world.plan.pk, now=timezone.now())
    return {
        one.rule: one.money.minor if one.money else None for one in (*listed.open, *listed.folded)
    }


def test_a_file_is_tried_on_the_plans_before_it_counts_and_can_be_undone(
    client: Client, helvion: World
) -> None:
    assert upload(client, RULE).status_code == 303
    row = ChallengeRules.objects.get()
    assert "own_renewal_soon" not in rules_of(helvion)
    job = Job.objects.get(name="try_rules")
    challenge_rules.try_rules(job.payload["draft"], now=timezone.now(), job=Silent())
    page = client.get(at("show")).content.decode()
    assert "would fire on 1" in page and "Helvion Industries" in page
    assert client.post(at("adopt", row.pk), {"seen": ""}).status_code == 303
    assert rules_of(helvion)["own_renewal_soon"] == helvion.contract.annual_value
    assert Job.objects.filter(name="refresh_plans").exists()
    off = {"code": "own_renewal_soon", "on": "0", "seen": row.pk}
    assert client.post(at("switch-set"), off).status_code == 303
    assert "own_renewal_soon" not in rules_of(helvion)
    held = ChallengeRules.objects.order_by("-pk")[0]
    assert client.post(at("adopt", row.pk), {"seen": held.pk}).status_code == 303
    assert "own_renewal_soon" in rules_of(helvion)
    assert JournalEntry.objects.filter(verb="adopt_rules").count() == 3


def test_faults_are_shown_on_their_lines_and_what_was_typed_stays(
    client: Client, helvion: World
) -> None:
    wrong = RULE.replace('"due"', '"colour"') + RULE.replace("renewal_soon", "x").replace(
        '"renewal"', '"person"'
    )
    answer = upload(client, wrong)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 5" in body and "Line 13" in body and "colour" in body
    assert not ChallengeRules.objects.exists()
    sent = SimpleUploadedFile("rules.toml", b"\xff\xfe")
    assert client.post(at("upload-set"), {"file": sent}).status_code == 422


def test_a_shipped_rule_is_switched_off_everywhere(client: Client, helvion: World) -> None:
    assert "renewal_without_strategy" in rules_of(helvion)
    sent = {"code": "renewal_without_strategy", "on": "0", "seen": ""}
    assert client.post(at("switch-set"), sent).status_code == 303
    assert "renewal_without_strategy" not in rules_of(helvion)
    assert client.post(at("switch-set"), sent).status_code == 409
    held = ChallengeRules.objects.get().pk
    unknown = {"code": "nonsense", "on": "0", "seen": held}
    assert client.post(at("switch-set"), unknown).status_code == 422
    back = {"code": "renewal_without_strategy", "on": "1", "seen": held}
    client.post(at("switch-set"), back)
    assert "renewal_without_strategy" in rules_of(helvion)


def test_only_operations_may(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    assert client.get(at("show")).status_code == 403
    assert upload(client, RULE).status_code == 403
    client.force_login(makers.sign_in("operations"))
    assert client.get(at("upload-set")).status_code == 405
    assert client.post(at("drop", 999)).status_code == 422
    upload(client, RULE)
    assert client.post(at("drop", ChallengeRules.objects.get().pk)).status_code == 303
    assert not ChallengeRules.objects.exists()


def test_an_open_challenge_is_kept_since_when_and_reminded_by_a_later_monday(
    client: Client, helvion: World
) -> None:
    assert helvion.plan is not None
    first = worlds.today() - timedelta(days=30)
    listed = plan_challenges(helvion.plan.pk, now=timezone.now())
    challenges_seen.keep_seen(helvion.plan.pk, listed, today=first)
    assert ChallengeSeen.objects.count() == len(listed.open) > 0
    WeekOpened.objects.create(sign_in=helvion.seller, monday=worlds.today())
    plan_drafts.refresh_plans(worlds.today(), job=Silent(), only=[helvion.plan.pk])
    row = ChallengeSeen.objects.order_by("-money")[0]
    assert (row.first_seen, row.reminded_on) == (first, worlds.today())


def test_only_a_large_old_and_reminded_contradiction_reaches_the_sponsor(
    client: Client, helvion: World
) -> None:
    assert helvion.plan is not None
    old = worlds.today() - timedelta(days=60)
    values: dict[str, Any] = {"plan": helvion.plan, "first_seen": old, "reminded_on": old}
    rows: list[tuple[str, dict[str, Any]]] = [
        ("Large and old", {"money": 6_000_00}),
        ("Below a tenth", {"money": 4_999_99}),
        ("Too young", {"money": 9_000_00, "first_seen": worlds.today() - timedelta(days=20)}),
        ("Never reminded", {"money": 9_000_00, "reminded_on": None}),
    ]
    for title, own in rows:
        ChallengeSeen.objects.create(key=title, title=title, **{**values, **own})
    client.force_login(worlds.sponsor(helvion))
    body = client.get(reverse("sponsor:show")).content.decode()
    assert [title for title, _own in rows if title in body] == ["Large and old"]


def test_a_rule_comes_as_a_file_too(client: Client, helvion: World) -> None:
    sent = SimpleUploadedFile("rules.toml", RULE.encode())
    assert client.post(at("upload-set"), {"file": sent, "note": "Near"}).status_code == 303
    row = ChallengeRules.objects.get()
    assert client.post(at("adopt", row.pk), {"seen": ""}).status_code == 303
    assert "own_renewal_soon" in rules_of(helvion)


def test_a_shipped_rules_threshold_is_changed_with_a_reason(client: Client, helvion: World) -> None:
    assert "renewal_without_strategy" in rules_of(helvion)
    days = (helvion.contract.ends_on or worlds.today()) - worlds.today()
    for value, fires in ((days.days - 1, False), (days.days, True)):
        sent = {
            "path": "challenges.renewal_days",
            "value": str(value),
            "since": worlds.today().isoformat(),
            "reason": "Ours renew by themselves",
        }
        assert client.post(reverse("settings:number-set"), sent).status_code == 303
        assert ("renewal_without_strategy" in rules_of(helvion)) is fires
