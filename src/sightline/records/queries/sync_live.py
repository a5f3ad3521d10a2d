"""What is on screens, and what pages say of a field that lives in a CRM too."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet

from sightline.records.models import (
    Account,
    Action,
    Contact,
    Opportunity,
    OpportunityContactRole,
    SyncConflict,
    SyncConnection,
    SyncIntent,
    SyncLink,
    SyncWatch,
    TierResult,
)


@dataclass(frozen=True, slots=True)
class FieldState:
    """Where one field of one row stands: saved, waiting, unknown, refused or conflict.

    A field without an entry is the same on both sides. `words` are the service's own.
    """

    target: str
    local_id: int
    field: str
    state: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account's fields on their way, and a text that moves whenever a row of it does.

    `read_at` is when the org was last read to its end; None where that never happened or no row of
    the account is linked, so that nothing may be said to agree. `state` is the connection's.
    """

    connection_id: int
    connection: str
    moved: str
    fields: tuple[FieldState, ...]
    read_at: dt.datetime | None = None
    state: str = "ready"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a live read has to know of a connection: how to open it, and whether it may be used."""

    brand: str
    settings: dict[str, Any]
    ready: bool
    parked_until: dt.datetime | None
    grant_version: int


def standing(connection_id: int) -> Standing | None:
    """One connection without its counts; None where it is gone."""
    row = (
        SyncConnection.objects.filter(pk=connection_id)
        .values_list("brand", "settings", "state", "parked_until", "grant_version")
        .first()
    )
    if row is None:
        return None
    brand, settings, state, parked, version = row
    ready = state == SyncConnection.State.READY
    return Standing(brand, dict(settings), ready, parked, version)


def watched_accounts(connection_id: int, *, now: dt.datetime) -> dict[str, int]:
    """The outside ids (and keys) of accounts of an org that somebody looks at, families whole."""
    source = SyncConnection.objects.filter(pk=connection_id).values("source_id")
    looked_at = SyncWatch.objects.filter(until__gt=now).values("account_id")
    rows = Account.objects.filter(
        Q(pk__in=looked_at) | Q(planning_account__in=looked_at),
        source_id__in=source,
        removed_at=None,
    ).exclude(outside_id="")
    return dict(rows.values_list("outside_id", "pk"))


def account_state(account_id: int) -> AccountState | None:
    """What of an account is on its way, refused or contested; None where no org is connected.

    Eleven queries at most, whatever the account holds.
    """
    source = Account.objects.filter(pk=account_id).values("source_id")
    held = (
        SyncConnection.objects.filter(source_id__in=source)
        .values_list("pk", "name", "pulled_at", "state")
        .first()
    )
    if held is None:
        return None
    family = Account.objects.filter(Q(pk=account_id) | Q(planning_account=account_id))
    rows = {
        "Account": list(family.values_list("pk", flat=True)),
        "Opportunity": _keys(Opportunity, account_id),
        "Contact": _keys(Contact, account_id),
        "Task": _keys(Action, account_id),
        "OpportunityContactRole": list(
            OpportunityContactRole.objects.filter(
                opportunity__account__planning_account=account_id
            ).values_list("pk", flat=True)
        ),
    }
    links = Q(pk__in=[])
    for target, pks in rows.items():
        links |= Q(target=target, local_id__in=pks)
    known = SyncLink.objects.filter(links, connection=held[0])
    moved = Opportunity.objects.filter(account__planning_account=account_id).aggregate(
        version=Max("version"), at=Max("changed_at")
    )
    seen = known.aggregate(at=Max("stamp"))["at"]
    return AccountState(
        connection_id=held[0],
        connection=held[1],
        moved=f"{moved['version']}.{moved['at']}.{seen}",
        fields=(*_intents(known), *_conflicts(known), *_decided(known)),
        read_at=held[2] if seen is not None else None,
        state=held[3],
    )


def _keys(model: type[Opportunity] | type[Contact] | type[Action], account_id: int) -> list[int]:
    rows = model._default_manager.filter(account__planning_account=account_id, removed_at=None)
    return list(rows.values_list("pk", flat=True))


def _intents(links: QuerySet[SyncLink]) -> list[FieldState]:
    rows = SyncIntent.objects.filter(link__in=links).select_related("link")
    return [
        FieldState(one.link.target, one.link.local_id or 0, name, one.state, one.message)
        for one in rows
        for name in one.values
    ]


def _conflicts(links: QuerySet[SyncLink]) -> list[FieldState]:
    rows = SyncConflict.objects.filter(link__in=links, decision="").select_related("link")
    return [
        FieldState(one.link.target, one.link.local_id or 0, one.field, "conflict", one.theirs or "")
        for one in rows
    ]


def _decided(links: QuerySet[SyncLink]) -> list[FieldState]:
    """Decided tiers and next reviews that wait for the next round: no live read sends them."""
    agreed = dict(links.filter(target="Account").values_list("local_id", "base"))
    told = set(SyncIntent.objects.filter(link__in=links).values_list("link__local_id", flat=True))
    rows = TierResult.objects.filter(account__in=agreed, decided_tier__gt=0)
    found = []
    for pk, tier, review in rows.values_list("account_id", "decided_tier", "requalify_on"):
        said = {"decided_tier": str(tier), "next_review": review.isoformat() if review else None}
        found += [
            FieldState("Account", pk, name, "waiting")
            for name, value in said.items()
            if pk not in told and (agreed[pk].get(name) or [None])[0] != value
        ]
    return found
