"""Who was invited to a meeting and is no contact: kept by the lead's address, without the lead."""

from __future__ import annotations

from typing import Any

import pytest

from sightline.records.models import SeenAddress
from tests.exchange.imports.test_salesforce_export import ident

pytestmark = pytest.mark.django_db


def test_leads_who_came_to_a_meeting_are_kept_by_address_and_others_are_not(family: Any) -> None:
    leads = [("Zoë", "Quist", "zoe@x.example"), ("Olle", "Dahl", "olle@x.example")]
    family.write(
        "Lead",
        "Id FirstName LastName Email Company",
        [[ident("00Q", n), *one, "Elsewhere"] for n, one in enumerate(leads, start=1)],
    )
    family.write(
        "Event",
        "Id WhatId StartDateTime OwnerId",
        [[ident("00U", 1), ident("001", 1), "2026-01-05 10:00:00", ident("005", 1)]],
    )
    invited = [("00Q", 1, "Accepted"), ("00Q", 2, "Declined"), ("00Q", 9, "New")]
    family.write(
        "EventRelation",
        "Id EventId RelationId Status IsWhat",
        [
            [ident("0RE", at), ident("00U", 1), ident(kind, n), status, "false"]
            for at, (kind, n, status) in enumerate(invited, start=1)
        ],
    )
    family.load()
    row = SeenAddress.objects.get()
    assert (row.address, row.name, row.days) == ("zoe@x.example", "Zoë Quist", ["2026-01-05"])
