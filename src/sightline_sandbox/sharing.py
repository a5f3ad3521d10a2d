"""Who sees and changes which rows: owner, roles above the owner, teams, shares, parent account.

By default everybody sees everything, as in a trial org. Making an object private turns its
sharing on: administrators still see all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.viewer import Viewer

if TYPE_CHECKING:
    from sightline_sandbox.work import Work

_SUBORDINATES = """
WITH RECURSIVE below(id) AS (
  SELECT r."Id" FROM "UserRole" r JOIN "User" u ON r."ParentRoleId" = u."UserRoleId"
  WHERE u."Id" = '{user}'
  UNION SELECT r."Id" FROM "UserRole" r JOIN below b ON r."ParentRoleId" = b.id)
SELECT u."Id" FROM "User" u WHERE u."UserRoleId" IN (SELECT id FROM below)
"""
_GROUPS = """
SELECT '{user}' UNION SELECT m."GroupId" FROM "GroupMember" m WHERE m."UserOrGroupId" = '{user}'
"""


def _owned(alias: str, user: str) -> str:
    below = _SUBORDINATES.format(user=user)
    return f'({alias}."OwnerId" = \'{user}\' OR {alias}."OwnerId" IN ({below}))'


def _shared(kind: str, id_sql: str, user: str, *, level: str = "", levels: str = "") -> str:
    groups = _GROUPS.format(user=user)
    above = f' AND s."{level}" IN ({levels})' if level else ""
    return (
        f'{id_sql} IN (SELECT s."{kind}Id" FROM "{kind}Share" s '
        f'WHERE s."UserOrGroupId" IN ({groups}){above})'
    )


def _accounts(user: str) -> str:
    """Accounts the user sees."""
    shared = _shared("Account", 'a."Id"', user)
    return f'SELECT a."Id" FROM "Account" a WHERE {_owned("a", user)} OR {shared}'


class Sharing:
    """Row filters for queries, and single-row questions."""

    def row_filter(self, viewer: Viewer) -> Callable[[SObject, str], str | None]:
        """A function giving the condition for rows of an object, or None for no limit."""

        def condition(sobject: SObject, alias: str) -> str | None:
            if not viewer.restricted(sobject):
                return None
            return visible_sql(sobject, alias, viewer.user_id)

        return condition

    def may_edit(self, work: Work, sobject: SObject, record_id: str) -> bool:
        """Whether the user may change this row."""
        if not work.viewer.held_back(sobject):
            return True
        test = editable_sql(sobject, "t", work.viewer.user_id)
        sql = f'SELECT 1 FROM "{sobject.name}" t WHERE t."Id" = ? AND {test}'
        return work.db.execute(sql, (record_id,)).fetchone() is not None

    def access_of(self, work: Work, user_id: str, record_id: str) -> dict[str, Any]:
        """A row of UserRecordAccess for another user and one record."""
        viewer = work.org.viewer(work.db, user_id)
        sobject = work.schema.of_id(record_id)
        reads = edits = False
        if sobject is not None and viewer is not None and viewer.sees_object(sobject):
            reads, edits = self._reads_edits(work, viewer, sobject, record_id)
        full = edits and bool(viewer) and self._owns(work, sobject, viewer, record_id)
        level = "None"
        for name, holds in (("Read", reads), ("Edit", edits), ("Delete", full), ("All", full)):
            level = name if holds else level
        return {
            "RecordId": record_id,
            "HasReadAccess": reads,
            "HasEditAccess": edits,
            "HasDeleteAccess": full,
            "HasTransferAccess": full,
            "HasAllAccess": full,
            "MaxAccessLevel": level,
        }

    def _reads_edits(
        self, work: Work, viewer: Viewer, sobject: SObject, record_id: str
    ) -> tuple[bool, bool]:
        table = f'"{sobject.name}"'
        edits = viewer.may(sobject, "edit")
        found = []
        for make, limited in (
            (visible_sql, viewer.restricted(sobject)),
            (editable_sql, viewer.held_back(sobject)),
        ):
            test = make(sobject, "t", viewer.user_id) if limited else "1"
            sql = f'SELECT 1 FROM {table} t WHERE t."Id" = ? AND {test}'
            found.append(work.db.execute(sql, (record_id,)).fetchone() is not None)
        return found[0], found[1] and edits

    def _owns(
        self, work: Work, sobject: SObject | None, viewer: Viewer | None, record_id: str
    ) -> bool:
        if viewer is None or sobject is None:
            return False
        if viewer.changes_all or sobject.find("OwnerId") is None:
            return True
        sql = f'SELECT 1 FROM "{sobject.name}" t WHERE t."Id" = ? AND {_owned("t", viewer.user_id)}'
        return work.db.execute(sql, (record_id,)).fetchone() is not None


def visible_sql(sobject: SObject, alias: str, user: str) -> str:
    """The condition for rows a restricted user sees."""
    tests = []
    if sobject.find("OwnerId"):
        tests.append(_owned(alias, user))
    if sobject.name in ("Account", "Opportunity"):
        tests.append(_shared(sobject.name, f'{alias}."Id"', user))
    if sobject.name == "Opportunity":
        tests.append(
            f'{alias}."Id" IN (SELECT m."OpportunityId" FROM "OpportunityTeamMember" m '
            f'WHERE m."UserId" = \'{user}\' AND m."IsDeleted" = 0)'
        )
        tests.append(
            _shared(
                "Account",
                f'{alias}."AccountId"',
                user,
                level="OpportunityAccessLevel",
                levels="'Read', 'Edit', 'All'",
            )
        )
    if sobject.name == "Contact" or (sobject.find("AccountId") and not tests):
        tests.append(f'{alias}."AccountId" IN ({_accounts(user)})')
    return "(" + " OR ".join(tests or ["1"]) + ")"


def editable_sql(sobject: SObject, alias: str, user: str) -> str:
    """The condition for rows a restricted user may change."""
    tests = []
    if sobject.find("OwnerId"):
        tests.append(_owned(alias, user))
    if sobject.name in ("Account", "Opportunity"):
        tests.append(
            _shared(
                sobject.name,
                f'{alias}."Id"',
                user,
                level=f"{sobject.name}AccessLevel",
                levels="'Edit', 'All'",
            )
        )
    if sobject.name == "Opportunity":
        tests.append(
            f'{alias}."Id" IN (SELECT m."OpportunityId" FROM "OpportunityTeamMember" m '
            f'WHERE m."UserId" = \'{user}\' AND m."IsDeleted" = 0 '
            "AND m.\"OpportunityAccessLevel\" IN ('Edit', 'All'))"
        )
    if sobject.name == "Contact" or (sobject.find("AccountId") and not tests):
        editable = editable_sql_accounts(user)
        tests.append(f'{alias}."AccountId" IN ({editable})')
    return "(" + " OR ".join(tests or ["1"]) + ")"


def editable_sql_accounts(user: str) -> str:
    """Accounts a restricted user may change."""
    shared = _shared("Account", 'a."Id"', user, level="AccountAccessLevel", levels="'Edit', 'All'")
    return f'SELECT a."Id" FROM "Account" a WHERE {_owned("a", user)} OR {shared}'
