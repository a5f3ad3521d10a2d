"""A target in parts: the sum is the target, the split adds up, and nobody's typing is lost."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import JournalEntry, Plan, TargetPart
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db


def page(of: World) -> str:
    return reverse("plan:target-parts", args=[of.account.pk])


def send(client: Client, of: World, *rows: dict[str, object], version: int = 1):  # type: ignore[no-untyped-def]
    sent: dict[str, object] = {
        "version": version,
        "part-TOTAL_FORMS": len(rows),
        "part-INITIAL_FORMS": 0,
    }
    for number, row in enumerate(rows):
        sent |= {f"part-{number}-{name}": value for name, value in row.items()}
    return client.post(reverse("plan:target-parts-set", args=[of.account.pk]), sent)


def test_the_target_becomes_the_sum_of_its_parts(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    answer = send(
        client,
        helvion,
        {"kind": "retain", "amount": "40000"},
        {"kind": "expand", "unit": helvion.unit.pk, "line": helvion.extra.pk, "amount": "2500.50"},
        {"kind": "", "amount": ""},
    )
    assert answer.status_code == 303
    plan = Plan.objects.get()
    assert (plan.target, plan.target_source, plan.version) == (42_500_50, "person", 2)
    assert TargetPart.objects.count() == 2
    assert JournalEntry.objects.get(verb="set_target_parts").changes["parts"] == [0, 2]
    body = client.get(page(helvion)).content.decode()
    for words in ("By kind", "By unit", "By product line", "Manufacturing", "Field mobility"):
        assert words in body
    whole = reverse("plan:target-set", args=[helvion.account.pk])
    refused = client.post(whole, {"target": "1", "version": 2})
    assert refused.status_code == 422 and "sum of its parts" in refused.content.decode()
    assert send(client, helvion, version=2).status_code == 303
    assert (Plan.objects.get().target, TargetPart.objects.count()) == (42_500_50, 0)


def test_two_divisions_at_once_keep_both(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    send(client, helvion, {"kind": "retain", "amount": "40000"})
    answer = send(client, helvion, {"kind": "expand", "amount": "777"}, version=1)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "£40,000.00" in body and 'value="777"' in body and 'name="version" value="2"' in body
    assert Plan.objects.get().target == 40_000_00


@pytest.mark.parametrize(
    "rows",
    [
        [{"kind": "", "amount": "5"}],
        [{"kind": "retain", "amount": ""}],
        [{"kind": "luck", "amount": "5"}],
        [{"kind": "retain", "amount": "5", "unit": "999999"}],
        [{"kind": "retain", "amount": "5"}, {"kind": "retain", "amount": "6"}],
    ],
)
def test_what_cannot_be_a_part_is_refused_and_kept(
    client: Client, helvion: World, rows: list[dict[str, object]]
) -> None:
    client.force_login(helvion.seller)
    assert send(client, helvion, *rows).status_code == 422
    assert Plan.objects.get().target == 50_000_00 and not TargetPart.objects.exists()


def test_who_may_divide_a_target(client: Client, helvion: World) -> None:
    for person, read, write in (
        (worlds.granted_reader(helvion), 200, 403),
        (makers.sign_in("marketing"), 403, 403),
        (makers.sign_in("account_manager"), 404, 404),
    ):
        client.force_login(person)
        assert client.get(page(helvion)).status_code == read
        assert send(client, helvion, {"kind": "retain", "amount": "5"}).status_code == write
    client.force_login(helvion.seller)
    assert client.post(page(helvion)).status_code == 405
    assert client.get(reverse("plan:target-parts", args=[999_999])).status_code == 404
