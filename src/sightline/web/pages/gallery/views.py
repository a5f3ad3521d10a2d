"""The living gallery: what a component looks like is looked up here, not remembered."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sightline.web.gate import Request, signed_in
from sightline.web.htmx import render, say
from sightline.web.pages.gallery import drawings, samples


@signed_in
@require_http_methods(["GET"])
def show(request: Request) -> HttpResponse:
    """Every component in every state, from made-up values; `?say=1` shows the messages too."""
    now = timezone.now()
    form = samples.SampleForm({"close_date": "31.02.2027", "potential": "150,000", "stage": "x"})
    form.is_valid()
    context = {
        "page_title": _("Components"),
        "page_note": _("Every part with its states. Colour is never the only sign."),
        "form": form,
        "stats": samples.STATS,
        "tabs": samples.TABS,
        "cells": samples.CELLS,
        "conflict": samples.conflict(now),
        "figure": samples.figure(now.date()),
        "rows": samples.ROWS,
        "page": Paginator(range(1, 43), 11).page(1),
        "charts": drawings.charts(now.date()),
        "sparkline": drawings.SPARKLINE,
        "map": drawings.people_map(),
        "moments": samples.moments(now),
    }
    if request.GET.get("say"):
        say(request, _("Action done. Vulnerability falls by 3."), undo=request.path)
        say(request, _("Saved here, not yet in Salesforce."), tone="warn")
        say(request, _("Not saved. The server did not answer."), tone="neg")
    return render(request, "gallery/show.html", context)
