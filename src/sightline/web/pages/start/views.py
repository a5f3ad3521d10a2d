"""Three doors in, and a tour through one story."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import demonstration_load
from sightline.planning.permissions import Act, Category
from sightline.records.queries import state
from sightline.records.queries.tour import tour_stop
from sightline.web.gate import Request, may_open, needs, roles_may, signed_in
from sightline.web.htmx import go, render, say
from sightline.web.pages.start import present


@signed_in
@require_safe
def doors(request: Request) -> HttpResponse:
    """See the demonstration, load an export, connect a CRM: what is ready, and what it takes."""
    person = request.person
    assert person is not None
    context = {
        "page_title": _("Start"),
        "doors": present.doors(
            demonstration=state.has_demonstration(),
            accounts=state.has_accounts(),
            loading=demonstration_load.is_loading(),
            may_load=roles_may(person, Category.SETTINGS, Act.WRITE),
        ),
    }
    return render(request, "start/doors.html", context, partial="doors")


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def load_demonstration(request: Request) -> HttpResponse:
    """Ask the worker to make and load the demonstration company."""
    person = request.person
    assert person is not None
    if demonstration_load.request_load(person):
        say(request, _("The demonstration company is being made. This takes about half a minute."))
    else:
        say(request, _("There are accounts already: the demonstration stays apart."), tone="warn")
    return go(request, reverse("start:doors"))


@signed_in
@require_safe
def tour(request: Request) -> HttpResponse:
    """The four stops of the tour, each a click into the product."""
    person = request.person
    assert person is not None
    stop = tour_stop(person)
    stops = [
        one if may_open(person, one.url) else replace(one, url="") for one in present.stops(stop)
    ]
    context = {"page_title": _("One story in four clicks"), "stops": stops}
    return render(request, "start/tour.html", context)
