"""Posts of these pages: a proposed relationship becomes an action; who was seen again is answered."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import relationships
from sightline.actions import seen_again as again
from sightline.planning.errors import InvalidValue, PlanningError
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
    return go(request, _back(request, test_url(account_id, ())))


@needs(Category.OPINIONS, Act.WRITE)
@require_POST
def seen_again(request: Request, account_id: int) -> HttpResponse:
    """Post `leaver`, `found` and `answer` (same or other)."""
    assert request.person is not None
    shell_of(request.person, account_id)
    leaver, found = request.POST.get("leaver", ""), request.POST.get("found", "")
    word = request.POST.get("answer", "")
    if not (leaver.isdecimal() and found.isdecimal()) or word not in ("same", "other"):
        raise Http404(_("There is no such question."))
    try:
        again.answer(
            request.person, int(leaver), int(found), same=word == "same", now=timezone.now()
        )
    except InvalidValue as refused:
        raise Http404(str(refused)) from refused
    say(request, _("Noted. Nothing that was thought of them there came along."))
    return go(request, _back(request, reverse("coverage:show", args=[account_id])))


def _back(request: Request, otherwise: str) -> str:
    """Where the form stood, if that is one of our pages."""
    back = request.POST.get("next", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else otherwise
