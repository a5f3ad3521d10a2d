"""The journal in words: what was done, to which field, what it was and what it became."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.records.queries.account_journal import JournalPage, JournalRow
from sightline.web.pages.account.renewals import goal_words, risk_words
from sightline.wording import dates
from sightline.wording.money import full_money

MONEY_FIELDS = frozenset({"target"})
DAY_FIELDS = frozenset({"held_on", "due_on", "joint_on"})
SILENT = frozenset({"target_agreed_by_id", "target_agreed_on"})


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One field, before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry of the journal."""

    at: datetime
    who: str
    what: str
    note: str
    changes: tuple[ShownChange, ...]


def shown_entries(page: JournalPage, *, currency: str) -> tuple[ShownEntry, ...]:
    """Every entry in words; amounts are in the currency given."""
    return tuple(_entry(row, currency) for row in page.rows)


def _entry(row: JournalRow, currency: str) -> ShownEntry:
    return ShownEntry(
        at=row.at,
        who=row.who or _("Sightline"),
        what=_verb(row.verb),
        note=row.note,
        changes=tuple(
            ShownChange(_field(name), _value(name, old, currency), _value(name, new, currency))
            for name, old, new in row.changes
            if name not in SILENT
        ),
    )


def _verb(verb: str) -> str:
    known = {
        "draft_plan": _("Drafted the plan"),
        "set_target": _("Set the target"),
        "set_thesis": _("Changed the growth thesis"),
        "take_crm_target": _("Took the target from the CRM"),
        "set_renewal": _("Changed a renewal strategy"),
        "propose_review": _("Proposed a review"),
        "move_review": _("Moved a review"),
        "open_review": _("Opened a review"),
        "close_review": _("Closed a review"),
        "sign_off_plan": _("Signed the plan off"),
        "join_family": _("Came into the family"),
        "leave_family": _("Left the family"),
        "roll_plan": _("Rolled the plan forward"),
        "accept_tier": _("Accepted the tier"),
        "override_tier": _("Overrode the tier"),
        "undo_tier_decision": _("Took a tier decision back"),
        "answer_importance": _("Answered the strategic importance"),
    }
    return known.get(verb) or verb.replace("_", " ").capitalize()


def _field(name: str) -> str:
    known = {
        "target": _("Target"),
        "target_source": _("Source of the target"),
        "thesis": _("Growth thesis"),
        "goal": _("Goal"),
        "risk": _("Risk"),
        "owner_id": _("Owner"),
        "decider_id": _("Who decides"),
        "notes": _("Price position and notes"),
        "decided_tier": _("Tier"),
        "held_on": _("Day"),
        "due_on": _("Due"),
        "joint_on": _("Day with the customer"),
    }
    return known.get(name) or name.removesuffix("_id").replace("_", " ").capitalize()


def _value(name: str, value: Any, currency: str) -> str:
    if value in (None, ""):
        return _("nothing")
    if name in MONEY_FIELDS and isinstance(value, int):
        return full_money(Money(value, currency))
    if name in DAY_FIELDS and isinstance(value, str):
        return dates.day(date.fromisoformat(value))
    if name == "goal":
        return goal_words().get(str(value), str(value))
    if name == "risk":
        return risk_words().get(str(value), str(value))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)
