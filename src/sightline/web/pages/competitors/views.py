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
from sightline.records.queries.competitor_cells import MOST_KEPT, cells_of
from sightline.records.queries.competitors import (
    ABOUT,
    Rivals,
    Seat,
    met_in_deals,
    rivals_of,
    seats,
)
from sightline.records.queries.kept import are_kept, kept_list
from sightline.records.reach import Reach, reach_of
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
    only = request.GET.get("of", "")
    shown = None
    if found is not None and only:
        shown = _one(request, found, only, reach if kept_at else None)
    elif found is not None:
        shown = {
            "rivals": present.everywhere(found),
            "drawing": present.ahead(found, today=today),
        }
    if shown is None:
        ask_for_sums()
        shown = {"waiting": True, "progress": counting()}
    context = {
        "page_title": _("Competitors"),
        "page_note": _("Over all accounts you see"),
        "kept_at": kept_at,
        "only": only,
        **shown,
    }
    return render(request, "competitors/all.html", context)


def _one(
    request: Request, found: Rivals, only: str, kept_for: Reach | None
) -> dict[str, object] | None:
    """A page of one competitor's cells; None before a job kept them."""
    one = next((each for each in found.all if each.competitor == only), None)
    if one is None:
        return {"rivals": ()}
    page = page_of(request)
    first, cells = (page - 1) * present.A_PAGE, one.cells
    some: tuple[Seat, ...] | None = one.seats[first : first + present.A_PAGE]
    if kept_for is not None:
        some = cells_of(kept_for, only, first=first, most=present.A_PAGE)
        cells = min(cells, MOST_KEPT)
    if some is None:
        return None
    return {
        "rivals": (present.of_one(one, some),),
        "first": cells,
        "turned": turn(request, page, more=cells > page * present.A_PAGE),
    }
