"""Threads, roles and coverage: what hangs on one person, and who was known elsewhere before."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import (
    Contact,
    HeldRole,
    JournalEntry,
    MapLine,
    Opinion,
    Opportunity,
    OpportunityLine,
    SeenAgain,
)
from tests import makers
from tests.stakeholder_world import meet, world
from tests.web.laid_out import one_line

pytestmark = pytest.mark.django_db


def body_of(client: Client, account_id: int, **asked: str) -> str:
    address = reverse("coverage:show", args=[account_id])
    return client.get(address, asked).content.decode()


def test_what_hangs_on_one_person_is_flagged_with_whom_and_what_to_build(client: Client) -> None:
    one = world()
    makers.contact(one.account, "Dee Oh", title="Planner", reports_to=one.bo)
    client.force_login(one.owner)
    body = body_of(client, one.account.pk)
    assert "single-threaded" in body
    kinds = {f'<span class="small muted">{kind}</span>' for kind in ("Account", "Play", "Renewal")}
    assert not [kind for kind in kinds if kind not in body]
    assert "1.5 effective; Ana Müller 80" in body
    assert "Ana Müller carries 80" in body
    assert "What if Ana Müller left?" in body
    assert "Bo Ek can introduce us" in body
    assert "Make action" in body


def test_missing_roles_are_missing_and_never_none_or_zero(client: Client) -> None:
    one = world()
    makers.tier_result(one.account, decided_tier=1)
    client.force_login(one.owner)
    body = body_of(client, one.account.pk, part="roles")
    for word in ("covered", "missing"):
        assert f">{word}<" in body, word
    assert f'href="/accounts/{one.account.pk}/map#map"' in body


def test_who_is_reached_only_through_whom_is_named_beside_what_goes_with_them(
    client: Client,
) -> None:
    one = world()
    Opinion.objects.create(contact=one.cy, kind="strength", value="2", rater=one.user)
    MapLine.objects.create(kind="only_way", start=one.ana, end=one.cy)
    client.force_login(one.owner)
    body = one_line(body_of(client, one.account.pk, part="keys"))
    row = body.partition('<th scope="row">Ana Müller</th>')[2].partition("</tr>")[0]
    assert '"Reached only through them">Cy<' in row


def test_an_account_without_people_says_so(client: Client) -> None:
    makers.company()
    user = makers.crm_user()
    owner = makers.sign_in("account_manager", user=user)
    account = makers.account(owner=user)
    client.force_login(owner)
    assert "nothing at stake" in body_of(client, account.pk)
    assert ">missing<" in body_of(client, account.pk, part="roles")
    assert "No relationship is known yet" in body_of(client, account.pk, part="keys")
    assert "No contact is logged yet" in body_of(client, account.pk, part="matrix")


def test_one_page_answers_one_question_and_everybody_is_on_some_page(client: Client) -> None:
    one = world()
    names = [f"Person {number:02d}" for number in range(20)]
    for name in names:
        meet(makers.contact(one.account, name), one.user, times=2)
    client.force_login(one.owner)
    first = body_of(client, one.account.pk, part="matrix")
    second = body_of(client, one.account.pk, part="matrix", page="2")
    assert "1–12 of 22" in first
    assert "13–22 of 22" in second
    rows = [f'<th scope="row">{name}<' for name in names]
    assert all((row in first) != (row in second) for row in rows)
    assert "13–22 of 22" in body_of(client, one.account.pk, part="matrix", page="99")
    assert "Required roles" in first and 'id="roles-h"' not in first
    assert 'id="keys-h"' in body_of(client, one.account.pk, part="keys")


def test_too_little_logged_is_said_and_is_no_flag(client: Client) -> None:
    one = world()
    one.ana.activity.delete()
    one.bo.activity.delete()
    client.force_login(one.owner)
    body = body_of(client, one.account.pk)
    assert "too little logged to judge" in body
    assert "data-single" not in body


def test_only_those_who_may_read_opinions_see_it(client: Client) -> None:
    one = world()
    address = reverse("coverage:show", args=[one.account.pk])
    for role, status in (("reader", 403), ("operations", 403), ("account_manager", 404)):
        client.force_login(makers.sign_in(role, user=makers.crm_user()))
        assert client.get(address).status_code == status, role
    client.force_login(one.owner)
    assert client.post(address).status_code == 405
    assert client.get(reverse("coverage:show", args=[999_999])).status_code == 404


def moved(one: object, owner_sees: bool) -> Contact:
    """Somebody who left another customer and now stands in this one under another address."""
    world_ = one
    other = makers.account("Castellan", owner=world_.user if owner_sees else makers.crm_user())  # type: ignore[attr-defined]
    left = makers.contact(
        other, "Bo Ek", title="Senior Buyer", email="bo.ekman@castellan.example", status="left"
    )
    Opinion.objects.create(contact=left, kind="stance", value="against")
    return left


def test_a_leaver_seen_here_is_asked_about_by_those_who_see_both(client: Client) -> None:
    one = world()
    left = moved(one, owner_sees=True)
    client.force_login(one.owner)
    assert "Known from another customer?" in body_of(client, one.account.pk)
    address = reverse("departures:seen-again", args=[one.account.pk])
    sent = {"leaver": str(left.pk), "found": str(one.bo.pk), "answer": "same"}
    assert client.post(address, sent).status_code == 303
    assert client.post(address, sent).status_code == 303
    assert SeenAgain.objects.get().answer == "same"
    assert JournalEntry.objects.filter(verb="say_seen_again").count() == 1
    assert not Opinion.objects.filter(contact=one.bo).exists()
    assert "What was thought of them there stayed there" in body_of(client, one.account.pk)
    client.post(address, {**sent, "answer": "other"})
    assert "Known from another customer?" not in body_of(client, one.account.pk)


def test_who_does_not_see_the_other_account_is_not_asked_and_may_not_answer(
    client: Client,
) -> None:
    one = world()
    left = moved(one, owner_sees=False)
    client.force_login(one.owner)
    assert "Known from another customer?" not in body_of(client, one.account.pk)
    address = reverse("departures:seen-again", args=[one.account.pk])
    sent = {"leaver": str(left.pk), "found": str(one.bo.pk), "answer": "same"}
    assert client.post(address, sent).status_code == 404
    assert client.post(address, {**sent, "answer": "perhaps"}).status_code == 404
    assert client.get(address).status_code == 405
    assert not SeenAgain.objects.exists()


def test_a_unit_with_somebody_who_decides_is_a_buying_centre_checked_on_its_own(
    client: Client,
) -> None:
    one = world()
    plant, depot = makers.unit(one.account, "Lyon plant"), makers.unit(one.account, "Depot")
    Contact.objects.filter(pk=one.ana.pk).update(unit=plant)
    Contact.objects.filter(pk=one.cy.pk).update(unit=depot)
    Opportunity.objects.filter(pk=one.deal.pk).update(unit=plant)
    OpportunityLine.objects.create(
        opportunity=one.deal, product_line=makers.line(), total=10_000_000
    )
    client.force_login(one.owner)
    assert "Buying centre" not in body_of(client, one.account.pk)
    HeldRole.objects.create(contact=one.ana, role="economic_buyer", unit=plant)
    body = one_line(body_of(client, one.account.pk))
    row = next(part for part in body.split("<details")[1:] if "Lyon plant" in part)
    assert "Buying centre" in row and "single-threaded" in row and "Ana Müller" in row
    assert body.count("Buying centre") == 1, "nobody decides in the depot"
