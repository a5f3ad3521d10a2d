"""How the revenue of each product line comes, confirmed by a person."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import settings
from sightline.planning.permissions import Act, Category
from sightline.records.queries.settings import LineRow, product_lines
from sightline.web.conflict import Conflict, conflict_panel
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.settings.forms import KINDS, LineForm
from sightline.web.pages.settings.tabs import settings_tabs


@needs(Category.SETTINGS, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """Every line with its kind."""
    return _page(request)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def set_kind(request: Request, line_id: int) -> HttpResponse:
    """Sets and confirms the kind of one line."""
    person = request.person
    assert person is not None
    line = next((row for row in product_lines() if row.id == line_id), None)
    if line is None:
        raise Http404(_("That product line does not exist any more."))
    form = LineForm(request.POST)
    if not form.is_valid():
        return _page(request, wrong=line_id, status=422)
    kind = form.cleaned_data["revenue_kind"]
    try:
        settings.set_line_kind(person, line_id, kind, seen_version=form.cleaned_data["version"])
    except settings.StaleSettings as stale:
        return conflict_panel(request, _conflict(line, kind, stale))
    say(request, _("%(line)s is confirmed.") % {"line": line.name})
    return go(request, reverse("settings:lines"))


def _conflict(line: LineRow, kind: str, stale: settings.StaleSettings) -> Conflict:
    names = {code: str(words) for code, words in KINDS}
    theirs = str(stale.theirs["revenue_kind"])
    return Conflict(
        heading=_("%(line)s was changed meanwhile") % {"line": line.name},
        url=reverse("settings:line-set", args=[line.id]),
        name="revenue_kind",
        mine=kind,
        theirs=theirs,
        mine_shown=names[kind],
        theirs_shown=names.get(theirs, theirs),
        who=_("Somebody else"),
        version=str(stale.version),
    )


def _page(request: Request, *, wrong: int = 0, status: int = 200) -> HttpResponse:
    rows = product_lines()
    context = {
        "page_title": _("Settings"),
        "lines": rows,
        "open": sum(not row.confirmed for row in rows),
        "kinds": KINDS,
        "wrong": wrong,
        **settings_tabs("settings:lines"),
    }
    return render(request, "settings/lines.html", context, status=status)
