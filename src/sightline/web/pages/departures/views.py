"""The departure test of one account, and the ten departures that would cost most."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.actions.portfolio_sums import ask_for_sums
from sightline.planning.permissions import Act, Category
from sightline.records.queries import departures
from sightline.records.queries.analytics.keeping import counting
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.departures import dearest as ten
from sightline.web.pages.departures.present import shown_test
from sightline.web.pages.departures.proposed import shown_proposals
from sightline.web.pages.departures.table import shown_people
from sightline.web.pages.departures.work import work_of


@needs(Category.OPINIONS, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """Take people away with `?who=t12&who=o3` and see what loses its path."""
    work = work_of(request, account_id, request.GET)
    everybody = request.GET.get("all") == "1"
    context = {
        **frame_of(work.shell, _("Departure test"), current="departures:show"),
        "test": shown_test(work),
        "people": shown_people(work, everybody=everybody),
        "proposals": shown_proposals(work),
        "may_write": work.shell.rights.plan_write,
    }
    return render(request, "departures/show.html", context)


@needs(Category.OPINIONS, Act.READ)
@require_safe
def dearest(request: Request) -> HttpResponse:
    """The ten departures that would cost most, over the accounts this person works."""
    assert request.person is not None
    found = departures.dearest(request.person)
    if found.waiting:
        ask_for_sums()
    context = {
        "page_title": _("Departures"),
        "page_note": _("The ten that would cost most, over the accounts you work on"),
        "found": ten.shown_dearest(found),
        "kept_at": found.summed_at,
        "waiting": found.waiting,
        "progress": counting() if found.waiting else None,
    }
    return render(request, "departures/dearest.html", context)
