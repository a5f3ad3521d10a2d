"""What each way to see the map keeps in front and says of it: ours, contact, a play, a decision."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from sightline.actions import stakeholders as verbs
from sightline.actions.stakeholders import Decision
from sightline.records.models import Contact, Play
from sightline.records.queries.stakeholders import WriteBack
from sightline.records.scoping import person_of
from sightline.web.pages.stakeholders.crm_words import added_words, writes_words
from tests import makers
from tests.web.account.world import World, today, world

pytestmark = pytest.mark.django_db
CARD = re.compile(r'<g[^>]* class="node"[^>]*>')


@pytest.fixture
def of() -> World:
    found = world()
    who, of_account = person_of(found.seller), found.account.pk
    cfo = makers.contact(found.account, "Zoë Quist", title="Head")
    other = makers.unit(found.account, "Other works")
    line = makers.line("Telematics")
    play = Play.objects.create(account=found.account, name="Roll out", created_on=today())
    now = timezone.now()
    for decision in (Decision(unit_id=other.pk, line_id=line.pk), Decision(play_id=play.pk)):
        verbs.hold_role(who, of_account, cfo.pk, "influencer", of=decision, influence=2, now=now)
    verbs.hold(who, of_account, found.champion.pk, who.crm_user_id or 0, now=now)
    ends = {"start_id": cfo.pk, "end_id": found.champion.pk}
    verbs.draw_line(who, of_account, "matrix", **ends, now=now)
    return found


def shown(of: World, query: str = "") -> tuple[str, set[str]]:
    """The page, and who is not faded on it."""
    client = Client()
    client.force_login(of.seller)
    page = client.get(f"/accounts/{of.account.pk}/map?{query}").content.decode()
    names = {str(one.pk): one.name for one in Contact.objects.filter(account=of.account)}
    front = set()
    for card in CARD.findall(page):
        key = re.search(r'data-key="(\d+)"', card)
        if key and "data-faded" not in card:
            front.add(names[key[1]])
    return page, front


def test_everybody_is_in_front_until_something_is_asked_for(of: World) -> None:
    page, front = shown(of)
    assert front == {"Priya Raman", "Marcus Heidt", "Zoë Quist"}
    assert "Zoë Quist also reports to Priya Raman" in page
    assert "edge-key" not in page


def test_our_people_keep_those_in_front_whom_somebody_holds_and_say_how_many(of: World) -> None:
    page, front = shown(of, "view=coverage")
    assert front == {"Priya Raman"}
    assert "held by one of ours" in page and "held by two of ours or more" in page


def test_contact_keeps_those_in_front_whom_we_met_in_ninety_days(of: World) -> None:
    page, front = shown(of, "view=contact")
    assert front == {"Priya Raman"}
    assert "two-way contact in the last 90 days" in page


def test_a_play_and_a_decision_keep_those_in_front_who_have_a_part(of: World) -> None:
    play = Play.objects.get(name="Roll out")
    _page, front = shown(of, f"play={play.pk}")
    assert front == {"Zoë Quist"}
    held = Contact.objects.get(name="Zoë Quist").held_roles.exclude(unit=None).get()
    page, front = shown(of, f"unit={held.unit_id}&line={held.product_line_id}")
    assert front == {"Zoë Quist"}
    assert "2 faded" in page


def test_what_leaves_for_the_crm_is_said_before_it_does(of: World) -> None:
    page, _front = shown(of)
    assert "Somebody added here is not created in the CRM." in page
    crm = WriteBack("Salesforce", managers=True, roles=True, people=True)
    assert "created in Salesforce at the next exchange" in added_words(crm)
    assert "never with a role or an opinion" in added_words(crm)
    assert "reporting line of somebody from Salesforce is written" in writes_words(crm)
    assert writes_words(None) == ""


def test_every_field_that_operations_switched_on_is_asked_kept_and_shown(of: World) -> None:
    office, client = Client(), Client()
    office.force_login(makers.sign_in("operations"))
    client.force_login(of.seller)
    at = f"/accounts/{of.account.pk}/map/people/{of.champion.pk}"
    said = {
        "standing": "inner",
        "style": "numbers",
        "interests": "Cold chains",
        "communication": "Calls before nine",
    }
    before = client.get(at).content.decode()
    assert "Political standing" not in before and "How to speak with them" not in before
    posted = {"version": "1", "fields": [*said, "wanted"], "roles": ["user"]}
    assert office.post("/settings/map", posted).status_code == 303
    asked = client.get(at).content.decode()
    for field, value in {**said, "wanted": "5"}.items():
        version = re.search(rf'say/{field}" data-version="([^"]*)"', " ".join(asked.split()))
        assert version is not None, field
        answer = client.post(f"{at}/say/{field}", {field: value, "version": version[1]})
        assert answer.status_code in (200, 303), (field, answer.status_code)
    after = client.get(at).content.decode()
    for shown_now in ("Political standing", "Cold chains", "Calls before nine", "wanted"):
        assert shown_now in after, shown_now
