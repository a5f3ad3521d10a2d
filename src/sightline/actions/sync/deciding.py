"""A person's word on a conflict. It is carried out by the next merge, once.

To decide for a side is to say that the other side's change was seen: its part of the base becomes
what it said when the person looked, so that a later change is a conflict of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.actions.imports.targets import TARGETS
from sightline.actions.sync import connections
from sightline.actions.sync.context import SyncProblem, context_of
from sightline.actions.sync.joining import lock_links
from sightline.agreement.merge import Owner
from sightline.records.models import SyncConflict, SyncLink, SyncMapping

OURS, THEIRS = "ours", "theirs"


def decide_conflict(
    conflict_id: int, *, choice: str, actor_id: int | None, now: dt.datetime
) -> None:
    """Settle one conflict for a side. Raises SyncProblem where it is settled already."""
    _known(choice)
    with transaction.atomic():
        found = SyncConflict.objects.filter(pk=conflict_id).first()
        if found is None:
            raise SyncProblem("There is no such conflict.")
        link = lock_links(pk=found.link_id)[0]
        conflict = SyncConflict.objects.get(pk=conflict_id)
        if conflict.decision:
            raise SyncProblem("Somebody settled this conflict meanwhile.")
        _carry_out(link, conflict, choice, now)
        conflict.decision, conflict.decided_by_id, conflict.decided_at = choice, actor_id, now
        conflict.save(update_fields=["decision", "decided_by", "decided_at"])
        link.dirty = True
        link.save()
        journal.record(
            "sync_decide",
            actor_id=actor_id,
            subject=conflict,
            changes={conflict.field or "row": (conflict.theirs, conflict.ours)},
            note=f"{link.target} {link.remote_id}: {choice}",
        )
        outbox.request("sync", key=f"sync:{link.connection_id}", payload={"id": link.connection_id})


def decide_record(
    link_id: int, choices: Mapping[int, str], *, actor_id: int | None, now: dt.datetime
) -> None:
    """Settle conflicts of one record, each for a side, all of them or none. Raises SyncProblem."""
    with transaction.atomic():
        own = SyncConflict.objects.filter(link=link_id, pk__in=choices).values_list("pk", flat=True)
        if not choices or set(own) != choices.keys():
            raise SyncProblem("Choose one of the two values.", field="choice")
        for key in sorted(choices):
            decide_conflict(key, choice=choices[key], actor_id=actor_id, now=now)


def decide_alike(
    connection_id: int,
    *,
    target: str,
    field: str,
    choice: str,
    always: bool,
    actor_id: int | None,
    now: dt.datetime,
) -> int:
    """Settle every open conflict over one field for a side; answers how many there were.

    `always`: the mapping's next version says so too, and nobody is asked again. Deletions are
    never settled this way. Raises SyncProblem.
    """
    _known(choice)
    with transaction.atomic():
        open_ = SyncConflict.objects.filter(
            link__connection=connection_id, link__target=target, field=field, decision=""
        ).exclude(kind=SyncConflict.Kind.DELETED)
        keys = list(open_.order_by("pk").values_list("pk", flat=True)) if field else []
        if not keys:
            raise SyncProblem("Nothing is contested over this field any more.")
        if always:
            _always(connection_id, target, field, choice, actor_id)
        for key in keys:
            decide_conflict(key, choice=choice, actor_id=actor_id, now=now)
    return len(keys)


def _always(connection_id: int, target: str, field: str, choice: str, actor_id: int | None) -> None:
    """The mapping's next version: whose word stands over one field."""
    rules = context_of(connection_id).rules
    rule = rules.two_way.get(target)
    if rule is None or rule.field(field) is None:
        raise SyncProblem("The mapping does not name this field any more.")
    owner = Owner.PLAN if choice == OURS else Owner.CRM
    fields = tuple(replace(one, owner=owner) if one.ours == field else one for one in rule.fields)
    newest = SyncMapping.objects.filter(connection=connection_id).order_by("-version")
    connections.save_rules(
        connection_id,
        replace(rules, two_way={**rules.two_way, target: replace(rule, fields=fields)}),
        seen=newest.values_list("version", flat=True)[0],
        actor_id=actor_id,
    )


def _known(choice: str) -> None:
    if choice not in (OURS, THEIRS):
        raise SyncProblem("Choose one of the two values.", field="choice")


def _carry_out(link: SyncLink, conflict: SyncConflict, choice: str, now: dt.datetime) -> None:
    if conflict.kind == SyncConflict.Kind.DELETED:
        _after_deletion(link, choice, now)
        return
    name = conflict.field
    held = link.base.get(name) or [None, None]
    base = [held[0], conflict.theirs] if choice == OURS else [conflict.ours, held[1]]
    link.base = {**link.base, name: base}
    link.frozen = [one for one in link.frozen if one != name]
    link.turns = {key: value for key, value in link.turns.items() if key != name}


def _after_deletion(link: SyncLink, choice: str, now: dt.datetime) -> None:
    model = TARGETS[link.target].model
    if choice == THEIRS:
        link.state = SyncLink.State.TOMBSTONE
        model._default_manager.filter(pk=link.local_id).update(removed_at=now)
        return
    # A person asked for it: the row is made anew there, once a fresh read has said that it is still
    # gone. Its old id stays until then.
    link.state = SyncLink.State.CREATING
