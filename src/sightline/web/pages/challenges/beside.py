"""What the plan argues about one cell or one person, to stand in its panel."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.records.queries.challenges_beside import challenges_about
from sightline.web.pages.account.shell import Shell


@dataclass(frozen=True, slots=True)
class Beside:
    """One open challenge: the claim, the money on it, the way out, and where it is answered."""

    title: str
    money: Money | None
    way_out: str
    url: str


def anchor_of(key: str) -> str:
    """Where a challenge stands on the page of challenges."""
    return "asks-" + re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")


def beside(shell: Shell, keys: Collection[str]) -> tuple[Beside, ...]:
    """The running plan's challenges about some keys, as far as one may read. One query."""
    plan = shell.plan
    if plan is None or not shell.rights.plan:
        return ()
    page = reverse("challenges:show", args=[shell.scope.account_id])
    return tuple(
        Beside(_(one.title), one.money, one.way_out, f"{page}#{anchor_of(one.key)}")
        for one in challenges_about(plan.id, keys, currency=plan.currency, rights=shell.rights)
    )


def about_person(contact_id: int) -> frozenset[str]:
    """The keys by which challenges name one person."""
    return frozenset({str(contact_id), f"person:{contact_id}", f"contact:{contact_id}"})
