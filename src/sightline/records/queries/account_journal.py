"""The journal of one account: who changed what, before and after, as far as one may read it.

An entry belongs to a category of content; one whose verb nobody has placed is shown only to people
who may read all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sightline.planning.permissions import Category
from sightline.records.models import Contact, CrmUser, JournalEntry
from sightline.records.queries.account_scope import AccountScope, Rights

PER_PAGE = 50
VERBS: Mapping[Category, tuple[str, ...]] = {
    Category.PLAN: (
        "draft_plan",
        "set_target",
        "set_thesis",
        "take_crm_target",
        "set_renewal",
        "propose_review",
        "plan_review",
        "move_review",
        "open_review",
        "close_review",
        "close_joint",
        "carry_over",
        "sign_off_plan",
        "decide_roll",
        "roll_plan",
        "sign_roll",
    ),
    Category.WALLET_TIERS: (
        "accept_tier",
        "override_tier",
        "undo_tier_decision",
        "answer_importance",
    ),
}


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry; `changes` are field, before, after as kept; people are named where they are
    still there."""

    id: int
    at: datetime
    who: str
    verb: str
    subject: str
    note: str
    changes: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Newest first; `before` is the key to ask the next page with, None on the last."""

    rows: tuple[JournalRow, ...]
    before: int | None
    currency: str = ""


def journal_page(scope: AccountScope, *, before: int | None = None) -> JournalPage:
    """One page of the visible accounts' entries. Three queries."""
    entries = JournalEntry.objects.filter(account_id__in=scope.seen_ids)
    allowed = readable_verbs(scope.rights)
    if allowed is not None:
        entries = entries.filter(verb__in=allowed)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries.select_related("actor").order_by("-pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    names = _names(shown)
    return JournalPage(
        rows=tuple(_row(entry, names) for entry in shown),
        before=shown[-1].pk if len(found) > PER_PAGE else None,
    )


def readable_verbs(rights: Rights) -> frozenset[str] | None:
    """The verbs somebody may read of; None means every one."""
    if rights.plan and rights.wallet and rights.opinions:
        return None
    open_to = {Category.PLAN: rights.plan, Category.WALLET_TIERS: rights.wallet}
    return frozenset(verb for kind, verbs in VERBS.items() if open_to[kind] for verb in verbs)


_PEOPLE = {"owner_id": CrmUser, "owner": CrmUser, "decider_id": Contact, "decider": Contact}


def _names(entries: list[JournalEntry]) -> dict[tuple[type, int], str]:
    """The names behind the keys in these entries; an erased person has none."""
    wanted: dict[type, set[int]] = {CrmUser: set(), Contact: set()}
    for entry in entries:
        for field, pair in entry.changes.items():
            if field in _PEOPLE:
                wanted[_PEOPLE[field]] |= {key for key in pair if isinstance(key, int)}
    found: dict[tuple[type, int], str] = {}
    if wanted[CrmUser]:
        ours = CrmUser.objects.filter(pk__in=wanted[CrmUser]).values_list("pk", "name")
        found |= {(CrmUser, pk): name for pk, name in ours}
    if wanted[Contact]:
        theirs = Contact.objects.filter(pk__in=wanted[Contact], erased_at=None)
        found |= {(Contact, pk): name for pk, name in theirs.values_list("pk", "name")}
    return found


def _row(entry: JournalEntry, names: Mapping[tuple[type, int], str]) -> JournalRow:
    def said(field: str, value: Any) -> Any:
        if field in _PEOPLE and isinstance(value, int):
            return names.get((_PEOPLE[field], value), f"#{value}")
        return value

    return JournalRow(
        id=entry.pk,
        at=entry.at,
        who=entry.actor.name if entry.actor else "",
        verb=entry.verb,
        subject=entry.subject_kind,
        note=entry.note,
        changes=tuple(
            (field, said(field, pair[0]), said(field, pair[1]))
            for field, pair in entry.changes.items()
            if isinstance(pair, list) and len(pair) == 2
        ),
    )
