"""The grid, its further bands, the table beside it, and one cell."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import SeeOther, render
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.whitespace import present
from sightline.web.pages.whitespace.bulk import SAYS
from sightline.web.pages.whitespace.chosen import Chosen, chosen_of
from sightline.web.pages.whitespace.controls import controls_of
from sightline.web.pages.whitespace.panel import panel_of
from sightline.web.pages.whitespace.place import Work, work_of
from sightline.web.pages.whitespace.suggestions import next_of
from sightline.web.pages.whitespace.table import table_of


@needs(Category.FACTS, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """The grid of an account; `?as=table` the same cells as a list."""
    work = work_of(request, account_id)
    chosen = chosen_of(request.GET)
    if chosen.band is not None:
        return _band(request, work, chosen, *chosen.band)
    context = {
        **frame_of(work.shell, _("Whitespace"), current="whitespace:show"),
        "work": work,
        "sums": present.headline(work.grid.whole),
        "left_out": [one.text for one in work.grid.whole.exclusions()],
        "left_words": present.left_words(work.grid.whole),
        "controls": controls_of(work, chosen, request.GET),
        "grid": None if chosen.table else present.grid_of(work, chosen, request.GET),
        "table": table_of(work, chosen, request.GET) if chosen.table else None,
        "query": request.GET.urlencode(),
        "cell": None,
        "says": SAYS,
        "next": next_of(work, request.person),
    }
    return render(request, "whitespace/show.html", context)


def _band(request: Request, work: Work, chosen: Chosen, index: int, start: int) -> HttpResponse:
    """Further rows of one family, for a grid that is larger than a page."""
    rows, more, across = present.band_of(work, chosen, request.GET, index=index, start=start)
    context = {
        **frame_of(work.shell, _("Whitespace"), current="whitespace:show"),
        "rows": rows,
        "more": more,
        "across": across,
    }
    return render(request, "whitespace/band.html", context, partial="rows")


@needs(Category.FACTS, Act.READ)
@require_safe
def cell(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """One cell: everything known, and the questions."""
    work = work_of(request, account_id)
    if not work.shell.rights.plan:
        raise PermissionDenied(_("You may see the grid, but not what stands behind a cell."))
    panel = panel_of(work, unit, line, past=True)
    context = {
        **frame_of(work.shell, panel.title, current="whitespace:show"),
        "cell": panel,
        "grid": None,
    }
    return render(request, "whitespace/cell.html", context, partial="panel")


@needs(Category.PLAN, Act.WRITE)
@require_safe
def to_play(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """The short way of the keyboard from a cell to its play."""
    return SeeOther(f"{reverse('plays:start', args=[account_id])}?cell={unit}-{line}")
