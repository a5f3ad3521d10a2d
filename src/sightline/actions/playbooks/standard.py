"""Playbooks to begin with, one for each trigger: written switched off, to be changed and tried."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sightline.actions.playbooks.write import PlaybookText, write_playbook
from sightline.records.models import Playbook
from sightline.records.scoping import Person

OWNER, SUCCESS, RENEWAL = "account_owner", "customer_success", "renewal_owner"
STANDARD = (
    PlaybookText(
        "Standard renewal",
        "renewal",
        (
            ("Ask how the contract is used and who decides on it", "call", 0, OWNER),
            ("Send the renewal offer", "offer", 14, RENEWAL),
            ("Ask for the decision", "call", 45, OWNER),
        ),
    ),
    PlaybookText(
        "Usage has fallen",
        "adoption_drop",
        (
            ("Ask what has changed for the users", "call", 0, SUCCESS),
            ("Agree what brings them back, with dates", "meeting", 10, SUCCESS),
            ("Look whether usage has risen", "check", 45, SUCCESS),
        ),
    ),
    PlaybookText(
        "Revenue has fallen",
        "revenue_drop",
        (
            ("Find out which orders stopped, and why", "call", 0, OWNER),
            ("Offer what answers the reason", "offer", 14, OWNER),
        ),
    ),
    PlaybookText(
        "Somebody new",
        "contact_joined",
        (
            ("Introduce ourselves", "mail", 1, OWNER),
            ("Meet for half an hour", "meeting", 14, OWNER),
        ),
    ),
    PlaybookText(
        "Somebody left",
        "contact_left",
        (("Find out who follows", "call", 1, OWNER), ("Meet who follows", "meeting", 21, OWNER)),
    ),
    PlaybookText(
        "Several serious cases",
        "case_surge",
        (
            ("Call the customer about the open cases", "call", 0, SUCCESS),
            ("Say what was done, and what is left", "mail", 7, SUCCESS),
        ),
    ),
    PlaybookText(
        "A new customer",
        "onboarding",
        (
            ("Welcome, and who to ask for what", "call", 1, SUCCESS),
            ("Check that the first users work with it", "check", 21, SUCCESS),
            ("Ask what the first month was worth", "meeting", 45, OWNER),
        ),
    ),
)


def add_standard(person: Person, *, now: datetime) -> list[int]:
    """Write those that are not there by name, switched off; answers their ids.

    Raises NotAllowed.
    """
    with transaction.atomic():
        there = set(Playbook.objects.values_list("name", flat=True))
        wanted = [text for text in STANDARD if text.name not in there]
        return [write_playbook(person, text, now=now) for text in wanted]
