"""Turn a proposed relationship into an action, in one step."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import relationships
from sightline.planning.errors import PlanningError
from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.account.shell import shell_of
from sightline.web.pages.departures.work import test_url

DUE = timedelta(days=14)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def build(request: Request, account_id: int) -> HttpResponse:
    """Post `person`, `role`, `by` (a key of ours) and `next`: an action due in two weeks."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    person, by = request.POST.get("person", ""), request.POST.get("by", "")
    if not person.isdecimal() or not shell.rights.opinions:
        raise Http404(_("There is no such person, or you may not see them."))
    try:
        made = relationships.ask_for(
            request.person,
            shell.scope.planning_id,
            relationships.Wanted(
                contact_id=int(person),
                role=request.POST.get("role", "")[:20],
                owner_id=int(by) if by.isdecimal() else None,
                due_on=shell.today + DUE,
            ),
        )
    except PlanningError as refused:
        say(request, str(refused), tone="neg")
    else:
        told = _("The action is there, due in two weeks.") if made else _("There is one already.")
        say(request, told)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = test_url(account_id, ())
    return go(request, back)
