"""People and roles as their pages show them: one sign-in, whom it may be linked to, its grants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sightline.records.models import AccountGrant, CrmUser, SignIn
from sightline.records.queries.sign_ins import SignInRow, all_sign_ins
from sightline.records.scoping import Person, visible_accounts

MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class GrantRow:
    """An account that somebody was let into; `until` where it ends by itself."""

    id: int
    account: str
    reason: str
    until: datetime | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class OneSignIn:
    """One sign-in with what an administrator changes of it."""

    row: SignInRow
    last_seen: datetime | None
    linkable: tuple[tuple[int, str], ...]
    grants: tuple[GrantRow, ...]


def one_sign_in(sign_in_id: int) -> OneSignIn | None:
    """None for an unknown id. Five queries."""
    row = next((one for one in all_sign_ins() if one.id == sign_in_id), None)
    if row is None:
        return None
    free = CrmUser.objects.filter(removed_at=None, sign_in=None, is_active=True)
    linkable = [*free.order_by("name", "pk").values_list("pk", "name")]
    if row.crm_user_id is not None:
        linkable.insert(0, (row.crm_user_id, row.crm_user_name))
    last_seen = SignIn.objects.filter(pk=sign_in_id).values_list("last_login", flat=True).first()
    grants = AccountGrant.objects.filter(sign_in_id=sign_in_id).select_related("account")
    return OneSignIn(
        row=row,
        last_seen=last_seen,
        linkable=tuple(linkable),
        grants=tuple(
            GrantRow(one.pk, one.account.name, one.reason, one.until, one.granted_at)
            for one in grants.order_by("account__sort_name")
        ),
    )


def accounts_called(person: Person, words: str) -> tuple[tuple[int, str], ...]:
    """Accounts whose name begins so, the exact one alone where there is just one. One query."""
    wanted = words.strip().casefold()
    if not wanted:
        return ()
    found = visible_accounts(person).filter(sort_name__startswith=wanted).order_by("sort_name")
    rows = [*found.values_list("pk", "name")[: MOST_FOUND + 1]]
    exact = [row for row in rows if row[1].casefold() == wanted]
    return tuple(exact) if len(exact) == 1 else tuple(rows[:MOST_FOUND])
