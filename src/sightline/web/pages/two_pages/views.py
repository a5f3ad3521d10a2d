"""The two pages on screen, and printing them: ask, watch, fetch."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import two_pages as verbs
from sightline.exchange.exports.two_pages import files
from sightline.exchange.exports.two_pages.compose import NoPlan, paper_of
from sightline.exchange.exports.two_pages.fit import ON_SCREEN, ONE_PAGE
from sightline.exchange.exports.two_pages.markup import sheets
from sightline.planning.permissions import Act, Category
from sightline.records.by_name import Place
from sightline.records.prepared import each_once
from sightline.records.queries import company, exports
from sightline.records.queries.exports import PlanCount, PrintState
from sightline.records.reach import reach_of
from sightline.records.scoping import Person
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say, wants_fragment
from sightline.web.pages.account.shell import Shell, frame_of, shell_of


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """The pages as they would be printed for this reader."""
    with each_once():
        return _show(request, account_id)


def _show(request: Request, account_id: int) -> HttpResponse:
    shell = _planned(request, account_id)
    person = _person(request)
    try:
        paper = paper_of(person, account_id, now=shell.now)
    except NoPlan as problem:
        raise Http404(str(problem)) from problem
    fits = ONE_PAGE[:1] if paper.light else ON_SCREEN
    context = {
        **frame_of(shell, _("Two pages"), current="two_pages:show"),
        "sheets": sheets(paper, fits),
        "light": paper.light,
    }
    return render(request, "two_pages/show.html", context)


@needs(Category.PLAN, Act.READ)
@require_POST
def print_one(request: Request, account_id: int) -> HttpResponse:
    """Ask for the PDF of one plan."""
    _planned(request, account_id)
    job = verbs.print_plans(_person(request), [account_id])
    return go(request, reverse("two_pages:status", args=[job]))


@needs(Category.PLAN, Act.READ)
@require_safe
def portfolio(request: Request) -> HttpResponse:
    """The plans that the person may print, by name, and all of them as one zip."""
    reach, today = reach_of(_person(request)), _today(timezone.now())
    words = request.GET.get("q", "")[:100]
    at = Place(request.GET.get("after", ""), request.GET.get("before", ""))
    found = exports.printable_page(reach, on=today, words=words, at=at)
    counted, kept_at = exports.printable_count(reach, on=today)
    count = _counted(counted)
    context = {
        "page_title": _("Print plans"),
        "page_note": count,
        "found": found,
        "count": count or _("Plans"),
        "plans": counted.plans if counted else None,
        "kept_at": kept_at,
        "words": words,
        "paged": bool(found.before or found.after),
    }
    return render(request, "two_pages/portfolio.html", context)


def _counted(found: PlanCount | None) -> str:
    if found is None:
        return ""
    return ngettext("%(n)s plan", "%(n)s plans", found.plans) % {"n": found.plans}


@needs(Category.PLAN, Act.READ)
@require_POST
def print_all(request: Request) -> HttpResponse:
    """Ask for the PDFs of the ticked plans as a zip, or of all where all were asked for."""
    person, today = _person(request), _today(timezone.now())
    every = "all" in request.POST
    chosen = set() if every else set(request.POST.getlist("account"))
    if not every and not chosen:
        say(request, _("No plan was ticked, so none is printed."), tone="warn")
        return go(request, reverse("two_pages:portfolio"))
    known = {int(key) for key in chosen if key.isdecimal() and len(key) < 19}
    wanted = exports.printable_accounts(person, on=today, among=None if every else known)
    if len(wanted) != len(chosen) and not every:
        raise Http404(_("There is no such plan, or you may not read it."))
    if not wanted:
        say(request, _("There is no plan to print yet."), tone="warn")
        return go(request, reverse("two_pages:portfolio"))
    return go(request, reverse("two_pages:status", args=[verbs.print_plans(person, wanted)]))


@needs(Category.PLAN, Act.READ)
@never_cache
@require_safe
def status(request: Request, job_id: int) -> HttpResponse:
    """How far a print is; one's own alone."""
    found = _own(request, job_id)
    context = {
        "page_title": _("Two pages"),
        "print": found,
        "ready": found.state == "done" and files.kept_print(job_id) is not None,
        "gone": found.state == "done" and files.kept_print(job_id) is None,
        "back": _back(found),
        "ready_words": _("A zip with one PDF for each plan.")
        if len(found.accounts) > 1
        else _("A tagged PDF with its fonts inside."),
        "counted": _("Plans printed"),
        "status_url": reverse("two_pages:status", args=[job_id]),
        "stop_url": reverse("two_pages:stop", args=[job_id]),
        "fetch_url": reverse("two_pages:fetch", args=[job_id]),
    }
    answer = render(request, "two_pages/status.html", context, partial="state")
    if "follow" in request.GET and wants_fragment(request) and not found.working:
        # what was followed is over: the heading changes with it
        answer["HX-Refresh"] = "true"
    return answer


@needs(Category.PLAN, Act.READ)
@require_POST
def stop(request: Request, job_id: int) -> HttpResponse:
    """Stop a print of one's own."""
    found = _own(request, job_id)
    verbs.stop_print(_person(request), found.id, now=timezone.now())
    return go(request, reverse("two_pages:status", args=[job_id]))


@needs(Category.PLAN, Act.READ)
@never_cache
@require_safe
def fetch(request: Request, job_id: int) -> HttpResponseBase:
    """The finished file, while its reader may still read every plan in it."""
    found = _own(request, job_id)
    person = _person(request)
    kept = files.kept_print(job_id)
    if kept is None or found.state != "done":
        raise Http404(_("That print is not there any more."))
    if not exports.may_read_plans(person, found.accounts):
        raise Http404(_("You may not read all of these plans any more."))
    return FileResponse(
        kept.path.open("rb"),
        as_attachment=True,
        filename=_name(person, found, kept.path.suffix),
        content_type=kept.content_type,
    )


def _name(person: Person, found: PrintState, suffix: str) -> str:
    if len(found.accounts) != 1:
        return _("plans") + suffix
    named = exports.printed_name(person, found.accounts[0], on=_today(timezone.now()))
    return files.file_name(named.account, named.label) if named else _("plan") + suffix


def _own(request: Request, job_id: int) -> PrintState:
    found = exports.own_print(_person(request), job_id)
    if found is None:
        raise Http404(_("There is no such print of yours."))
    return found


def _back(found: PrintState) -> str:
    if len(found.accounts) == 1:
        return reverse("two_pages:show", args=[found.accounts[0]])
    return reverse("two_pages:portfolio")


def _planned(request: Request, account_id: int) -> Shell:
    shell = shell_of(_person(request), account_id)
    if not shell.rights.plan:
        raise PermissionDenied(_("You may not see the plan of this account."))
    if shell.plan is None:
        raise Http404(_("No plan runs here."))
    return shell


def _person(request: Request) -> Person:
    assert request.person is not None
    return request.person


def _today(now: datetime) -> date:
    return company.company_facts().today(now)
