"""A map of hundreds: at most sixty drawn at first, and everybody at most three keys from the search."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from sightline.records.models import Contact
from tests import makers
from tests.web.account.world import World, world

pytestmark = pytest.mark.django_db
FOUND = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "map-found"}
FIRST = ("Łukasz", "Anna", "Zoë", "Ngọc", "José", "Plato")
LAST = ("Żółć", "Berg", "", "Nguyễn", "O'Brien", "von und zu Habsburg-Lothringen")
# Enter goes to the first found; each arrow down is a key more, the last key is Enter.
WITHIN_THREE = 2


@pytest.fixture
def of() -> World:
    found = world()
    boss = None
    for at in range(84):
        name = f"{FIRST[at % 6]} {LAST[at // 6 % 6]}".strip()
        one = makers.contact(found.account, name, title=f"Head {at}")
        Contact.objects.filter(pk=one.pk).update(reports_to=boss)
        boss = boss or one
    return found


def test_it_opens_with_sixty_and_everybody_is_three_keys_from_the_search(of: World) -> None:
    client = Client()
    client.force_login(of.seller)
    address = f"/accounts/{of.account.pk}/map"
    opened = client.get(address).content.decode()
    assert len(re.findall(r'class="node"', opened)) <= 60
    assert "people drawn" in opened
    people = Contact.objects.filter(account=of.account).values_list("pk", "name", "title")
    for pk, name, title in people[::23]:
        words = f"{name} {title}".translate(str.maketrans("ŁŻółćëọễé", "LZolceoee"))
        answer = client.get(address, {"words": words}, headers=FOUND).content.decode()
        keys = re.findall(r'data-key="(\d+)"', answer)
        assert str(pk) in keys[:WITHIN_THREE], words
    drawn = client.get(address, {"focus": people[80][0]}).content.decode()
    assert f'data-key="{people[80][0]}"' in drawn
    assert len(re.findall(r'class="node"', drawn)) <= 60
