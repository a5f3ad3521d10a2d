"""People's data pages: for Operations alone, counted, given out once asked, erased in one act."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import Contact, Job, JournalEntry, Opinion
from sightline.records.queries.people_data import person_data
from sightline.records.scoping import person_of
from sightline.web.pages.privacy.present import kinds
from tests import makers
from tests.stakeholder_world import World, world

pytestmark = pytest.mark.django_db


def signed_in(client: Client) -> World:
    one = world()
    client.force_login(makers.sign_in("operations"))
    return one


def test_a_person_is_found_and_what_is_held_is_counted_without_its_words(client: Client) -> None:
    one = signed_in(client)
    Opinion.objects.create(contact=one.ana, kind="note", value="", reason="very secret words")
    body = client.get(reverse("privacy:show"), {"q": "ana mü"}).content.decode()
    assert reverse("privacy:person", args=[one.ana.pk]) in body
    page = client.get(reverse("privacy:person", args=[one.ana.pk])).content.decode()
    assert "Opinions and notes" in page
    assert "very secret words" not in page
    assert "said so" not in page


def test_every_kind_of_thing_held_has_words() -> None:
    one = world()
    held = person_data(person_of(makers.sign_in("operations")), one.ana.pk)
    assert held is not None and len(held.sections) > 20
    raw = {name.replace("_", " ") for name in held.sections}
    assert not raw & {words for words, _ in kinds(dict.fromkeys(held.sections, 1))}


def test_the_file_is_given_and_that_it_was_is_journalled(client: Client) -> None:
    one = signed_in(client)
    response = client.post(reverse("privacy:export", args=[one.ana.pk]))
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert "person.json" in archive.namelist()
    assert JournalEntry.objects.get(verb="export_person").subject_id == one.ana.pk


def test_erasing_needs_a_confirmation_and_the_version_that_was_seen(client: Client) -> None:
    one = signed_in(client)
    address = reverse("privacy:erase", args=[one.ana.pk])
    assert client.post(address, {"version": "1"}).status_code == 422
    assert client.post(address, {"version": "9", "confirmed": "yes"}).status_code == 409
    assert client.post(address, {"version": "x", "confirmed": "yes"}).status_code == 409
    assert Contact.objects.get(pk=one.ana.pk).erased_at is None
    assert client.post(address, {"version": "1", "confirmed": "yes"}).status_code == 303
    assert Job.objects.get(name="people.erase").payload["contact"] == one.ana.pk
    body = client.get(reverse("privacy:show")).content.decode()
    assert "in work" in body
    assert "Ana Müller" not in body
    assert client.post(address, {"version": "2", "confirmed": "yes"}).status_code == 404


@pytest.mark.parametrize("name", ["person", "export", "erase"])
def test_only_operations_comes_in_and_nobody_unknown_is_there(client: Client, name: str) -> None:
    one = signed_in(client)
    send = client.get if name == "person" else client.post
    assert send(reverse(f"privacy:{name}", args=[999_999])).status_code == 404
    wrong = client.post if name == "person" else client.get
    assert wrong(reverse(f"privacy:{name}", args=[one.ana.pk])).status_code == 405
    client.force_login(one.owner)
    assert send(reverse(f"privacy:{name}", args=[one.ana.pk])).status_code == 403
    assert client.get(reverse("privacy:show")).status_code == 403


def test_a_name_is_found_however_its_words_are_ordered(client: Client) -> None:
    """Names are kept for sorting with the last name first."""
    one = signed_in(client)
    Contact.objects.filter(pk=one.ana.pk).update(sort_name="müller ana")
    for words in ("Ana Müller", "müller", "  MÜLLER   ana "):
        body = client.get(reverse("privacy:show"), {"q": words}).content.decode()
        assert reverse("privacy:person", args=[one.ana.pk]) in body, words
