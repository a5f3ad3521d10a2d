"""Putting a signal aside and showing it again: plain posts that lead back to where one was."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions.signals import dismiss_signal, restore_signal
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries.signals_kept import account_of_signal
from sightline.records.scoping import may_on
from sightline.web.gate import Request, needs
from sightline.web.htmx import SeeOther, say


@needs(Category.PLAN, Act.WRITE)
@require_POST
def dismiss(request: Request, signal_id: int) -> HttpResponse:
    """Puts a signal aside while its cause lasts; one whose cause has gone is said to be over."""
    account_id, person = _account(request, signal_id), request.person
    assert person is not None
    try:
        reason = request.POST.get("reason", "")
        dismiss_signal(person, signal_id, reason=reason, now=timezone.now())
    except InvalidValue as over:
        say(request, str(over), tone="warn")
    else:
        again = reverse("signals:restore", args=[signal_id])
        say(request, _("The signal is put aside while its cause lasts."), undo=again)
    return SeeOther(_back(request, account_id))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def restore(request: Request, signal_id: int) -> HttpResponse:
    """Shows a signal again."""
    account_id, person = _account(request, signal_id), request.person
    assert person is not None
    try:
        restore_signal(person, signal_id)
    except InvalidValue as over:
        say(request, str(over), tone="warn")
    return SeeOther(_back(request, account_id))


def _account(request: Request, signal_id: int) -> int:
    """The signal's account; 404 where there is none or the person may not read its plan."""
    account_id = account_of_signal(signal_id)
    person = request.person
    assert person is not None
    if account_id is None or not may_on(person, account_id, Category.PLAN, Act.READ):
        raise Http404(_("There is no such signal, or you may not see it."))
    return account_id


def _back(request: Request, account_id: int) -> str:
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("plan:signals", args=[account_id])
