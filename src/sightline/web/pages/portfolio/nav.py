"""What the portfolio adds to the frame: its entry with what waits, and pinned accounts."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from sightline.planning.permissions import Act, Category
from sightline.records.queries.views import pinned_accounts
from sightline.records.scoping import Person
from sightline.web.nav import NavEntry, Pin
from sightline.web.pages.portfolio.addresses import plan_address

NAV = (
    NavEntry(
        label=_("Portfolio"),
        icon="grid",
        url="portfolio:list",
        order=20,
        category=Category.WALLET_TIERS,
        act=Act.READ,
    ),
)


def PINS(person: Person) -> Iterable[Pin]:
    """The person's pinned accounts."""
    return [
        Pin(
            name=account.name,
            url=plan_address(account.planning_account_id),
            hue=1 + account.account_id % 6,
        )
        for account in pinned_accounts(person)
    ]
