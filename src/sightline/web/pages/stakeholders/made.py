"""A map as PDF or slides: ask for it, watch it being drawn, fetch it. One's own alone."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import map_files as verbs
from sightline.exchange.exports.people_map import waiting
from sightline.exchange.exports.two_pages import files as kept
from sightline.planning.permissions import Act, Category
from sightline.records.queries import exports
from sightline.records.queries.exports import MapFile
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, wants_fragment
from sightline.web.pages.account.shell import Shell, shell_of
from sightline.web.pages.stakeholders.files import file_name, paper_of, taken_out


@needs(Category.FACTS, Act.READ)
@require_POST
def make(request: Request, account_id: int, kind: str) -> HttpResponse:
    """Ask for what the map shows at the moment, as a file."""
    if kind not in verbs.KINDS:
        raise Http404(_("A map is drawn as PDF or slides."))
    desk, placed = taken_out(request, account_id)
    wanted = verbs.Wanted(
        kind=kind,
        paper=waiting.leave(paper_of(desk, placed)),
        opinions=desk.opinions,
        roles=desk.shell.rights.roles,
    )
    job = verbs.draw_map(desk.person, account_id, wanted)
    return go(request, reverse("stakeholders:file", args=[account_id, job]))


@needs(Category.FACTS, Act.READ)
@never_cache
@require_safe
def status(request: Request, account_id: int, job_id: int) -> HttpResponse:
    """How far the file is."""
    shell, found = _own(request, account_id, job_id)
    there = kept.kept_print(job_id) is not None
    done = found.state.state == "done"
    context = {
        "page_title": _("People of %s") % shell.head.name,
        "print": found.state,
        "ready": done and there,
        "gone": done and not there,
        "ready_words": _ready(found),
        "counted": _("People drawn"),
        "back": reverse("stakeholders:show", args=[account_id]),
        "status_url": reverse("stakeholders:file", args=[account_id, job_id]),
        "stop_url": reverse("stakeholders:file-stop", args=[account_id, job_id]),
        "fetch_url": reverse("stakeholders:file-fetch", args=[account_id, job_id]),
    }
    answer = render(request, "two_pages/status.html", context, partial="state")
    if "follow" in request.GET and wants_fragment(request) and not found.state.working:
        # what was followed is over: the heading changes with it
        answer["HX-Refresh"] = "true"
    return answer


@needs(Category.FACTS, Act.READ)
@require_POST
def stop(request: Request, account_id: int, job_id: int) -> HttpResponse:
    """Stop a file of one's own."""
    _shell, found = _own(request, account_id, job_id)
    assert request.person is not None
    verbs.stop_drawing(request.person, found.state.id, now=timezone.now())
    return go(request, reverse("stakeholders:file", args=[account_id, job_id]))


@needs(Category.FACTS, Act.READ)
@never_cache
@require_safe
def fetch(request: Request, account_id: int, job_id: int) -> HttpResponseBase:
    """The finished file, while its reader may still see all that is on it."""
    shell, found = _own(request, account_id, job_id)
    there = kept.kept_print(job_id)
    if there is None or found.state.state != "done":
        raise Http404(_("That file is not there any more."))
    return FileResponse(
        there.path.open("rb"),
        as_attachment=True,
        filename=file_name(shell.head.name, account_id, found.kind),
        content_type=there.content_type,
    )


def _own(request: Request, account_id: int, job_id: int) -> tuple[Shell, MapFile]:
    """The account and the file; 404 unless both are the reader's to see, as they may see now."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    found = exports.own_map_file(request.person, job_id)
    rights = shell.rights
    if (
        found is None
        or found.account_id != account_id
        or (found.opinions and not rights.opinions)
        or (found.roles and not rights.roles)
    ):
        raise Http404(_("There is no such file of yours."))
    return shell, found


def _ready(found: MapFile) -> str:
    if found.kind == "pdf":
        return _("A tagged PDF with its fonts inside: the drawing whole on one page, then a table.")
    return _("Slides whose boxes and lines can be moved and written in, then tables.")
