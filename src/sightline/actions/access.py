"""Who sees an account: rows kept from owner, account team, sharing and sponsor, and the closure
of the CRM's role hierarchy, so that no page walks either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from sightline.actions import journal
from sightline.actions.imports.bulk import among_keys, insert_rows
from sightline.actions.people import link_by_email
from sightline.records.models import (
    Account,
    AccountAccess,
    AccountShare,
    AccountTeamMember,
    CrmRole,
    CrmRolePath,
    CrmUser,
    ImportRun,
    SignIn,
)

_CHUNK = 1_000
# Above this many levels nobody sees by their role: no company has as many, and what is kept of a chain
# of roles grows with its square.
_DEEPEST_ROLE = 50
_WRITING = frozenset({"Edit", "All"})

Row = tuple[int, int, str, bool]


def link_sign_ins() -> int:
    """Link sign-ins that stand alone to the CRM user with their e-mail; answers how many."""
    alone = SignIn.objects.filter(is_active=True, crm_user=None)
    for person in alone:
        with transaction.atomic():
            link_by_email(person)
    return len(alone) - SignIn.objects.filter(is_active=True, crm_user=None).count()


def refresh_role_paths(*, run: ImportRun | None = None) -> int:
    """Recompute the closure of the role hierarchy; answers how many rows changed.

    A circle of roles is cut where it closes, and nobody sees by their role what stands deeper
    below it than any company's roles do.
    """
    parents = dict(CrmRole.objects.filter(removed_at=None).values_list("pk", "parent_id"))
    wanted = {
        (above, below, depth)
        for below in parents
        for depth, above in enumerate(_upwards(below, parents))
    }
    held = {
        (above, below, depth): pk
        for pk, above, below, depth in CrmRolePath.objects.values_list(
            "pk", "above_id", "below_id", "depth"
        )
    }
    gone = [held[path] for path in held.keys() - wanted]
    made = sorted(wanted - held.keys())
    if not gone and not made:
        return 0
    with transaction.atomic():
        CrmRolePath.objects.filter(pk__in=gone).delete()
        insert_rows(CrmRolePath, ["above_id", "below_id", "depth"], made)
        _note("role hierarchy", len(gone) + len(made), run)
    return len(gone) + len(made)


def _upwards(role: int, parents: Mapping[int, int | None]) -> list[int]:
    path = {role: None}
    at = role
    while (above := parents.get(at)) is not None and above in parents and above not in path:
        if len(path) > _DEEPEST_ROLE:
            break
        path[above], at = None, above
    return list(path)


def refresh_access(accounts: Iterable[int] | None = None, *, run: ImportRun | None = None) -> int:
    """Recompute the access rows of these accounts (all where None), in chunks.

    Answers how many rows changed.
    """
    changed = 0
    if accounts is None:
        after = 0
        while some := _next(after):
            after = some[-1]
            changed += _refresh(some, run)
        return changed
    wanted = sorted(set(accounts))
    for start in range(0, len(wanted), _CHUNK):
        changed += _refresh(wanted[start : start + _CHUNK], run)
    return changed


def _next(after: int) -> list[int]:
    rows = Account.objects.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:_CHUNK])


def _refresh(accounts: Sequence[int], run: ImportRun | None) -> int:
    wanted = _wanted(accounts)
    rows = AccountAccess.objects.filter(account_id__in=among_keys(accounts))
    held: dict[Row, int] = {
        (account, user, why, write): pk
        for pk, account, user, why, write in rows.values_list(
            "pk", "account_id", "user_id", "why", "may_write"
        )
    }
    gone = [held[row] for row in held.keys() - wanted]
    made = sorted(wanted - held.keys())
    if not gone and not made:
        return 0
    with transaction.atomic():
        AccountAccess.objects.filter(pk__in=gone).delete()
        insert_rows(AccountAccess, ["account_id", "user_id", "why", "may_write"], made)
        _note("access", len(gone) + len(made), run)
    return len(gone) + len(made)


def _wanted(accounts: Sequence[int]) -> set[Row]:
    """One row per account, user and reason; where a reason comes twice, the wider right counts."""
    rights: dict[tuple[int, int, str], bool] = {}

    def give(account: int, user: int, why: str, write: bool) -> None:
        key = (account, user, why)
        rights[key] = rights.get(key, False) or write

    why = AccountAccess.Why
    people = Account.objects.filter(pk__in=among_keys(accounts)).values_list(
        "pk", "owner_id", "executive_sponsor_id"
    )
    for account, owner, sponsor in people:
        if owner is not None:
            give(account, owner, why.OWNER, True)
        if sponsor is not None:
            give(account, sponsor, why.SPONSOR, False)
    team = AccountTeamMember.objects.filter(account_id__in=among_keys(accounts), removed_at=None)
    for account, user in team.values_list("account_id", "user_id"):
        give(account, user, why.TEAM, True)
    for account, user, level in _shares(accounts):
        give(account, user, why.SHARE, level in _WRITING)
    return {(account, user, kind, write) for (account, user, kind), write in rights.items()}


def _shares(accounts: Sequence[int]) -> list[tuple[int, int, str]]:
    """Sharing rows by user; a role's row counts for everybody in the role."""
    rows = AccountShare.objects.filter(account_id__in=among_keys(accounts), removed_at=None)
    found: list[tuple[int, int, str]] = []
    by_role: dict[int, list[tuple[int, str]]] = {}
    for account, user, role, level in rows.values_list("account_id", "user_id", "role_id", "level"):
        if user is not None:
            found.append((account, user, level))
        elif role is not None:
            by_role.setdefault(role, []).append((account, level))
    users = CrmUser.objects.filter(role_id__in=by_role).values_list("pk", "role_id")
    for user, role in users:
        found += [(account, user, level) for account, level in by_role.get(role or 0, ())]
    return found


def _note(what: str, count: int, run: ImportRun | None) -> None:
    journal.record(
        "refresh_access",
        actor_id=run.created_by_id if run else None,
        note=f"{count} rows of {what}",
        run=run,
    )
