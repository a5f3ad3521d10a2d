"""Beside the week: what one is asked, and steps of playbooks, done in one click."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import (
    Action,
    Playbook,
    PlaybookEdition,
    PlaybookRun,
    PlaybookStep,
    Question,
)
from tests import makers
from tests.web.monday.conftest import Week

pytestmark = pytest.mark.django_db


def step(week: Week, subject: str, *, days: int) -> Action:
    """An own step of a playbook on an account of tier 3."""
    account = makers.account(f"Small {subject}", owner=week.owner)
    book, _ = Playbook.objects.get_or_create(name="Renewals")
    PlaybookEdition.objects.get_or_create(playbook=book, number=1, trigger="renewal")
    run = PlaybookRun.objects.create(
        playbook=book, edition=1, account=account, trigger_key=subject, started_on=week.today
    )
    action = Action.objects.create(
        account=account, owner=week.owner, subject=subject, due_on=week.today + timedelta(days)
    )
    PlaybookStep.objects.create(run=run, place=0, action=action)
    return action


def test_steps_due_this_week_are_there_and_done_in_one_click(client: Client, week: Week) -> None:
    action = step(week, "Ask who decides", days=-1)
    step(week, "Much later", days=30)
    client.force_login(week.person)
    body = client.get(reverse("monday:show")).content.decode()
    assert "Ask who decides" in body and "Much later" not in body
    done = reverse("monday:step-done", args=[action.pk])
    assert client.post(done, {"version": "9"}).status_code == 409
    assert client.post(done, {"version": action.version}).status_code == 303
    assert "Ask who decides" not in client.get(reverse("monday:show")).content.decode()
    assert client.get(done).status_code == 405
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert client.post(done, {"version": "1"}).status_code == 404


def test_what_is_asked_of_oneself_stands_beside_the_week(client: Client, week: Week) -> None:
    Question.objects.create(
        account=week.account,
        subject_kind="account",
        words="Who signs <there>?",
        asked_of=week.owner,
        due_on=week.today,
    )
    client.force_login(week.person)
    body = client.get(reverse("monday:show")).content.decode()
    assert "Who signs &lt;there&gt;?" in body and reverse("asks:show") in body
