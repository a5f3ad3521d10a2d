"""Removing the demonstration: what would go, then in one act."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import demonstration
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries import demonstration as demonstration_held
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.settings.tabs import settings_tabs


@needs(Category.SETTINGS, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """Counts of everything that would go, and what stays."""
    return _page(request)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def remove(request: Request) -> HttpResponse:
    """Asks the worker to remove it; 422 where nobody could come in afterwards."""
    person = request.person
    assert person is not None
    if request.POST.get("sure") != "yes":
        return _page(request, problem=_("Tick the box to say that you mean it."), status=422)
    try:
        demonstration.request_removal(person)
    except InvalidValue as wrong:
        return _page(request, problem=str(wrong), status=422)
    say(request, _("The demonstration is being removed. Its progress is under Jobs."))
    return go(request, reverse("settings:demonstration"))


def _page(request: Request, *, problem: str = "", status: int = 200) -> HttpResponse:
    held = demonstration_held.holding()
    most = demonstration_held.MOST_COUNTED
    counts = (
        (_("Accounts"), held.accounts, None),
        (_("Contacts"), held.contacts, most),
        (_("Opportunities"), held.opportunities, most),
        (_("Contracts"), held.contracts, most),
        (_("Plans"), held.plans, most),
        (_("Ledger rows"), held.ledger_rows, None),
        (_("Sign-ins"), held.sign_ins, None),
    )
    context = {
        "page_title": _("Settings"),
        "held": held,
        "counts": counts,
        "problem": problem,
        **settings_tabs("settings:demonstration"),
    }
    return render(request, "settings/removal.html", context, status=status)
