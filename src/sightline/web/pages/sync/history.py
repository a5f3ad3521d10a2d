"""Every value that crossed, the newest first: of a connection, a record, or one field of it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.records.queries import sync as queries
from sightline.records.queries import sync_history, sync_titles
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.sync import present
from sightline.web.pages.sync.values import field_word

PAGE = 50


@needs(Category.SETTINGS, Act.READ)
@require_safe
def show(request: Request, connection_id: int) -> HttpResponse:
    """A page of it; the next is asked for only where there is one."""
    facts = queries.connection(connection_id)
    if facts is None:
        raise Http404(_("There is no such connection."))
    link, field = _number(request.GET.get("record")), request.GET.get("field", "")[:80]
    page = max(1, _number(request.GET.get("page")))
    rows = sync_history.crossings(
        connection_id, link=link, field=field, start=(page - 1) * PAGE, limit=PAGE + 1
    )
    titles = sync_titles.titles([(row.target, row.local_id) for row in rows])
    values = [(row.field, value) for row in rows for value in (row.before, row.after)]
    names = sync_titles.value_names(connection_id, values)
    lines = present.crossing_lines(rows[:PAGE], titles, names)
    context = {
        "page_title": _("History"),
        "page_note": lines[0].title if link and lines else facts.name,
        "facts": facts,
        "lines": lines,
        "record": link,
        "field": field,
        "field_words": field_word(field) if field else "",
        "page": page,
        "more": len(rows) > PAGE,
    }
    return render(request, "sync/history.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
