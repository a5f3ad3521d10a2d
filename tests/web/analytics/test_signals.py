"""The feed of signals: whose, in which order, narrowed, kept under a name, and as a file."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from sightline.records.models import Account, SavedView, Signal
from tests import makers
from tests.web.analytics.conftest import Team
from tests.web.analytics.test_show import Enter, text

FEED = "/analytics/signals"


def raised(account: Account, kind: str, days_ago: int = 1, **values: object) -> Signal:
    given = {"subject": "account", "source": "ledger", "facts": {"text": f"because of {kind}"}}
    return Signal.objects.create(
        account=account,
        kind=kind,
        key=f"{kind}-{days_ago}",
        observed_on=date.today() - timedelta(days=days_ago),
        **(given | values),
    )


def test_the_feed_tells_reason_and_source_newest_first(team: Team, enter: Enter) -> None:
    raised(team.kova, "usage_down", 9, source="usage")
    raised(team.helvion, "off_trend", 2, money=12_000_00, currency="GBP")
    body = text(enter(team.leader), FEED)
    assert body.index("Because of off_trend") < body.index("Because of usage_down")
    assert "Revenue lines" in body
    assert "£12k" in body


def test_signals_of_others_ended_and_put_aside_are_not_there(team: Team, enter: Enter) -> None:
    raised(team.foreign, "off_trend")
    raised(team.helvion, "usage_down", ended_on=date.today())
    raised(team.kova, "serious_cases", dismissed_at="2026-01-01T00:00Z")
    raised(team.kova, "renewal_in_sight", 181)
    assert "No signal here" in text(enter(team.leader), FEED)
    assert "because of" not in enter(team.leader).get(f"{FEED}.csv").getvalue().decode()


def test_a_signal_that_rests_on_a_hidden_account_is_not_shown(team: Team, enter: Enter) -> None:
    raised(team.helvion, "off_trend", facts={"text": "secret", "accounts": [team.foreign.pk]})
    assert "secret" not in text(enter(team.leader), FEED).lower()


def test_the_feed_is_narrowed_by_kind_tier_and_owner(team: Team, enter: Enter) -> None:
    raised(team.helvion, "off_trend")
    raised(team.kova, "usage_down")
    client = enter(team.leader)
    assert "Kova Retail" not in text(client, f"{FEED}?kind=off_trend")
    assert "Helvion Industries" not in text(client, f"{FEED}?tier=2")
    assert "Kova Retail" in text(client, f"{FEED}?owner={team.kova.owner_id}")
    assert "No signal here" in text(client, f"{FEED}?owner=999999&page=x&tier=7")


def test_files_hold_what_is_listed(team: Team, enter: Enter) -> None:
    raised(team.helvion, "off_trend", money=12_000_00, currency="GBP")
    client = enter(team.leader)
    assert "12000" in client.get(f"{FEED}.csv").getvalue().decode("utf-8-sig")
    assert client.get(f"{FEED}.xlsx").content[:2] == b"PK"
    assert client.get(f"{FEED}.pdf").status_code == 404
    assert client.post(FEED).status_code == 405


@pytest.mark.parametrize("role", ["marketing", "operations"])
def test_who_may_not_read_plans_sees_no_signal(team: Team, enter: Enter, role: str) -> None:
    raised(team.helvion, "off_trend")
    answer = enter(makers.sign_in(role)).get(FEED)
    assert answer.status_code == 403 or "because of" not in answer.content.decode().lower()


def test_a_list_is_kept_under_a_name_and_removed_again(team: Team, enter: Enter) -> None:
    client = enter(team.leader)
    given = {"page": "analytics-signals", "query": "kind=off_trend&x=1", "name": "Off"}
    assert client.post("/analytics/views", given).status_code in {302, 303}
    view = SavedView.objects.get()
    assert view.query == "kind=off_trend"
    assert "kind=off_trend" in text(client, FEED)
    assert enter(team.seller).post(f"/analytics/views/{view.pk}/remove").status_code == 404
    assert enter(team.leader).post(f"/analytics/views/{view.pk}/remove").status_code in {302, 303}
    assert not SavedView.objects.exists()


def test_nonsense_is_not_kept(team: Team, enter: Enter) -> None:
    client = enter(team.leader)
    assert client.post("/analytics/views", {"page": "x", "name": "A"}).status_code == 404
    client.post("/analytics/views", {"page": "analytics-plans", "name": " "})
    assert not SavedView.objects.exists()
    assert client.get("/analytics/views").status_code == 405


def test_the_feed_reads_as_often_for_many_as_for_few(
    team: Team, enter: Enter, django_assert_max_num_queries: object
) -> None:
    for number in range(60):
        raised(team.helvion, "off_trend", number)
    client = enter(team.leader)
    text(client, FEED)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert text(client, FEED).count("Because of") == 50
    assert text(client, f"{FEED}?page=2").count("Because of") == 10


def test_jumps_are_told_from_falls(team: Team, enter: Enter) -> None:
    for name, share in (("Core", 0.4), ("Tools", -0.5)):
        Signal.objects.create(
            account=team.helvion,
            kind="off_trend",
            key=f"line:{name}",
            subject=name,
            observed_on=date.today(),
            source="ledger",
            facts={"text": "R12 moved", "share": share},
        )
    client = enter(team.leader)
    both = client.get("/analytics/signals").content.decode()
    assert "Core jumped off its trend" in both
    assert "Tools fell off its trend" in both
    fell = client.get("/analytics/signals?kind=fell").content.decode()
    assert "Tools fell" in fell
    assert "Core jumped" not in fell


def test_owners_are_chosen_from_a_list_or_by_a_part_of_their_name(team: Team, enter: Enter) -> None:
    raised(team.helvion, "off_trend")
    client = enter(team.leader)
    body = text(client, FEED)
    assert f'<option value="{team.helvion.owner_id}"' in body
    assert "Mei Tan" not in body  # who owns nothing that is open
    assert "Helvion" in text(client, f"{FEED}?owner_name=whitf")
    assert "No signal here" in text(client, f"{FEED}?owner_name=nobody")


def test_a_question_is_put_from_a_signal_and_from_a_figure(team: Team, enter: Enter) -> None:
    raised(team.helvion, "off_trend")
    client = enter(team.leader)
    put = reverse("asks:question-put", args=[team.helvion.pk])
    assert f'href="{put}"' in text(client, FEED)
    assert f'href="{put}?kind=figure&amp;key=gap"' in text(client, "/analytics/plans")
    held = text(client, "/analytics/behind/accounts-acv")
    assert f'href="{put}?kind=figure&amp;key=acv"' in held
