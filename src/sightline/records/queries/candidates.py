"""Who may be missing from an account's map, as plain values."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from sightline.planning.stakeholders import Candidate
from sightline.records.models import (
    Contact,
    ContactActivity,
    MapPlace,
    OpportunityContactRole,
    SeenAddress,
)
from sightline.records.queries.account_scope import AccountScope

MOST_ADDRESSES = 200


def candidates(
    scope: AccountScope, *, on: date, window_days: int
) -> tuple[tuple[Candidate, ...], dict[str, str]]:
    """People who may belong on the map and are not: parts in open opportunities, two-way days of
    those taken off, and addresses that wrote to us in the window and are no contact's. With it the
    account that the CRM keeps each at. Five queries."""
    places = dict(
        MapPlace.objects.filter(account_id=scope.planning_id, ended_at=None).values_list(
            "contact_id", "shown"
        )
    )
    deals: dict[int, list[str]] = {}
    parts = OpportunityContactRole.objects.filter(
        opportunity__account_id__in=scope.seen_ids,
        opportunity__is_closed=False,
        opportunity__removed_at=None,
        removed_at=None,
    )
    for contact, deal in parts.values_list("contact_id", "opportunity__name"):
        deals.setdefault(contact, []).append(deal)
    family = Q(account_id__in=scope.member_ids)
    off = [pk for pk, shown in places.items() if not shown]
    rows = (
        Contact.objects.filter(
            (Q(pk__in=deals) & ~family) | Q(pk__in=off), removed_at=None, erased_at=None
        )
        .exclude(pk__in=[pk for pk, shown in places.items() if shown])
        .values_list("pk", "name", "account__name")
    )
    days = dict(
        ContactActivity.objects.filter(contact_id__in=off).values_list("contact_id", "two_way_days")
    )
    found = []
    kept: dict[str, str] = {}
    for pk, name, account in rows:
        open_deals = tuple(sorted(set(deals.get(pk, ()))))
        found.append(Candidate(name, str(pk), None, open_deals, days.get(pk, 0)))
        kept[str(pk)] = account
    found += _strangers(scope, since=on - timedelta(days=window_days - 1))
    return tuple(found), kept


def _strangers(scope: AccountScope, *, since: date) -> list[Candidate]:
    """Addresses of mails with the account, each as `address` with its row's key before it."""
    rows = SeenAddress.objects.filter(account_id__in=scope.seen_ids, last_on__gte=since)
    known = Contact.objects.filter(
        account_id__in=scope.member_ids, removed_at=None, erased_at=None
    ).exclude(email="")
    have = {email.casefold() for email in known.values_list("email", flat=True)}
    told: dict[str, Candidate] = {}
    listed = rows.order_by("-last_on", "address").values_list("pk", "address", "name", "days")
    for pk, address, name, days in listed[:MOST_ADDRESSES]:
        recent = sum(day >= since.isoformat() for day in days)
        if address not in have and address not in told:
            told[address] = Candidate(
                name or address, key=None, address=f"{pk} {address}", days=recent
            )
    return list(told.values())
