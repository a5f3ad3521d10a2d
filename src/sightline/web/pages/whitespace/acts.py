"""Acts on a whole cell: confirming it, who works it, and which of its values counts."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import whitespace as verbs
from sightline.actions.whitespace import Place, Saying, StaleCell
from sightline.actions.whitespace_confirm import confirm_cell
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say, wants_fragment
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.whitespace.panel import panel_of
from sightline.web.pages.whitespace.place import cell_url, place_in, work_of

Doing = Callable[[Place, Saying], str]


@needs(Category.PLAN, Act.WRITE)
@require_POST
def confirm(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """All that stands in the cell is right today."""
    seen = [int(one) for one in request.POST.getlist("seen") if one.isdecimal()]

    def doing(place: Place, saying: Saying) -> str:
        confirm_cell(place, saying=saying, seen=seen)
        return _("Confirmed as of today.")

    return _do(request, account_id, (unit, line), doing)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def own(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """Who of ours works the cell."""
    given = request.POST.get("owner", "")

    def doing(place: Place, saying: Saying) -> str:
        verbs.set_cell_owner(place, int(given) if given.isdecimal() else None, saying=saying)
        return _("Saved.")

    return _do(request, account_id, (unit, line), doing)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def count_by(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """Which value counts; empty leaves it to the order of the method."""

    def doing(place: Place, saying: Saying) -> str:
        verbs.choose_method(place, request.POST.get("method", ""), saying=saying)
        return _("Saved.")

    return _do(request, account_id, (unit, line), doing)


def _do(request: Request, account_id: int, key: tuple[str, str], doing: Doing) -> HttpResponse:
    """Do it, and show the cell as it stands now; 409 or 422 where it was refused."""
    work = work_of(request, account_id)
    place = place_in(work, *key)
    work.score(*key)
    assert request.person is not None
    status = 200
    try:
        told = doing(place, Saying(request.person, work.shell.now, work.shell.today, None))
    except NotAllowed:
        raise
    except PlanningError as error:
        status = 409 if isinstance(error, StaleCell) else 422
        say(request, str(error), tone="warn")
    else:
        say(request, told)
        if not wants_fragment(request):
            return go(request, cell_url(account_id, *key))
    panel = panel_of(work_of(request, account_id), *key, past=True)
    context = {
        **frame_of(work.shell, panel.title, current="whitespace:show"),
        "cell": panel,
        "grid": None,
    }
    return render(request, "whitespace/cell.html", context, partial="panel", status=status)
