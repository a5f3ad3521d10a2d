"""Units in place: a new column, moved below another, merged into another."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sightline.actions import units as verbs
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.whitespace.place import Work, work_of


@needs(Category.PLAN, Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def units(request: Request, account_id: int) -> HttpResponse:
    """The units as a list with their forms; `act` is add, move or merge."""
    work = work_of(request, account_id)
    if not work.may_write:
        raise PermissionDenied(_("You may see this plan, but not change it."))
    refusal = ""
    if request.method == "POST":
        try:
            _do(request, work)
        except NotAllowed:
            raise
        except PlanningError as error:
            refusal = str(error)
        else:
            say(request, _("Saved."))
            return go(request, reverse("whitespace:units", args=[account_id]))
    context = {
        **frame_of(work.shell, _("Units"), current="whitespace:show"),
        "units": [unit for unit in work.grid.units if unit.key.isdecimal()],
        "refusal": refusal,
        "typed": request.POST,
        "account_id": account_id,
    }
    return render(request, "whitespace/units.html", context, status=422 if refusal else 200)


def _do(request: Request, work: Work) -> None:
    person, form = request.person, request.POST
    assert person is not None
    other = int(form["other"]) if form.get("other", "").isdecimal() else None
    unit = int(form["unit"]) if form.get("unit", "").isdecimal() else 0
    if unit and work.grid.unit(str(unit)) is None:
        raise InvalidValue(_("There is no such unit in this account."), field="unit")
    if form.get("act") == "add":
        staff = int(form["employees"]) if form.get("employees", "").isdecimal() else None
        planning = work.shell.scope.planning_id
        verbs.add_unit(person, planning, form.get("name", ""), parent_id=other, employees=staff)
    elif form.get("act") == "move":
        verbs.move_unit(person, unit, other, now=work.shell.now)
    elif form.get("act") == "merge" and other is not None:
        verbs.merge_unit(person, unit, other, now=work.shell.now)
    else:
        raise InvalidValue(_("Choose the other unit."), field="other")
