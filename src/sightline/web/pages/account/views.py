"""The pages of one account that need no plan: what it is, sells, holds, and who is there."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.records.queries import account_journal, account_service
from sightline.web.gate import Request, needs
from sightline.web.htmx import SeeOther, render
from sightline.web.pages.account import figures as figured
from sightline.web.pages.account import history as told
from sightline.web.pages.account import lines as revenue
from sightline.web.pages.account.parts import Parts
from sightline.web.pages.account.shell import Shell, beginning_of, frame_of, shell_of

CONTACT_MONTHS = 12
MAP_PEOPLE = 40


@needs(Category.FACTS, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """The account; one with a plan that the person may read opens on its plan."""
    assert request.person is not None
    begun = beginning_of(request.person, account_id)
    if begun.plan is not None:
        return SeeOther(reverse("plan:show", args=[account_id]))
    shell = begun.shell()
    parts = Parts(shell)
    context = {
        **frame_of(shell, "", current="account:show"),
        "state": figured.state_of(shell.measured, account_id=account_id) if shell.measured else (),
        "trend": figured.revenue_trend(shell.measured, key="trend") if shell.measured else None,
        "board": parts.board(),
        "renewals": parts.shown_renewals(),
        "people": parts.shown_people(),
        "cases": parts.cases,
        "no_plan": _why_no_plan(shell),
        "planned_at": _planned_at(shell),
    }
    return render(request, "account/show.html", context)


@needs(Category.FACTS, Act.READ)
@require_safe
def whitespace(request: Request, account_id: int) -> HttpResponse:
    """Where the grid stood once: bookmarks lead to the one at work."""
    _shell(request, account_id)
    return redirect("whitespace:show", account_id, permanent=True)


@needs(Category.FACTS, Act.READ)
@require_safe
def people(request: Request, account_id: int) -> HttpResponse:
    """Their people: table, map, changes, threads."""
    shell = _shell(request, account_id)
    parts = Parts(shell)
    context = {
        **frame_of(shell, _("People"), current="account:people"),
        "people": parts.shown_people(),
        "map": parts.people_map(most=MAP_PEOPLE),
    }
    return render(request, "account/people.html", context)


@needs(Category.FACTS, Act.READ)
@require_safe
def plays(request: Request, account_id: int) -> HttpResponse:
    """Open opportunities on a board; where a plan runs its own board shows them."""
    shell = _shell(request, account_id)
    if shell.plan is not None:
        return redirect("plays:show", account_id)
    parts = Parts(shell)
    title = _("Plays") if shell.plan else _("Opportunities")
    context = {**frame_of(shell, title, current="account:plays"), "board": parts.board()}
    return render(request, "account/plays.html", context)


@needs(Category.FACTS, Act.READ)
@require_safe
def figures(request: Request, account_id: int) -> HttpResponse:
    """Current state: contracted value, revenue by line and month, usage, contact, cases."""
    shell = _shell(request, account_id)
    parts = Parts(shell)
    months = account_service.contact_by_month(
        [one.log for one in parts.people.people], on=shell.today, months=CONTACT_MONTHS
    )
    found = shell.measured
    context = {
        **frame_of(shell, _("Figures"), current="account:figures"),
        "state": figured.state_of(found, account_id=account_id) if found else (),
        "trend": figured.revenue_trend(found, key="trend") if found else None,
        "lines": figured.line_rows(parts.grid, account_id=account_id) if found else (),
        "usage": revenue.usage_drawing(shell),
        "contact": figured.contact_trend(months, key="contact")
        if any(one.two_way or one.outbound for one in months)
        else None,
        "unknown_days": sum(one.unknown for one in months),
        "cases": parts.cases,
    }
    return render(request, "account/figures.html", context)


@needs(Category.FACTS, Act.READ)
@require_safe
def lines(request: Request, account_id: int) -> HttpResponse:
    """The revenue lines behind a figure."""
    shell = _shell(request, account_id)
    context = {
        **frame_of(shell, _("Revenue lines"), current="account:figures"),
        "found": revenue.lines_page(shell, request.GET),
    }
    return render(request, "account/lines.html", context, partial="lines")


@needs(Category.FACTS, Act.READ)
@require_safe
def history(request: Request, account_id: int) -> HttpResponse:
    """The journal: who changed what, before and after."""
    shell = _shell(request, account_id)
    if not (shell.rights.plan or shell.rights.wallet):
        raise PermissionDenied(_("You may not read the history of this account."))
    before = request.GET.get("before", "")
    page = account_journal.journal_page(
        shell.scope, before=int(before) if before.isdecimal() else None
    )
    context = {
        **frame_of(shell, _("History"), current="account:history"),
        "entries": told.shown_entries(page, currency=shell.currency),
        "older": page.before,
    }
    return render(request, "account/history.html", context)


def _shell(request: Request, account_id: int) -> Shell:
    assert request.person is not None
    return shell_of(request.person, account_id)


def _why_no_plan(shell: Shell) -> str:
    """Why there is no plan to fill in here, in one sentence; empty for those it does not concern."""
    if not shell.rights.plan:
        return ""
    if not shell.scope.plans_itself:
        above = shell.scope.planning_name or _("the top of its family")
        return _("This account is planned together with %s.") % above
    if shell.tier is None or shell.tier.tier is None:
        return _("No tier has been computed yet; a plan is drafted once one is.")
    if shell.tier.tier == 3:
        return _("Tier 3: no plan. Standard renewal and adoption playbooks run this account.")
    return _("A plan is being drafted for this account.")


def _planned_at(shell: Shell) -> str:
    """Where a child account is planned, if the person may go there."""
    if shell.scope.plans_itself or not shell.scope.planning_name:
        return ""
    return reverse("account:show", args=[shell.scope.planning_id])
