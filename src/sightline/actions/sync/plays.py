"""Plays and the CRM: an opportunity for a play that asked for one, and what a play says of its own.

The opportunity is made here first; the next round makes it there under its key, so that a lost
answer never makes two. Until then its page says that it is on its way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from sightline.actions import journal, outbox, plays
from sightline.actions.sync import deal_line_changes, deal_lines
from sightline.planning.errors import PlanningError
from sightline.records.models import (
    JournalEntry,
    Opportunity,
    Play,
    SignIn,
    Stage,
    SyncConnection,
)
from sightline.records.queries.company import company_facts
from sightline.records.scoping import person_of

FOLLOWED = "follow_play"
_SAYS = (
    *("change_play", "settle_play_won", "settle_play_lost", "settle_play_open"),
    *("set_play_cells", "write_play_lines"),
)
# What a play says of these its opportunity's products are to say.
_IN_LINES = frozenset({"cells", "lines", "value"})
# From the last of these on, a play says something that its opportunity does not know.
_BEGINS = (FOLLOWED, "link_opportunity")
# A play's field, and the opportunity's.
_FIELDS = {
    "name": "name",
    "owner_id": "owner_id",
    "value": "amount",
    "target_close": "close_date",
}


def open_deal(play_id: int, *, asked_by: int | None, now: dt.datetime) -> int | None:
    """Make the opportunity that a play asked for, and link it; None where there is nothing to do.

    Safe to repeat. A play in an account of no connected org stays asked. Raises PlanningError
    where the person who asked may not change the account any more.
    """
    today = company_facts().today(now)
    with transaction.atomic():
        play = _locked(play_id)
        if play is None or play.opportunity_id is not None:
            return None
        there = _connection(play)
        if play.opportunity_requested_at is None or there is None:
            return None
        asker = SignIn.objects.filter(pk=asked_by or play.created_by_id or 0).first()
        if asker is None:
            return None
        deal = Opportunity.objects.create(
            account_id=play.account_id,
            name=play.name[:120],
            stage=_open_stage(play),
            amount=play.value,
            currency=play.currency or play.account.currency,
            close_date=play.target_close,
            owner_id=play.owner_id or play.account.owner_id,
            created_on=today,
            stage_since=today,
            stage_since_inferred=False,
            changed_at=now,
        )
        journal.record(
            "open_deal", actor_id=asker.pk, account_id=play.account_id, subject=deal, note=play.name
        )
        plays.link_opportunity(person_of(asker), play.pk, deal.pk, now=now)
        deal_lines.begin(there, play, asked_by=asker.pk, job=plays.CREATE)
        _send_soon(play)
    return deal.pk


def open_deals(connection_id: int, *, now: dt.datetime) -> int:
    """Make the opportunities of every play that asked before its org was connected."""
    source = SyncConnection.objects.values_list("source_id", flat=True).get(pk=connection_id)
    asked = Play.objects.filter(
        opportunity=None,
        opportunity_requested_at__isnull=False,
        removed_at=None,
        account__source=source,
    )
    made = 0
    for pk in list(asked.order_by("pk").values_list("pk", flat=True)):
        try:
            made += open_deal(pk, asked_by=None, now=now) is not None
        except PlanningError:
            continue  # who asked may not any more; the play keeps saying that it asked
    return made


def follow_play(play_id: int, *, asked_by: int | None, now: dt.datetime) -> bool:
    """Carry what people changed of a play into its opportunity; True where anything moved.

    What changed is read from the journal since the last time, so that requests folded into one
    lose nothing. Safe to repeat.
    """
    with transaction.atomic():
        play = _locked(play_id)
        if play is None or play.opportunity_id is None:
            return False
        deals = Opportunity.objects.filter(pk=play.opportunity_id, removed_at=None)
        if connection.features.has_select_for_update:
            deals = deals.select_for_update()
        deal = deals.first()
        if deal is None or _connection(play) is None:
            return False
        said = _said(play)
        values = _for_deal(play, deal, said, now)
        changes = journal.differences(deal, values)
        journal.record(
            FOLLOWED,
            actor_id=asked_by,
            account_id=play.account_id,
            subject=play,
            changes=changes,
        )
        moved = _follow_lines(play, deal, said, values, asked_by)
        if changes:
            journal.record(
                "change_deal",
                actor_id=asked_by,
                account_id=play.account_id,
                subject=deal,
                changes=changes,
            )
            Opportunity.objects.filter(pk=deal.pk).update(
                **values, version=deal.version + 1, changed_at=now
            )
        if changes or moved:
            _send_soon(play)
    return bool(changes) or moved


def _follow_lines(
    play: Play,
    deal: Opportunity,
    said: Mapping[str, Any],
    values: Mapping[str, Any],
    asked_by: int | None,
) -> bool:
    """Whether products of the opportunity are to change. Of one that is closed none are."""
    there = _connection(play)
    if there is None or deal.is_closed or values.get("is_closed") or not _IN_LINES & said.keys():
        return False
    asked = "lines" in said and play.value is not None and play.currency == deal.currency
    return deal_line_changes.renew(
        there,
        play,
        value=play.value if asked else values.get("amount", deal.amount),
        currency=deal.currency or play.currency,
        shares=said.get("cells", ()),
        asked_by=asked_by,
        whole="lines" in said,
    )


def _locked(play_id: int) -> Play | None:
    rows = Play.objects.filter(pk=play_id, removed_at=None)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",))
    return rows.select_related("account").first()


def _connection(play: Play) -> int | None:
    """The connection to the org that the play's account is in."""
    rows = SyncConnection.objects.filter(source=play.account.source_id)
    return rows.values_list("pk", flat=True).first()


def _send_soon(play: Play) -> None:
    pk = _connection(play)
    outbox.request("sync", key=f"sync-now:{pk}", payload={"id": pk, "asked": True})


def _said(play: Play) -> dict[str, Any]:
    """What people changed of the play since it was last followed: field to its newest value."""
    entries = JournalEntry.objects.filter(subject_kind="play", subject_id=play.pk)
    since = entries.filter(verb__in=_BEGINS).order_by("-pk").values_list("pk", flat=True).first()
    said: dict[str, Any] = {}
    for changes in (
        entries.filter(verb__in=_SAYS, pk__gt=since or 0)
        .order_by("pk")
        .values_list("changes", flat=True)
    ):
        said |= {name: after for name, (_, after) in changes.items()}
    return said


def _for_deal(
    play: Play, deal: Opportunity, said: Mapping[str, Any], now: dt.datetime
) -> dict[str, Any]:
    values = {theirs: getattr(play, ours) for ours, theirs in _FIELDS.items() if ours in said}
    if play.currency and deal.currency and play.currency != deal.currency:
        values.pop("amount", None)  # never converted on the way
    if "outcome" in said:
        values |= _ended(play, now)
    return values


def _ended(play: Play, now: dt.datetime) -> dict[str, Any]:
    closed, won = bool(play.outcome), play.outcome == Play.Outcome.WON
    stage = _stage(is_closed=closed, is_won=won)
    if stage is None:
        return {}
    today = company_facts().today(now)
    return {
        "stage_id": stage.pk,
        "is_closed": closed,
        "is_won": won,
        "closed_on": (play.outcome_on or today) if closed else None,
        "stage_since": today,
        "stage_since_inferred": False,
    }


def _open_stage(play: Play) -> Stage | None:
    """The stage that somebody gave the play, else the first."""
    given = Stage.objects.filter(pk=play.stage_id or 0, is_active=True, is_closed=False).first()
    return given or _stage(is_closed=False)


def _stage(*, is_closed: bool, is_won: bool = False) -> Stage | None:
    """The first active stage that is open, won, or lost."""
    found = Stage.objects.filter(is_active=True, is_closed=is_closed)
    if is_closed:
        found = found.filter(is_won=is_won)
    return found.order_by("position", "pk").first()
