"""Connections: made, pinned to one org, their grant refreshed by one worker at a time."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sightline.actions import journal
from sightline.actions.sync.context import SyncProblem, plain_shape
from sightline.agreement.rules import Rules, default_rules, plain_rules, rules_from
from sightline.agreement.values import ObjectShape
from sightline.records.models import (
    Source,
    SyncConnection,
    SyncIntent,
    SyncLink,
    SyncMapping,
    SyncSchema,
)

Secrets = dict[str, str]
LEASE = dt.timedelta(minutes=10)


def connect(
    name: str,
    *,
    brand: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    source: str = "",
    rules: Rules | None = None,
    prove: Callable[[int], str] | None = None,
    actor_id: int | None,
) -> int:
    """Make a connection with `rules`, else the brand's default mapping; answers its key.

    `source` names whose rows they are; one that an import made is taken over. `prove` speaks to
    the org through the new connection and answers its id; where it raises, nothing is kept.
    """
    with transaction.atomic():
        if SyncConnection.objects.filter(name=name).exists():
            raise SyncProblem(f"There is a connection called {name} already.", field="name")
        rows, _ = Source.objects.get_or_create(
            name=source or name, defaults={"kind": Source.Kind.SALESFORCE}
        )
        row = SyncConnection.objects.create(
            source=rows, name=name, brand=brand, settings=dict(settings), sealed=_seal(secrets)
        )
        SyncMapping.objects.create(
            connection=row,
            version=1,
            rules=plain_rules(rules or default_rules(brand)),
            made_by_id=actor_id,
        )
        journal.record("sync_connect", actor_id=actor_id, subject=row, note=name)
        if prove is not None:
            pin_org(row.pk, prove(row.pk))
    return row.pk


def secrets_of(connection_id: int) -> tuple[Secrets, int]:
    """The connection's secrets and tokens, and the version of its grant."""
    row = SyncConnection.objects.get(pk=connection_id)
    return _unseal(row.sealed), row.grant_version


def refresh_grant(
    connection_id: int, *, seen: int, renew: Callable[[Secrets], Mapping[str, str]]
) -> tuple[Secrets, int]:
    """Renew the grant under the row's lock, unless somebody did since version `seen`.

    `renew` gets the stored secrets and answers what changes; it is stored before it is used. No
    two workers ever send the same refresh token, because only the holder of the lock sends one.
    """
    with transaction.atomic():
        rows = SyncConnection.objects.filter(pk=connection_id)
        if database.features.has_select_for_update:
            rows = rows.select_for_update()
        row = rows.get()
        held = _unseal(row.sealed)
        if row.grant_version != seen:
            return held, row.grant_version
        if not database.features.has_select_for_update:
            # SQLite: the first write takes the database's one lock before anything is sent.
            SyncConnection.objects.filter(pk=connection_id).update(grant_version=seen)
        held = {**held, **renew(held)}
        row.sealed, row.grant_version = _seal(held), seen + 1
        row.save(update_fields=["sealed", "grant_version"])
        return held, row.grant_version


def pin_org(connection_id: int, org_id: str) -> None:
    """Hold the connection to the org it was made with. Raises SyncProblem for another."""
    row = SyncConnection.objects.select_related("source").get(pk=connection_id)
    if row.org_id and row.org_id != org_id:
        note = f"This is the org {org_id}; the connection was made with {row.org_id}."
        need_person(connection_id, note=note)
        raise SyncProblem(note)
    known = row.source.outside_org
    if known and known[:15] != org_id[:15]:
        raise SyncProblem(f"{row.source.name} holds rows of the org {known}, not of {org_id}.")
    if not row.org_id:
        with transaction.atomic():
            SyncConnection.objects.filter(pk=connection_id).update(org_id=org_id)
            Source.objects.filter(pk=row.source_id).update(outside_org=org_id)


def need_person(connection_id: int, *, note: str) -> None:
    """The grant is gone or the org is another: nothing is done until a person connects again."""
    SyncConnection.objects.filter(pk=connection_id).update(
        state=SyncConnection.State.NEEDS_RECONNECT, state_note=note[:500]
    )


def reconnect(
    connection_id: int,
    *,
    secrets: Mapping[str, str],
    prove: Callable[[int], str] | None = None,
    actor_id: int | None,
) -> None:
    """A person connected again: the new grant takes the old one's place, tokens included. Where
    `prove` (as for `connect`) raises, the old one stays."""
    with transaction.atomic():
        row = SyncConnection.objects.get(pk=connection_id)
        kept = {key: one for key, one in _unseal(row.sealed).items() if key not in _TOKENS}
        row.sealed = _seal({**kept, **secrets})
        row.grant_version += 1
        row.state, row.state_note = SyncConnection.State.READY, ""
        row.save(update_fields=["sealed", "grant_version", "state", "state_note"])
        journal.record("sync_reconnect", actor_id=actor_id, subject=row)
        if prove is not None:
            pin_org(connection_id, prove(connection_id))


def move(connection_id: int, *, settings: Mapping[str, Any]) -> None:
    """The same org answers at another address now; the org pinned at first still has to."""
    row = SyncConnection.objects.get(pk=connection_id)
    if any(row.settings.get(name) != value for name, value in settings.items()):
        row.settings = {**row.settings, **settings}
        row.sealed = _seal({k: v for k, v in _unseal(row.sealed).items() if k not in _TOKENS})
        row.grant_version += 1
        row.save(update_fields=["settings", "sealed", "grant_version"])


# What belongs to an address, and goes when the address does.
_TOKENS = frozenset({"access_token", "instance_url"})


def pause(connection_id: int, *, paused: bool, actor_id: int | None) -> None:
    """Stop or take up a connection; nothing is lost meanwhile."""
    states = SyncConnection.State
    with transaction.atomic():
        row = SyncConnection.objects.get(pk=connection_id)
        row.state = states.PAUSED if paused else states.READY
        row.save(update_fields=["state"])
        journal.record("sync_pause" if paused else "sync_go_on", actor_id=actor_id, subject=row)


def take_lease(connection_id: int, owner: str, *, now: dt.datetime) -> bool:
    """Be the one worker that reads and writes for this connection; False where another is."""
    free = Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_owner=owner)
    mine = SyncConnection.objects.filter(free, pk=connection_id)
    return bool(mine.update(lease_owner=owner, lease_until=now + LEASE))


def leave_lease(connection_id: int, owner: str) -> None:
    """Let another worker take the connection."""
    SyncConnection.objects.filter(pk=connection_id, lease_owner=owner).update(
        lease_owner="", lease_until=None
    )


def note_budget(connection_id: int, *, used: int, limit: int, now: dt.datetime) -> None:
    """What the service said of its daily calls."""
    SyncConnection.objects.filter(pk=connection_id).update(
        budget_used=used, budget_limit=limit, budget_at=now
    )


def park(connection_id: int, *, until: dt.datetime, note: str) -> None:
    """The service asked to wait, or the share of the day's calls is used up."""
    SyncConnection.objects.filter(pk=connection_id).update(
        parked_until=until, state_note=note[:500]
    )


def note_problem(connection_id: int, *, note: str) -> None:
    """What broke a round, in the service's own words; the next that ends well takes it away."""
    SyncConnection.objects.filter(pk=connection_id).update(state_note=note[:500])


def describe_soon(connection_id: int) -> None:
    """What the org shows is not what it showed: the next round describes it anew."""
    long_ago = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    SyncSchema.objects.filter(connection=connection_id).update(taken_at=long_ago)


def note_read(connection_id: int, *, now: dt.datetime) -> None:
    """A whole read ended well."""
    SyncConnection.objects.filter(pk=connection_id).update(
        pulled_at=now, parked_until=None, state_note=""
    )


def note_sent(connection_id: int, *, now: dt.datetime) -> None:
    """Everything due was sent."""
    SyncConnection.objects.filter(pk=connection_id).update(pushed_at=now)


def keep_shape(connection_id: int, name: str, shape: ObjectShape | None) -> bool:
    """Store an object's describe; True where it differs. None: the object is not visible."""
    held = SyncSchema.objects.filter(connection=connection_id, object=name)
    if shape is None:
        return bool(held.delete()[0])
    content = json.loads(json.dumps(plain_shape(shape)))
    row = held.first()
    if row is not None and row.content == content:
        held.update(taken_at=timezone.now())
        return False
    SyncSchema.objects.update_or_create(
        connection_id=connection_id,
        object=name,
        defaults={"content": content, "taken_at": timezone.now()},
    )
    # What could not be said may be said now, and what was refused may be allowed.
    SyncLink.objects.filter(connection=connection_id, target=name).update(seen_version=0)
    SyncIntent.objects.filter(
        link__connection=connection_id, link__target=name, state=SyncIntent.State.REFUSED
    ).update(state=SyncIntent.State.WAITING, tries=0)
    return True


def save_rules(connection_id: int, rules: Rules, *, seen: int, actor_id: int | None) -> int:
    """Keep a new version of the mapping; answers its number.

    `seen` is the version the person edited. Raises SyncProblem where there is a newer one.
    """
    with transaction.atomic():
        newest = SyncMapping.objects.filter(connection=connection_id).order_by("-version").first()
        version = newest.version if newest else 0
        if version != seen:
            raise SyncProblem("Somebody saved a newer mapping meanwhile.", field="version")
        row = SyncMapping.objects.create(
            connection_id=connection_id,
            version=version + 1,
            rules=plain_rules(rules),
            made_by_id=actor_id,
        )
        if newest is not None:
            _forget_agreements(connection_id, rules_from(newest.rules), rules)
        SyncLink.objects.filter(connection=connection_id).update(seen_version=0)
        SyncIntent.objects.filter(
            link__connection=connection_id, state=SyncIntent.State.REFUSED
        ).update(state=SyncIntent.State.WAITING, tries=0)
        journal.record(
            "sync_mapping", actor_id=actor_id, subject=row, note=f"version {row.version}"
        )
    return row.version


# No canonical text begins with a space: nobody there ever said it.
NEVER = " never"


def _forget_agreements(connection_id: int, before: Rules, after: Rules) -> None:
    """What a field of theirs said is nothing that another of theirs said: where a field of ours
    moved, theirs stands at first, unless somebody here changed ours since both last agreed."""
    for name, rule in after.two_way.items():
        held = before.two_way.get(name)
        old = {one.ours: one.theirs for one in held.fields} if held is not None else {}
        moved = [one.ours for one in rule.fields if old.get(one.ours, one.theirs) != one.theirs]
        links = SyncLink.objects.filter(connection=connection_id, target=name) if moved else ()
        changed = []
        for link in links:
            known = {key: [link.base[key][0], NEVER] for key in moved if key in link.base}
            if known:
                link.base = {**link.base, **known}
                changed.append(link)
        SyncLink.objects.bulk_update(changed, ["base"], batch_size=500)


def ask_again(link_ids: list[int]) -> None:
    """Mark links to be read and merged anew."""
    SyncLink.objects.filter(pk__in=link_ids).update(dirty=True)


def sealed(values: Mapping[str, str]) -> str:
    """Values that only this installation can read again."""
    return _seal(values)


def unsealed(text: str) -> Secrets:
    """The inverse of `sealed`. Raises SyncProblem."""
    return _unseal(text)


def reconnect_by_browser(connection_id: int) -> tuple[dict[str, Any], Secrets]:
    """What a browser needs to connect once more: settings and secrets. Raises SyncProblem."""
    row = SyncConnection.objects.filter(pk=connection_id).first()
    if row is None:
        raise SyncProblem("There is no such connection.")
    if row.settings.get("flow") != "web_server":
        raise SyncProblem("This connection was not made by a browser: use the command line.")
    return dict(row.settings), _unseal(row.sealed)


def _key() -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"sync:{settings.SECRET_KEY}".encode()).digest())


def _seal(secrets: Mapping[str, str]) -> str:
    from cryptography.fernet import Fernet  # six megabytes that only a connected org needs

    return Fernet(_key()).encrypt(json.dumps(dict(secrets)).encode()).decode()


def _unseal(sealed: str) -> Secrets:
    if not sealed:
        return {}
    from cryptography.fernet import Fernet, InvalidToken

    try:
        return dict(json.loads(Fernet(_key()).decrypt(sealed.encode())))
    except InvalidToken:
        raise SyncProblem(
            "The connection's secrets were sealed with another SECRET_KEY: connect again."
        ) from None
