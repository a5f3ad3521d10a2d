"""SWOT is off until Operations asks for it, and every item leads somewhere."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import Company, JournalEntry, PlanRisk, SwotItem
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World
from tests.web.laid_out import one_line

pytestmark = pytest.mark.django_db
TITLE = "Strengths, weaknesses, opportunities, threats"


@pytest.fixture
def helvion(db: None, client: Client) -> World:
    """A plan with a risk, where the section is switched on."""
    of = worlds.world()
    Company.objects.update(plan_fields=["swot"])
    PlanRisk.objects.create(plan=of.plan, words="A tender")
    client.force_login(of.seller)
    return of


def at(name: str, of: World, *rest: int) -> str:
    return reverse(f"assumptions:{name}", args=[of.account.pk, *rest])


def page(client: Client, of: World) -> str:
    answer = client.get(at("show", of))
    assert answer.status_code == 200
    return one_line(answer.content.decode())


def item(of: World, leads_to: str, words: str = "They may tender") -> SwotItem:
    return SwotItem.objects.create(plan=of.plan, kind="threat", words=words, leads_to=leads_to)


def test_it_is_off_until_operations_switches_it_on(client: Client, helvion: World) -> None:
    Company.objects.update(plan_fields=[])
    held = item(helvion, f"opportunity:{helvion.deal.pk}")
    assert TITLE not in page(client, helvion)
    for name, more in (("add", ()), ("set", (1,)), ("remove", (1,)), ("restore", (1,))):
        assert client.post(at(f"swot-{name}", helvion, *more)).status_code == 404
    operations = Client()
    operations.force_login(makers.sign_in("operations"))
    url = reverse("settings:plan-fields-set")
    version = Company.objects.get().version
    assert client.post(url, {"fields": "swot", "version": version}).status_code == 403
    assert operations.post(url, {"fields": "x", "version": version}).status_code == 422
    assert operations.post(url, {"fields": "swot", "version": version}).status_code == 303
    assert operations.post(url, {"version": version}).status_code == 409
    assert JournalEntry.objects.filter(verb="set_plan_fields").exists()
    shown = page(client, helvion)
    assert TITLE in shown and held.words in shown


def test_an_item_without_a_lead_is_refused_with_the_typing_kept(
    client: Client, helvion: World
) -> None:
    sent = {"kind": "threat", "words": "They may tender"}
    for leads_to in ("", "play:9999", "opportunity:x"):
        answer = client.post(at("swot-add", helvion), sent | {"leads_to": leads_to})
        body = answer.content.decode()
        assert answer.status_code == 422
        assert "Say where it leads" in body and 'value="They may tender"' in body
    assert not SwotItem.objects.exists()
    risk = PlanRisk.objects.get()
    whole = sent | {"leads_to": f"risk:{risk.pk}"}
    assert client.post(at("swot-add", helvion), whole).status_code == 303
    row = SwotItem.objects.get()
    assert (row.kind, row.leads_to) == ("threat", f"risk:{risk.pk}")
    assert "leads to Risk:" in page(client, helvion)
    assert JournalEntry.objects.filter(verb="add_swot", account=helvion.account).exists()


def test_who_was_slower_sees_both_and_keeps_the_typing(client: Client, helvion: World) -> None:
    deal = f"opportunity:{helvion.deal.pk}"
    row = item(helvion, deal)
    form = client.get(at("show", helvion), {"swot": row.pk}).content.decode()
    assert at("swot-set", helvion, row.pk) in form and f'value="{deal}" selected' in form
    sent = {"kind": "weakness", "words": "Theirs", "leads_to": deal, "version": 1}
    assert client.post(at("swot-set", helvion, row.pk), sent).status_code == 303
    late = client.post(at("swot-set", helvion, row.pk), sent | {"words": "Mine"})
    body = late.content.decode()
    assert late.status_code == 409 and '<dd dir="auto">Theirs</dd>' in body
    assert 'value="Mine"' in body
    again = sent | {"words": "Mine", "version": 2}
    assert client.post(at("swot-set", helvion, row.pk), again).status_code == 303
    assert SwotItem.objects.get().words == "Mine"
    assert client.post(at("swot-set", helvion, 9999), again).status_code == 404
    assert client.get(at("show", helvion), {"swot": "9999"}).status_code == 404


def test_what_is_taken_away_is_put_back(client: Client, helvion: World) -> None:
    row = item(helvion, f"opportunity:{helvion.deal.pk}")
    assert client.post(at("swot-remove", helvion, row.pk)).status_code == 303
    shown = page(client, helvion)
    assert row.words not in shown and at("swot-restore", helvion, row.pk) in shown
    assert client.post(at("swot-restore", helvion, row.pk)).status_code == 303
    assert row.words in page(client, helvion)


def test_an_item_says_when_what_it_led_to_is_gone(client: Client, helvion: World) -> None:
    deal, risk = helvion.deal, PlanRisk.objects.get()
    item(helvion, f"opportunity:{deal.pk}", "To the deal")
    item(helvion, f"risk:{risk.pk}", "To the risk")
    assert "leads nowhere now" not in page(client, helvion)
    PlanRisk.objects.update(ended_on=worlds.today())
    type(deal).objects.filter(pk=deal.pk).update(is_closed=True, is_won=True)
    shown = page(client, helvion)
    assert shown.count("leads nowhere now") == 1 and "reached" in shown
    type(deal).objects.filter(pk=deal.pk).update(is_won=False)
    assert page(client, helvion).count("leads nowhere now") == 2


def test_only_who_writes_the_plan_writes_it(client: Client, helvion: World) -> None:
    row = item(helvion, f"opportunity:{helvion.deal.pk}")
    for person in (worlds.granted_reader(helvion), worlds.sponsor(helvion)):
        client.force_login(person)
        assert row.words in page(client, helvion)
        for name, more in (("add", ()), ("set", (row.pk,)), ("remove", (row.pk,))):
            assert client.post(at(f"swot-{name}", helvion, *more)).status_code == 403
