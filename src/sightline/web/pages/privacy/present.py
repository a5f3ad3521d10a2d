"""Periods and kinds of data in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.parameters import Parameters
from sightline.planning.retention import RetentionParameters
from sightline.planning.stakeholders import StakeholderParameters


@dataclass(frozen=True, slots=True)
class Period:
    """How long one kind is kept, from when on, and the number's key in the method's settings."""

    kind: str
    kept: str
    counted: str
    key: str


def periods(parameters: Parameters) -> tuple[Period, ...]:
    """Every kind with its period."""
    numbers = parameters.section(RetentionParameters, "people_data")
    opinions = parameters.section(StakeholderParameters, "stakeholders").opinion_months
    since_contact = _("after the last contact, or after it was said where there was none since")
    since_day = _("after the day")
    return (
        Period(
            _("Stance, strength, interests, lines of influence"),
            _months(opinions),
            since_contact,
            "stakeholders.opinion_months",
        ),
        Period(
            _("Private notes"),
            _months(numbers.note_months),
            since_contact,
            "people_data.note_months",
        ),
        Period(
            _("Days of meetings, calls and mails"),
            _months(numbers.activity_months),
            since_day,
            "people_data.activity_months",
        ),
        Period(
            _("Values in the journal and the history of synced fields"),
            _months(numbers.journal_months),
            since_day,
            "people_data.journal_months",
        ),
        Period(
            _("Rows of the CRM as they were read"),
            ngettext("%s day", "%s days", numbers.inbox_days) % numbers.inbox_days,
            since_day,
            "people_data.inbox_days",
        ),
    )


def _months(count: int) -> str:
    return ngettext("%s month", "%s months", count) % count


def kinds(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """What is held, by kind, in words where the product has them."""
    named = {
        "opinion": _("opinions and notes"),
        "heldrole": _("roles by decision"),
        "holder": _("who of ours holds the relationship"),
        "opportunitycontactrole": _("roles on opportunities"),
        "playperson": _("plays that need them"),
        "action": _("actions"),
        "signal": _("signals"),
        "loggedcall": _("calls logged here"),
        "case": _("cases"),
        "priority_said_by": _("priorities they told us"),
        "jointnote": _("notes of joint reviews"),
        "contact_days": _("days of contact"),
        "seenaddress": _("mails seen from their address"),
        "journal": _("journal entries"),
        "renewalstrategy_decider": _("renewals they decide"),
        "contact_reports_to": _("people who report to them"),
        "mapline_start": _("lines on the map that start at them"),
        "mapline_end": _("lines on the map that lead to them"),
        "mapplace": _("maps they were put on or taken off"),
        "managerchange": _("moves of their reporting line"),
        "factchange": _("changes of name, title or unit"),
        "contactunit": _("further units"),
        "departurecost": _("what their departure would cost"),
        "contactwatch": _("what signals saw of them"),
    }
    rows = [(named.get(name, name.replace("_", " ")), count) for name, count in counts.items()]
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))


def places(found: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """Texts that hold a part of an erased name, in words, by the number each has."""
    named = {
        "priority": _("priority %s"),
        "assumption": _("assumption %s"),
        "planrisk": _("risk %s"),
        "objective": _("objective %s"),
        "explanation": _("explanation %s"),
        "explanationevidence": _("evidence %s"),
        "play": _("play %s"),
        "action": _("action %s"),
        "plan": _("growth hypothesis of plan %s"),
        "plantext": _("text %s kept with a snapshot"),
        "reviewitem": _("item %s of a review"),
        "minuteline": _("line %s of the minutes"),
        "jointnote": _("note %s of a joint review"),
        "opinion": _("opinion %s"),
    }
    return tuple(named.get(table, f"{table} %s") % key for table, key in found)
