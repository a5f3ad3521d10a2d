"""Competitors of one account, and of all accounts a person may see."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.actions.portfolio_sums import ask_for_sums
from sightline.planning.permissions import Act, Category
from sightline.records.queries.analytics.keeping import counting
from sightline.records.queries.company import company_facts
from sightline.records.queries.competitors import (
    ABOUT,
    Rivals,
    met_in_deals,
    rivals_of,
    seats,
)
from sightline.records.queries.kept import are_kept, kept_list
from sightline.records.reach import reach_of
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.competitors import present
from sightline.web.pages.whitespace.place import work_of
from sightline.web.turning import page_of, turn


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
    person = request.person
    assert person is not None
    today = company_facts().today(timezone.now())
    reach = reach_of(person)
    kept_at, found = None, None
    if are_kept(reach):
        kept = kept_list(reach, Category.PLAN, ABOUT, Rivals)
        found, kept_at = kept or (None, None)
    else:
        found = rivals_of(seats(person), met_in_deals(person), on=today)
    context: dict[str, object] = {
        "page_title": _("Competitors"),
        "page_note": _("Over all accounts you see"),
        "kept_at": kept_at,
    }
    if found is None:
        ask_for_sums()
        context |= {"waiting": True, "progress": counting()}
    else:
        only = request.GET.get("of", "")
        page = page_of(request)
        rivals = present.everywhere(found, only=only, page=page)
        known = next((len(one.seats) for one in found.all if one.competitor == only), 0)
        context |= {
            "rivals": rivals,
            "only": only,
            "first": known,
            "turned": turn(request, page, more=known > page * present.A_PAGE),
            "drawing": None if only else present.ahead(found, today=today),
        }
    return render(request, "competitors/all.html", context)
