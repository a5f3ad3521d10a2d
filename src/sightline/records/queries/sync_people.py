"""Whom of ours the other system knows: a sign-in's own user there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sightline.records.models import CrmUser, SyncConnection


@dataclass(frozen=True, slots=True)
class UserThere:
    """A person's own user in the CRM."""

    outside_id: str
    name: str


def users_of(connection_id: int, sign_ins: Collection[int]) -> dict[int, UserThere]:
    """The users of sign-ins in a connection's org; nobody is listed who has none there."""
    if not sign_ins:
        return {}
    source = SyncConnection.objects.filter(pk=connection_id).values("source_id")
    rows = CrmUser.objects.filter(sign_in__in=sign_ins, source_id__in=source)
    return {
        sign_in: UserThere(outside_id, name)
        for sign_in, outside_id, name in rows.exclude(outside_id="").values_list(
            "sign_in_id", "outside_id", "name"
        )
    }


def users_there(connection_id: int, ids: Collection[str]) -> dict[str, str]:
    """What users of the org are called, by their id there."""
    users = CrmUser.objects.filter(source__connection=connection_id, outside_id__in=ids)
    return dict(users.values_list("outside_id", "name"))
