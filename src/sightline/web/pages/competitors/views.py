"""Competitors of one account, and of all accounts a person may see."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.records.queries.company import company_facts
from sightline.records.queries.competitors import met_in_deals, seats
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.competitors import present
from sightline.web.pages.whitespace.place import work_of


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """Who sits where in this account, and when it comes free."""
    work = work_of(request, account_id)
    if not work.shell.rights.plan:
        raise PermissionDenied(_("You may not see the plan of this account."))
    rivals = present.in_account(work)
    context = {
        **frame_of(work.shell, _("Competitors"), current="competitors:show"),
        "rivals": rivals,
        "drawing": present.windows(rivals, today=work.grid.on),
        "account_id": account_id,
        "may_write": work.may_write,
    }
    return render(request, "competitors/show.html", context)


@needs(Category.PLAN, Act.READ)
@require_safe
def everywhere(request: Request) -> HttpResponse:
    """Who sits where over all accounts."""
    assert request.person is not None
    rivals = present.everywhere(seats(request.person), met_in_deals(request.person))
    today = company_facts().today(timezone.now())
    context = {
        "page_title": _("Competitors"),
        "page_note": _("Over all accounts you see"),
        "rivals": rivals,
        "drawing": present.windows(rivals, today=today),
    }
    return render(request, "competitors/all.html", context)
