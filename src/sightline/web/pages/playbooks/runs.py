"""Runs of playbooks on one's own accounts: why each started, what is next, stopped for a reason."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import playbooks as verbs
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.queries.playbooks import page as queries
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.playbooks import present


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """Runs that have not ended, or with `?ended=1` those that have."""
    return _show(request)


def _show(
    request: Request, *, refusal: str = "", refused: int = 0, status: int = 200
) -> HttpResponse:
    assert request.person is not None
    ended = request.GET.get("ended") == "1"
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isdecimal() and 0 < int(asked) < 100_000 else 1
    rows, more = queries.runs_seen(request.person, ended=ended, page=number)
    context = {
        "page_title": _("Running playbooks"),
        "rows": [(row, present.ENDINGS.get(row.ending, "")) for row in rows],
        "ended": ended,
        "before": number - 1 if number > 1 else 0,
        "after": number + 1 if more else 0,
        "refusal": refusal,
        "refused": refused,
    }
    return render(request, "playbooks/runs.html", context, status=status)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def stop(request: Request, run_id: int) -> HttpResponse:
    """Ends one run for a reason."""
    assert request.person is not None
    if not queries.run_exists(request.person, run_id):
        raise Http404(_("There is no such run on your accounts."))
    try:
        verbs.stop_run(request.person, run_id, why=request.POST.get("why", ""), now=timezone.now())
    except NotAllowed:
        raise
    except PlanningError as error:
        return _show(request, refusal=str(error), refused=run_id, status=422)
    say(request, _("Stopped. Its open steps are dropped."))
    return go(request, reverse("playbooks:run-list"))
