"""A small demonstration company in the test database, with one sign-in per role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from sightline.actions import people
from sightline.exchange.demonstration.load import load_demonstration
from sightline.exchange.demonstration.sign_ins import people_of_export
from sightline.records.models import Account, SignIn, TierResult
from tests import makers


@dataclass(frozen=True)
class SmallCompany:
    """Sign-ins by role, and accounts that the journeys visit."""

    people: dict[str, SignIn]
    planned: Account
    other: Account
    folder: Path


def load_small_company(data: Path, *, accounts: int = 24) -> SmallCompany:
    """Generate, import, compute, and let one person per role in."""
    today = timezone.now().date()
    folder = load_demonstration(data, today=today, say=lambda text: None, accounts=accounts)
    found = {}
    for person in people_of_export(folder):
        wanted = people.NewSignIn(
            email=person.email,
            name=person.name,
            roles=frozenset(person.roles),
            password=makers.PASSWORD,
        )
        made = people.create_sign_in(wanted, actor_id=None)
        found[person.roles[0]] = SignIn.objects.get(pk=made)
    planned = TierResult.objects.filter(proposed_tier=1).order_by("-acv")[0].account
    other = TierResult.objects.filter(proposed_tier=3).order_by("-acv")[0].account
    return SmallCompany(found, planned, other, folder)


def in_days(days: int) -> str:
    """A day from today on, as a date field takes it."""
    return (timezone.now().date() + timedelta(days=days)).isoformat()
