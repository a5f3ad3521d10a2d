"""One search for the palette and for people without script."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.records.queries.search import searches_parts
from sightline.web import nav
from sightline.web.gate import Request, signed_in
from sightline.web.htmx import render

LONGEST_QUESTION = 200


@signed_in
@require_safe
def find(request: Request) -> HttpResponse:
    """Lines for `?q=`; each source narrows to what the person may see."""
    person = request.person
    assert person is not None
    words = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    context = {
        "words": words,
        "results": nav.search(person, words),
        "beginnings_only": not searches_parts(),
        "page_title": _("Search"),
    }
    return render(request, "search/find.html", context, partial="results")
