"""Playbooks are written, tried, switched on and paused by Operations; runs are their team's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sightline.actions import playbooks as verbs
from sightline.actions.progress import Silent
from sightline.records.models import Account, Contract, Playbook, PlaybookRun, PlaybookTrial, SignIn
from tests import makers

pytestmark = pytest.mark.django_db
STEPS = "0: Ask who decides | call | account owner\n\n14: Send the <offer> | offer | renewal owner"


@pytest.fixture
def operations(client: Client) -> SignIn:
    makers.company()
    row = makers.sign_in("operations")
    client.force_login(row)
    return row


def customer(name: str = "Acme", **values: Any) -> tuple[Account, SignIn]:
    user = makers.crm_user("Dana")
    account = makers.account(name, owner=user, **values)
    makers.tier_result(account, decided_tier=3)
    ends = timezone.now().date() + timedelta(days=60)
    Contract.objects.create(account=account, ends_on=ends)
    return account, makers.sign_in("account_manager", user=user)


def written(client: Client, **form: Any) -> Playbook:
    given = {"name": "Renewals", "trigger": "renewal", "tiers": "3", "steps": STEPS} | form
    answer = client.post(reverse("playbooks:playbook-new"), given)
    assert answer.status_code == 303, answer.content.decode()[:2000]
    return Playbook.objects.latest("pk")


def show(row: Playbook) -> str:
    return reverse("playbooks:playbook-show", args=[row.pk])


def test_the_first_step_writes_the_standard_ones_switched_off(
    client: Client, operations: SignIn
) -> None:
    empty = client.get(reverse("playbooks:list")).content.decode()
    assert "Write the standard seven" in empty
    for _ in range(2):
        client.post(reverse("playbooks:standard-add"))
    assert Playbook.objects.count() == 7 and not Playbook.objects.filter(is_on=True).exists()
    body = client.get(reverse("playbooks:list")).content.decode()
    assert body.count("Not tried yet") == 7 and "Has not run yet." in body


def test_a_playbook_is_tried_then_switched_on_then_paused(
    client: Client, operations: SignIn
) -> None:
    customer()
    row = written(client)
    assert "Send the &lt;offer&gt;" in client.get(show(row)).content.decode()
    switch = reverse("playbooks:playbook-switch", args=[row.pk])
    early = client.post(switch, {"on": "1", "version": row.version})
    assert early.status_code == 422 and "Try it on the whole base first" in early.content.decode()
    client.post(reverse("playbooks:playbook-try", args=[row.pk]))
    verbs.try_playbook(PlaybookTrial.objects.get().pk, job=Silent())
    body = client.get(show(row)).content.decode()
    assert "Would start 1 today." in body and "would have no owner" in body and "Acme" in body
    stale = client.post(switch, {"on": "1", "version": 99})
    assert stale.status_code == 409
    assert client.post(switch, {"on": "1", "version": row.version}).status_code == 303
    row.refresh_from_db()
    assert row.is_on
    client.post(switch, {"on": "0", "version": row.version})
    row.refresh_from_db()
    assert not row.is_on


def test_a_waiting_trial_polls_and_a_fragment_is_its_card_alone(
    client: Client, operations: SignIn
) -> None:
    row = written(client)
    client.post(reverse("playbooks:playbook-try", args=[row.pk]))
    part = client.get(
        show(row), headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    ).content.decode()
    assert 'hx-trigger="every 2s"' in part and "<html" not in part


@pytest.mark.parametrize(
    "form",
    [
        {"name": " "},
        {"steps": "soon: call"},
        {"steps": "0: Call | dance | account owner"},
        {"steps": ""},
        {"trigger": "moon"},
        {"tiers": ""},
        {"threshold": "-3"},
    ],
)
def test_what_is_no_playbook_is_refused_and_typing_is_kept(
    client: Client, operations: SignIn, form: dict[str, str]
) -> None:
    given = {"name": "Kept <name>", "trigger": "renewal", "tiers": "3", "steps": STEPS} | form
    answer = client.post(reverse("playbooks:playbook-new"), given)
    assert answer.status_code == 422 and not Playbook.objects.exists()
    if "name" not in form:
        assert "Kept &lt;name&gt;" in answer.content.decode()


def test_a_share_is_typed_in_per_cent_and_another_edition_is_kept_beside_the_first(
    client: Client, operations: SignIn
) -> None:
    row = written(client, trigger="revenue_drop", threshold="15")
    assert row.editions.get().threshold == pytest.approx(0.15)
    edit = reverse("playbooks:playbook-edit", args=[row.pk])
    assert 'value="15.0"' in client.get(edit).content.decode()
    given = {"name": "Renewals", "trigger": "revenue_drop", "tiers": "3", "threshold": "25"}
    given |= {"steps": STEPS, "version": "1"}
    assert client.post(edit, given).status_code == 303
    assert client.post(edit, given | {"threshold": "30"}).status_code == 409
    body = client.get(show(row)).content.decode()
    assert "down 25% or more" in body and "15" in body


def test_runs_are_seen_and_stopped_by_whoever_plans_the_account(
    client: Client, operations: SignIn
) -> None:
    _, owner = customer()
    row = written(client)
    client.post(reverse("playbooks:playbook-try", args=[row.pk]))
    verbs.try_playbook(PlaybookTrial.objects.get().pk, job=Silent())
    client.post(
        reverse("playbooks:playbook-switch", args=[row.pk]), {"on": "1", "version": row.version}
    )
    verbs.evaluate(job=Silent())
    run = PlaybookRun.objects.get()
    stop = reverse("playbooks:run-stop", args=[run.pk])
    listed = reverse("playbooks:run-list")
    stranger = makers.sign_in("account_manager", user=makers.crm_user())
    client.force_login(stranger)
    assert "Acme" not in client.get(listed).content.decode()
    assert client.post(stop, {"why": "No."}).status_code == 404
    client.force_login(owner)
    assert "Acme" in client.get(listed).content.decode()
    assert client.post(stop, {"why": " "}).status_code == 422
    assert client.post(stop, {"why": "Renewed by telephone"}).status_code == 303
    assert client.post(stop, {"why": "Again"}).status_code == 422
    assert "Renewed by telephone" in client.get(listed + "?ended=1").content.decode()


def test_nobody_but_operations_writes(client: Client, operations: SignIn) -> None:
    row = written(client)
    _, owner = customer()
    client.force_login(owner)
    for name in ("playbook-try", "playbook-switch"):
        assert client.post(reverse(f"playbooks:{name}", args=[row.pk])).status_code == 403
    for name in ("list", "playbook-new"):
        assert client.get(reverse(f"playbooks:{name}")).status_code == 403
    assert client.post(reverse("playbooks:standard-add")).status_code == 403
    client.force_login(operations)
    assert client.get(reverse("playbooks:playbook-switch", args=[row.pk])).status_code == 405
    assert client.get(reverse("playbooks:playbook-show", args=[999999])).status_code == 404


def test_a_thousand_runs_cost_no_more_queries_than_ten(client: Client, operations: SignIn) -> None:
    row = written(client)
    account, owner = customer()
    client.force_login(owner)

    def queries_with(count: int) -> int:
        PlaybookRun.objects.all().delete()
        PlaybookRun.objects.bulk_create(
            PlaybookRun(
                playbook=row,
                edition=1,
                account=account,
                trigger_key=f"k{n}",
                started_on=makers.TODAY,
            )
            for n in range(count)
        )
        with CaptureQueriesContext(
            connection,
        ) as kept:
            assert client.get(reverse("playbooks:run-list")).status_code == 200
        return len(kept)

    assert queries_with(10) == queries_with(1000)
