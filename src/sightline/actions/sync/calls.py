"""Calls logged here and the CRM: a finished task there, sent with the next round, which is asked for.

The round itself finds the task (`gathering`); a call taken back before it left never arrives.
"""

from __future__ import annotations

from sightline.actions import journal, outbox
from sightline.records.models import Account, Action, SyncConnection, SyncIntent, SyncLink


def send_soon(account_id: int, *, by: int) -> None:
    """Ask for a round of the org that an account is in; nothing where none is connected."""
    sources = Account.objects.filter(pk=account_id).values("source_id")
    rows = SyncConnection.objects.filter(source_id__in=sources)
    for pk in rows.values_list("pk", flat=True):
        outbox.request("sync", key=f"sync-now:{pk}", payload={"id": pk, "asked": True}, by=by)


def take_back(action_id: int, *, by: int) -> None:
    """The task of a call that was not: gone where it never left, else dropped there as well.

    The caller holds the transaction.
    """
    action = Action.objects.select_for_update().filter(pk=action_id).first()
    if action is None:
        return
    links = SyncLink.objects.filter(target="Task", local_id=action_id)
    tried = SyncIntent.objects.filter(link__in=links, tries__gt=0)
    if not links.exclude(remote_id="").exists() and not tried.exists():
        links.delete()
        action.delete()
        return
    values = {
        "state": Action.State.DROPPED.value,
        "state_reason": "the call was taken back",
        "done_on": None,
    }
    changes = journal.differences(action, values)
    Action.objects.filter(pk=action_id).update(**values, version=action.version + 1)
    journal.record(
        "drop_action", actor_id=by, account_id=action.account_id, subject=action, changes=changes
    )
    if action.account_id is not None:
        send_soon(action.account_id, by=by)
