"""Playbooks in words: triggers, owners, endings, and what came of runs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sightline.planning.playbooks import PlaybookParameters
from sightline.records.queries.playbooks.page import BookRow, Measured, Trial
from sightline.wording.chances import percent

TRIGGERS = {
    "renewal": gettext_lazy("A contract nears its end"),
    "adoption_drop": gettext_lazy("Usage falls"),
    "revenue_drop": gettext_lazy("Revenue falls"),
    "case_surge": gettext_lazy("Serious cases pile up"),
    "contact_joined": gettext_lazy("Somebody joins"),
    "contact_left": gettext_lazy("Somebody leaves"),
    "onboarding": gettext_lazy("A new customer is won"),
}
UNITS = {
    "renewal": "days",
    "adoption_drop": "share",
    "revenue_drop": "share",
    "case_surge": "cases",
    "contact_joined": "days",
    "contact_left": "days",
    "onboarding": "days",
}
OWNERS = {
    "account_owner": gettext_lazy("Account owner"),
    "customer_success": gettext_lazy("Customer success"),
    "renewal_owner": gettext_lazy("Renewal owner"),
}
KINDS = {
    "call": gettext_lazy("Call"),
    "meeting": gettext_lazy("Meeting"),
    "mail": gettext_lazy("Mail"),
    "offer": gettext_lazy("Offer"),
    "check": gettext_lazy("Check"),
}
ENDINGS = {
    "finished": gettext_lazy("Every step settled"),
    "cause_gone": gettext_lazy("Its cause went away"),
    "tier": gettext_lazy("Planned in another way"),
    "stopped": gettext_lazy("Stopped"),
}


@dataclass(frozen=True, slots=True)
class BookLine:
    """One playbook as listed."""

    row: BookRow
    when: str
    state: str
    tone: str
    measured: str


def line(row: BookRow, numbers: PlaybookParameters) -> BookLine:
    """A playbook with its trigger, state and runs in words."""
    state, tone = (_("On"), "pos") if row.is_on else (_("Off"), "")
    if not row.is_on and row.switched_at is not None:
        state = _("Paused")
    if not row.tried:
        state, tone = _("Not tried yet"), "warn"
    return BookLine(
        row, when(row.trigger, row.threshold, numbers), state, tone, came_of(row.measured)
    )


def when(trigger: str, threshold: float | None, numbers: PlaybookParameters) -> str:
    """The trigger with its threshold."""
    shipped = {
        "renewal": float(numbers.renewal_days),
        "adoption_drop": numbers.adoption_fall,
        "revenue_drop": numbers.revenue_fall,
        "case_surge": float(numbers.case_surge),
    }.get(trigger, float(numbers.recent_days))
    value = shipped if threshold is None else threshold
    texts = {
        "renewal": _("A contract ends within %(n)s days and is not settled"),
        "adoption_drop": _("Usage is down %(n)s or more on the year before"),
        "revenue_drop": _("Revenue of twelve months is down %(n)s or more on the year before"),
        "case_surge": _("%(n)s or more critical cases or broken service levels are open"),
        "contact_joined": _("Somebody joined in the last %(n)s days"),
        "contact_left": _("Somebody left in the last %(n)s days"),
        "onboarding": _("The first order was won in the last %(n)s days"),
    }
    shown = percent(value) if UNITS[trigger] == "share" else f"{value:g}"
    return texts[trigger] % {"n": shown}


def came_of(measured: Measured) -> str:
    """What came of the runs, in one line; nothing is claimed before anything ran."""
    if not measured.runs:
        return _("Has not run yet.")
    parts = [
        ngettext("%(n)s run", "%(n)s runs", measured.runs) % {"n": f"{measured.runs:,}"},
        _("%(n)s running") % {"n": f"{measured.running:,}"},
    ]
    ended = (
        (measured.cause_gone, _("%(n)s ended because the cause went away")),
        (measured.finished, _("%(n)s went to the last step")),
        (measured.stopped, _("%(n)s stopped by somebody")),
        (measured.tier, _("%(n)s ended by another tier")),
    )
    parts += [text % {"n": f"{count:,}"} for count, text in ended if count]
    if measured.late:
        parts.append(_("%(n)s steps late") % {"n": f"{measured.late:,}"})
    return ", ".join(parts) + "."


def would_start(trial: Trial) -> str:
    """The answer of a dry run, in one sentence."""
    return ngettext("Would start %(n)s today.", "Would start %(n)s today.", trial.starts) % {
        "n": f"{trial.starts:,}"
    }


def trial_details(trial: Trial) -> str:
    """What was looked at, and what nobody would own."""
    text = _("%(accounts)s accounts looked at, %(actions)s actions.") % {
        "accounts": f"{trial.looked_at:,}",
        "actions": f"{trial.actions:,}",
    }
    if trial.without_owner:
        text += " " + _("%(n)s of them would have no owner.") % {"n": f"{trial.without_owner:,}"}
    return text
