"""Answering an act: done, snoozed, not relevant, taken back; by whom and with what refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import Action, Contract, JournalEntry, MondayAnswer, WeekOpened
from sightline.records.queries.week.answers import monday_of
from tests import makers
from tests.web.monday.conftest import Week, tiered

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def answer(client: Client, act: str, said: str = "done", **more: Any) -> Any:
    headers = more.pop("headers", {})
    form = {"act": act, "answer": said, **more}
    return client.post(reverse("monday:act-answer"), form, headers=headers)


def renewal(week: Week) -> str:
    return f"renewal:contract:{week.contract.pk}"


@pytest.fixture
def signed(client: Client, week: Week) -> Client:
    client.force_login(week.person)
    return client


def test_done_leaves_the_list_and_can_be_taken_back(signed: Client, week: Week) -> None:
    assert answer(signed, renewal(week)).status_code == 303
    body = signed.get("/").content.decode()
    assert 'value="renewal:contract' not in body
    assert "1 answered" in body and "Done for this week." in body
    kept = MondayAnswer.objects.get()
    undone = signed.post(reverse("monday:answer-undo", args=[kept.pk]))
    assert undone.status_code == 303
    assert 'value="renewal:contract' in signed.get("/").content.decode()
    verbs = JournalEntry.objects.filter(subject_kind="mondayanswer").values_list("verb", flat=True)
    assert sorted(verbs) == ["answer_monday", "undo_monday"]


def test_a_fragment_is_answered_with_the_list_and_the_undo(signed: Client, week: Week) -> None:
    found = answer(signed, renewal(week), headers=FRAGMENT)
    assert found.status_code == 200
    body = found.content.decode()
    assert "<html" not in body
    assert reverse("monday:answer-undo", args=[MondayAnswer.objects.get().pk]) in body
    again = signed.post(
        reverse("monday:answer-undo", args=[MondayAnswer.objects.get().pk]), headers=FRAGMENT
    )
    assert 'hx-swap-oob="innerHTML:#week"' in again.content.decode()


def many(week: Week) -> None:
    for number in range(10):
        account = makers.account(f"Many {number}", owner=week.owner)
        tiered(account, tier=1)
        Contract.objects.create(
            account=account,
            number=f"M{number}",
            ends_on=week.today + timedelta(days=30),
            annual_value=(20 - number) * 1_000_00,
            currency="GBP",
        )


def ranks(client: Client) -> int:
    body = client.get("/").content.decode()
    return sum(f'aria-hidden="true">{rank}</span>' in body for rank in range(1, 8))


def test_what_is_done_is_not_replaced_in_the_same_week(signed: Client, week: Week) -> None:
    many(week)
    assert ranks(signed) == 7
    answer(signed, renewal(week))
    assert ranks(signed) == 6


def test_what_is_snoozed_makes_room_for_the_next_best(signed: Client, week: Week) -> None:
    many(week)
    until = (week.today + timedelta(days=3)).isoformat()
    answer(signed, renewal(week), "snoozed", until=until)
    assert ranks(signed) == 7
    assert MondayAnswer.objects.get().until == week.today + timedelta(days=3)


def test_what_was_done_last_week_is_asked_again_and_counted(signed: Client, week: Week) -> None:
    answer(signed, renewal(week))
    before = week.today - timedelta(days=week.today.weekday() + 7)
    MondayAnswer.objects.update(monday=before)
    WeekOpened.objects.update(monday=before)
    body = signed.get("/").content.decode()
    assert 'value="renewal:contract' in body
    assert "1 of 2 acts done" in body


def test_not_relevant_needs_a_reason_and_keeps_what_was_typed(signed: Client, week: Week) -> None:
    refused = answer(signed, renewal(week), "not_relevant", reason="  ")
    assert refused.status_code == 422
    assert "Say why it is not relevant" in refused.content.decode()
    assert not MondayAnswer.objects.exists()


def test_not_relevant_holds_until_there_is_another_reason(signed: Client, week: Week) -> None:
    answer(signed, renewal(week), "not_relevant", reason="Merges next year")
    last_year = week.today - timedelta(days=week.today.weekday() + 70)
    MondayAnswer.objects.update(monday=last_year)
    assert 'value="renewal:contract' not in signed.get("/").content.decode()
    MondayAnswer.objects.update(evidence="renewal_milestone")
    assert 'value="renewal:contract' in signed.get("/").content.decode()


def test_judging_kinds_not_relevant_lowers_them_from_the_next_week_on(
    signed: Client, week: Week
) -> None:
    act = renewal(week)
    said = {"account": week.account, "sign_in": week.person, "answer": "not_relevant"}
    for number in range(4):
        MondayAnswer.objects.create(
            **said, act_key=f"renewal:contract:9{number}", monday=monday_of(week.today)
        )
    page = f"{reverse('monday:show')}?open={week.account.pk}"
    assert "judged some not relevant" not in signed.get(page).content.decode()
    MondayAnswer.objects.update(monday=monday_of(week.today) - timedelta(days=7))
    shown = signed.get(page).content.decode()
    assert act in shown and "judged some not relevant" in shown and "× 0.50" in shown


def test_the_journal_holds_no_free_text_about_people(signed: Client, week: Week) -> None:
    answer(signed, renewal(week), "not_relevant", reason="Priya dislikes us")
    assert not JournalEntry.objects.filter(note__contains="Priya").exists()


@pytest.mark.parametrize("days", [0, -1, 400])
def test_snoozing_is_until_a_day_ahead_within_a_year(signed: Client, week: Week, days: int) -> None:
    until = (week.today + timedelta(days=days)).isoformat()
    refused = answer(signed, renewal(week), "snoozed", until=until)
    assert refused.status_code == 422
    assert until in refused.content.decode()


@pytest.mark.parametrize(
    "form", [{"until": "soon", "said": "snoozed"}, {"said": "maybe"}, {"said": ""}]
)
def test_nonsense_is_refused(signed: Client, week: Week, form: dict[str, str]) -> None:
    values = dict(form)
    assert answer(signed, renewal(week), values.pop("said"), **values).status_code == 422


@pytest.mark.parametrize("act", ["renewal:contract:999999", "step:action-x", "nothing"])
def test_an_act_that_is_not_asked_is_a_conflict(signed: Client, week: Week, act: str) -> None:
    assert answer(signed, act).status_code == 409
    assert not MondayAnswer.objects.exists()


def test_answering_twice_is_a_conflict_and_keeps_the_first(signed: Client, week: Week) -> None:
    answer(signed, renewal(week))
    assert answer(signed, renewal(week), "not_relevant", reason="No").status_code == 409
    assert MondayAnswer.objects.get().answer == "done"


def test_an_answer_of_somebody_else_is_not_found(signed: Client, week: Week) -> None:
    answer(signed, renewal(week))
    other = Client()
    other.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    address = reverse("monday:answer-undo", args=[MondayAnswer.objects.get().pk])
    assert other.post(address).status_code == 404
    assert MondayAnswer.objects.get().undone_at is None


def test_an_act_on_an_account_one_may_not_see_is_not_asked(week: Week) -> None:
    other = Client()
    other.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert answer(other, renewal(week)).status_code == 409
    assert not MondayAnswer.objects.exists()


@pytest.mark.parametrize("role", ["reader", "marketing", "operations"])
def test_roles_without_a_plan_are_refused(client: Client, week: Week, role: str) -> None:
    client.force_login(makers.sign_in(role))
    assert answer(client, renewal(week)).status_code == 403


@pytest.mark.parametrize("name", ["monday:act-answer", "monday:hours-set"])
def test_verbs_are_posted(signed: Client, name: str) -> None:
    assert signed.get(reverse(name)).status_code == 405


def test_done_finishes_an_action_made_here_and_undo_opens_it_again(
    signed: Client, week: Week
) -> None:
    answer(signed, f"step:action-{week.action.pk}")
    week.action.refresh_from_db()
    assert (week.action.state, week.action.done_on) == (Action.State.DONE, week.today)
    signed.post(reverse("monday:answer-undo", args=[MondayAnswer.objects.get().pk]))
    week.action.refresh_from_db()
    assert (week.action.state, week.action.done_on) == (Action.State.OPEN, None)


def test_an_action_of_the_crm_stays_as_the_crm_has_it(signed: Client, week: Week) -> None:
    from sightline.records.models import Source

    Action.objects.update(source=Source.objects.create(kind="salesforce", name="Org"))
    answer(signed, f"step:action-{week.action.pk}")
    week.action.refresh_from_db()
    assert week.action.state == Action.State.OPEN


def test_the_hours_set_how_much_is_chosen(signed: Client, week: Week) -> None:
    assert signed.post(reverse("monday:hours-set"), {"hours": "0.25"}).status_code == 303
    week.person.refresh_from_db()
    assert week.person.weekly_minutes == 15
    body = signed.get("/").content.decode()
    assert 'aria-hidden="true">1</span>' not in body
    assert "Best not chosen:" in body


@pytest.mark.parametrize("hours", ["-1", "41", "many", ""])
def test_hours_that_no_week_has_are_refused(signed: Client, week: Week, hours: str) -> None:
    refused = signed.post(reverse("monday:hours-set"), {"hours": hours})
    assert refused.status_code == 422
    week.person.refresh_from_db()
    assert week.person.weekly_minutes == 360
