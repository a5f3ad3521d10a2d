"""What is new together with an opportunity that is still to be made there: the products that its play
asks for, and who plays which part in it.

A role begun so is known by its opportunity and person: until both are there it waits, and one that is
there after a lost answer is taken. What went out with its opportunity is noted beforehand, for the
history of what crossed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from sightline.actions.sync import deal_lines
from sightline.actions.sync.books import went_out
from sightline.actions.sync.context import Context
from sightline.actions.sync.deal_lines import Wanted
from sightline.actions.sync.gathering import begun, told_of, whole
from sightline.actions.sync.joining import adopt, lock_links
from sightline.actions.sync.sides import said_here
from sightline.agreement.records import Deed, Outcome, Settled
from sightline.agreement.values import Value
from sightline.records.models import (
    OpportunityContactRole,
    SyncCrossing,
    SyncIntent,
    SyncLink,
)

ROLE = "OpportunityContactRole"
DEAL = "Opportunity"
_DEAL_OF = "opportunity"


@dataclass(frozen=True, slots=True)
class NewRole:
    """A part of one person in a new opportunity: canonical values by our field, the opportunity
    itself left out."""

    link_id: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Together:
    """What goes with one new opportunity, named by its key here."""

    deal: int
    lines: tuple[Wanted, ...] = ()
    roles: tuple[NewRole, ...] = ()


def together(context: Context, link_ids: Collection[int]) -> dict[int, Together]:
    """What is new with these opportunities, by the link of each that has anything."""
    links = SyncLink.objects.filter(pk__in=list(link_ids), local_id__isnull=False)
    rows = links.order_by("pk").values_list("local_id", "pk")
    deals = {deal: link for deal, link in rows if deal is not None}
    lines: dict[int, list[Wanted]] = {}
    for one in deal_lines.waiting_with(context, deals):
        lines.setdefault(one.opportunity, []).append(one)
    roles: dict[int, list[NewRole]] = {}
    for deal, role in _new_roles(context, deals):
        roles.setdefault(deal, []).append(role)
    return {
        link: Together(deal, tuple(lines.get(deal, ())), tuple(roles.get(deal, ())))
        for deal, link in deals.items()
        if deal in lines or deal in roles
    }


def _new_roles(context: Context, deals: Collection[int]) -> list[tuple[int, NewRole]]:
    """The parts of people who are there in opportunities that are not, their links begun."""
    rule = context.rule(ROLE)
    if rule is None or not (rule.create and rule.natural):
        return []
    rows = OpportunityContactRole.objects.filter(
        told_of(context.source_id), opportunity__in=deals, outside_id="", removed_at=None
    )
    places = dict(rows.values_list("pk", "opportunity"))
    if not places:
        return []
    said = said_here(context, ROLE, places)
    values = {pk: whole(context, rule, here) for pk, here in said.items()}
    parents = {one.ours for one in rule.fields if one.theirs in rule.natural} - {_DEAL_OF}
    ready = sorted(pk for pk, one in values.items() if parents <= one.keys())
    links = begun(context, ROLE, ready)
    return [(places[pk], NewRole(link, values[pk])) for link, pk in links.items()]


def note_going(
    context: Context, link_ids: Collection[int], roles: Iterable[NewRole], *, now: dt.datetime
) -> None:
    """These parts go out with their opportunities, whose links these are: noted as sent, beside
    nothing to send, so that none comes due before its opportunity has an id. What an earlier try
    of the same opportunities noted, of which nothing came to be, is forgotten."""
    deals = SyncLink.objects.filter(pk__in=list(link_ids)).values("local_id")
    parts = OpportunityContactRole.objects.filter(opportunity__in=deals).values("pk")
    with transaction.atomic():
        links = lock_links(
            connection=context.connection_id, target=ROLE, local_id__in=parts, remote_id=""
        )
        SyncIntent.objects.filter(link__in=links).delete()
        begun_ones = {link.pk for link in links}
        SyncIntent.objects.bulk_create(
            SyncIntent(
                link_id=one.link_id,
                deed=Deed.CREATE,
                sent=dict(one.values),
                state=SyncIntent.State.UNKNOWN,
                next_at=now,
                changed_at=now,
            )
            for one in roles
            if one.link_id in begun_ones
        )


def take_back(roles: Iterable[NewRole]) -> None:
    """Nothing of the groups of these parts was done: it is as if they had not gone out."""
    links = [one.link_id for one in roles]
    SyncIntent.objects.filter(link__in=links, link__remote_id="", values={}).delete()


def settle_role(
    context: Context, one: NewRole, outcome: Outcome, *, deal: str, now: dt.datetime
) -> bool:
    """Book how a part in a new opportunity ended, whose id there is `deal` now. One that is there is
    linked; of another nothing is known, and the next round looks for it first."""
    if outcome.settled is not Settled.DONE:
        if outcome.settled is not Settled.UNKNOWN:
            take_back([one])
        return False
    with transaction.atomic():
        links = lock_links(pk=one.link_id, remote_id="")
        for link in links:
            said = {**one.values, _DEAL_OF: deal}
            link.base = {name: [value, value] for name, value in said.items()}
            adopt(context, link, outcome.id)
            SyncCrossing.objects.bulk_create(
                went_out(link, name, None, value, now) for name, value in said.items()
            )
    return bool(links)
