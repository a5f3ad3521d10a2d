"""The joint review: notes become what they are; the pack holds nothing but its allow-list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from sightline.planning.reviews import CUSTOMER_SAFE, JointFacts, customer_pack
from sightline.records.models import (
    Action,
    Asset,
    Company,
    Contact,
    Contract,
    Priority,
    Review,
    Signal,
)
from tests import makers
from tests.web.account import world as worlds
from tests.web.review_room.world import Meeting

pytestmark = pytest.mark.django_db
CANARY = "CANARY"
ALLOWED = {
    ("Account", "name"),
    ("Company", "name"),
    ("ProductLine", "name"),
    ("Unit", "name"),
    ("CrmUser", "name"),
    ("Contact", "name"),
    ("Priority", "words"),
    ("Priority", "said_as"),
    ("Priority", "standing"),
    ("JointNote", "text"),
}
KEPT = {"Review", "Attendance", "Opportunity", "Job", "SignIn", "RoleGrant"}


@pytest.fixture
def joint(client: Client, meeting: Meeting) -> Meeting:
    """A joint review with the customer, planned through its page."""
    client.force_login(meeting.of.seller)
    url = reverse("reviews:plan", args=[meeting.of.account.pk])
    day = (worlds.today() + timedelta(days=3)).isoformat()
    assert client.post(url, {"kind": "joint", "held_on": day}).status_code == 303
    meeting.review = Review.objects.get(kind="joint")
    return meeting


def test_notes_become_priorities_signals_and_promises(client: Client, joint: Meeting) -> None:
    post = joint.url("joint-note")
    who = {"contact": joint.of.champion.pk}
    assert client.post(post, {"kind": "priority", "text": "Less downtime"}).status_code == 422
    client.post(post, {"kind": "priority", "text": "Less downtime"} | who)
    client.post(post, {"kind": "signal", "text": "They hire in Lyon"} | who)
    assert client.post(post, {"kind": "ours", "text": "Send a plan"}).status_code == 422
    day = (worlds.today() + timedelta(days=20)).isoformat()
    client.post(
        post, {"kind": "ours", "text": "Send a plan", "owner": joint.of.owner.pk, "due_on": day}
    )
    client.post(post, {"kind": "theirs", "text": "Name a buyer", "due_on": day} | who)
    assert Priority.objects.get().words == "Less downtime"
    assert Signal.objects.get().contact == joint.of.champion
    assert Action.objects.get().subject == "Send a plan"
    body = client.get(joint.url("pack")).content.decode()
    assert "Less downtime" in body and "Send a plan" in body and "Name a buyer" in body
    assert "They hire in Lyon" not in body
    client.post(joint.url("joint-close"))
    assert client.post(post, {"kind": "signal", "text": "Late"} | who).status_code == 303
    assert Signal.objects.count() == 1


def test_the_pack_names_what_they_use_once_from_contracts_and_assets(
    client: Client, joint: Meeting
) -> None:
    shared = {"account": joint.of.account, "product_line": joint.of.core, "unit": joint.of.unit}
    Contract.objects.create(starts_on="2026-03-01", **shared)
    Asset.objects.create(name="Licence 77", starts_on="2024-02-01", price=1, **shared)
    Asset.objects.create(starts_on="2999-01-01", **shared | {"product_line": joint.of.extra})
    body = client.get(joint.url("pack")).content.decode()
    assert body.count("Core platform") == 1 and "1 Feb 2024" in body
    assert "Licence 77" not in body and "Field mobility" not in body


def test_the_pack_holds_no_field_that_is_not_allowed(client: Client, joint: Meeting) -> None:
    """A canary is planted in every text of every record that the pack could be made from."""
    client.post(
        joint.url("joint-note"),
        {"kind": "priority", "text": "Less downtime", "contact": joint.of.champion.pk},
    )
    planted = 0
    from django.apps import apps

    for model in apps.get_app_config("records").get_models():
        if model.__name__ in KEPT:
            continue
        planted += _plant(model)
    assert planted > 40
    client.force_login(joint.of.seller)
    body = client.get(joint.url("pack")).content.decode()
    assert "Less downtime" in body and CANARY not in body


def _plant(model: type[models.Model]) -> int:
    """How many text fields of a model's rows now hold the canary."""
    fields = [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not field.unique
        and not field.primary_key
        and (model.__name__, field.name) not in ALLOWED
        and (field.max_length is None or field.max_length >= len(CANARY))
    ]
    rows: Any = model._default_manager.all()
    done = 0
    for name in fields:
        if model._default_manager.count() and not _in_a_constraint(model, name):
            rows.update(**{name: CANARY})
            done += 1
    return done


def _in_a_constraint(model: type[models.Model], name: str) -> bool:
    return any(name in getattr(one, "fields", ()) for one in model._meta.constraints) or name in (
        "outside_id",
        "time_zone",
        "currency",
    )


def test_the_rule_takes_only_what_is_listed() -> None:
    rows = {
        section: (dict.fromkeys(fields, "yes") | {"secret": CANARY},)
        for section, fields in CUSTOMER_SAFE.items()
    }
    pack = customer_pack(JointFacts(rows | {"wallet": ({"value": CANARY},)}))
    assert CANARY not in str(pack) and "yes" in str(pack)


def test_who_may_read_and_write_it(client: Client, joint: Meeting) -> None:
    for person, reads, writes in (
        (worlds.granted_reader(joint.of), 200, 403),
        (makers.sign_in("account_manager"), 404, 404),
    ):
        client.force_login(person)
        assert client.get(joint.url("joint")).status_code == reads
        assert client.get(joint.url("pack")).status_code == reads
        assert client.post(joint.url("joint-note")).status_code == writes
        assert client.post(joint.url("joint-close")).status_code == writes
    client.force_login(joint.of.seller)
    assert client.get(joint.url("joint-note")).status_code == 405
    internal = Review.objects.get(kind="review")
    assert client.get(reverse("review_room:pack", args=[internal.pk])).status_code == 404


def test_an_erased_person_is_not_named_in_the_pack(client: Client, joint: Meeting) -> None:
    client.post(
        joint.url("joint-note"),
        {"kind": "priority", "text": "Less downtime", "contact": joint.of.champion.pk},
    )
    assert "Priya Raman" in client.get(joint.url("pack")).content.decode()
    Contact.objects.update(erased_at="2026-01-01T00:00Z")
    assert "Priya Raman" not in client.get(joint.url("pack")).content.decode()
    assert Company.objects.exists()
