"""The queue: states, attempts, next try, last error; stop and try again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import jobs
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries.jobs import JobRow, job_exists, queue_page
from sightline.records.scoping import Person
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.settings.tabs import settings_tabs

STATES = {
    "waiting": (gettext_lazy("Waiting"), ""),
    "running": (gettext_lazy("Running"), "accent"),
    "done": (gettext_lazy("Done"), "pos"),
    "failed": (gettext_lazy("Failed"), "neg"),
    "cancelled": (gettext_lazy("Cancelled"), "warn"),
}
NAMES = {
    "imports.preview": gettext_lazy("Read an import"),
    "imports.apply": gettext_lazy("Apply an import"),
    "measure": gettext_lazy("Measure revenue"),
    "requalify": gettext_lazy("Compute tiers"),
    "draft_plan": gettext_lazy("Draft a plan"),
    "draft_plans": gettext_lazy("Draft plans"),
    "refresh_plan": gettext_lazy("Refresh a plan"),
    "refresh_plans": gettext_lazy("Refresh plans"),
    "prepare_week": gettext_lazy("Prepare Monday"),
    "portfolio_sums": gettext_lazy("Add up the portfolio"),
    "losing_ground": gettext_lazy("Find what accounts lose"),
    "quiet": gettext_lazy("Say which accounts may fall quiet"),
    "signals": gettext_lazy("Look for signals"),
    "two_pages": gettext_lazy("Print plans"),
    "people_map": gettext_lazy("Draw a map as a file"),
    "demonstration.load": gettext_lazy("Load the demonstration"),
    "demonstration.remove": gettext_lazy("Remove the demonstration"),
    "daily": gettext_lazy("Daily work"),
    "tidy": gettext_lazy("Tidy up"),
    "suggest": gettext_lazy("Suggest whitespace"),
    "propose_reviews": gettext_lazy("Propose reviews"),
    "prepare_reviews": gettext_lazy("Prepare reviews"),
    "try_rules": gettext_lazy("Try own rules"),
    "weights.try": gettext_lazy("Try other weights"),
    "renewal_steps": gettext_lazy("Make the steps of renewals"),
    "keep_predictions": gettext_lazy("Keep what was predicted"),
    "people.password_link": gettext_lazy("Send a link for a password"),
    "crm.create_opportunity": gettext_lazy("Create an opportunity in the CRM"),
    "crm.update_opportunity": gettext_lazy("Update an opportunity in the CRM"),
    "sync": gettext_lazy("Exchange with the CRM"),
    "sync.live": gettext_lazy("Exchange one record with the CRM"),
    "sync.compare": gettext_lazy("Compare everything with the CRM"),
    "playbooks.evaluate": gettext_lazy("Run playbooks"),
    "playbooks.try": gettext_lazy("Try a playbook"),
    "messages.plan": gettext_lazy("Plan Monday's messages"),
    "messages.send": gettext_lazy("Send messages"),
    "departures": gettext_lazy("Test departures"),
    "departures.one": gettext_lazy("Test the departures of an account"),
    "people.signals": gettext_lazy("Look for people who left or moved"),
    "people.erase": gettext_lazy("Erase a person"),
    "people.retention": gettext_lazy("Let people's data expire"),
}


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job as drawn."""

    job: JobRow
    name: str
    state: str
    tone: str
    progress: str
    may_stop: bool
    may_retry: bool


@needs(Category.SETTINGS, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """One page of the queue, the newest first."""
    state = request.GET.get("state", "")
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isdecimal() and 0 < int(asked) < 100_000 else 1
    if state and state not in STATES:
        raise Http404(_("There is no such state."))
    found = queue_page(state, page=page, now=timezone.now())
    context = {
        "page_title": _("Settings"),
        "rows": [_line(row) for row in found.rows],
        "workers": found.workers,
        "states": [
            {"code": code, "words": words, "count": found.counts.get(code, 0)}
            for code, (words, _tone) in STATES.items()
        ],
        "state": state,
        "number": page,
        "before": page - 1 if page > 1 else 0,
        "after": page + 1 if found.more else 0,
        **settings_tabs("jobs:list"),
    }
    return render(request, "jobs/list.html", context, partial="rows")


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def cancel(request: Request, job_id: int) -> HttpResponse:
    """Stops a job."""
    return _do(request, job_id, jobs.cancel_job, _("The job stops."))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def retry(request: Request, job_id: int) -> HttpResponse:
    """Tries a job again."""
    return _do(request, job_id, jobs.retry_job, _("The job is tried again."))


def _do(request: Request, job_id: int, verb: Callable[..., None], said: str) -> HttpResponse:
    person: Person | None = request.person
    assert person is not None
    if not job_exists(job_id):
        raise Http404(_("That job does not exist any more."))
    now: datetime = timezone.now()
    try:
        verb(person, job_id, now=now)
    except InvalidValue as wrong:
        say(request, str(wrong), tone="warn")
    else:
        say(request, said)
    return go(request, reverse("jobs:list"))


def _line(row: JobRow) -> JobLine:
    words, tone = STATES[row.state]
    progress = ""
    if row.total:
        progress = f"{row.done:,} / {row.total:,}"
    elif row.done:
        progress = f"{row.done:,}"
    return JobLine(
        job=row,
        name=str(NAMES.get(row.name, row.name)),
        state=_("Stopping") if row.stopping else str(words),
        tone=tone,
        progress=progress,
        may_stop=row.state in {"waiting", "running"} and not row.stopping,
        may_retry=row.state in {"failed", "cancelled"},
    )
