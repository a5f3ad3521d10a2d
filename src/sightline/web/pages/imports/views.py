"""Reading pages of imports: history, upload, one import, its refused rows."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sightline.actions.imports import runs
from sightline.exchange.imports import service
from sightline.exchange.imports.mapping import Chosen, chosen_from
from sightline.exchange.imports.service import EXPORT, Asked
from sightline.exchange.imports.specs_of import specs_of
from sightline.exchange.imports.workspace import Workspace
from sightline.records.queries.imports import RunPage, import_history, import_page
from sightline.records.queries.state import has_demonstration
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, wants_fragment
from sightline.web.pages.imports import present, uploads
from sightline.web.pages.imports.forms import KIND_LABELS, UploadForm


@needs("settings", "write")
@require_http_methods(["GET"])
def history(request: Request) -> HttpResponse:
    """Every import, the newest first."""
    context = {
        "page_title": _("Imports"),
        "page_note": _("What was loaded, when, by whom, and what came of it."),
        "runs": import_history(),
        "kinds": KIND_LABELS,
    }
    return render(request, "imports/history.html", context)


@needs("settings", "write")
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Choose files; a post keeps them and asks the worker to read them."""
    kind = request.GET.get("kind", EXPORT)
    form = UploadForm(request.POST or None, request.FILES or None, initial={"kind": kind})
    if request.method == "POST" and form.is_valid():
        return go(request, reverse("imports:run-show", args=[_begin(request, form)]))
    context = {
        "page_title": _("Load files"),
        "page_note": _("Nothing is stored before you have seen what would change."),
        "form": form,
        "missing": specs_of(EXPORT),
        "demonstration": has_demonstration(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "imports/new.html", context, partial="form", status=status)


def _begin(request: Request, form: UploadForm) -> int:
    person = request.person
    assert person is not None
    asked = Asked(
        kind=form.cleaned_data["kind"],
        paths=(),
        chosen=_mapping(form),
        given=form.given,
        source=form.cleaned_data["source"],
    )
    run = service.begin(asked, actor_id=person.id)
    kept = uploads.keep(form.uploads, Workspace.of(run.pk).incoming)
    runs.attach(run, [str(path) for path in kept], [path.name for path in kept])
    runs.request_preview(run.pk, actor_id=person.id)
    return run.pk


def _mapping(form: UploadForm) -> Chosen:
    kind, _sep, name = str(form.cleaned_data["mapping"]).partition("/")
    saved = runs.saved_mapping(kind, name) if name else None
    return Chosen({}, {}, {}) if saved is None else chosen_from(saved, specs_of(kind), name=name)


@needs("settings", "write")
@never_cache
@require_http_methods(["GET"])
def show(request: Request, run_id: int) -> HttpResponse:
    """One import as it stands; an htmx request gets the part that moves."""
    page = page_or_404(run_id)
    answer = render(request, "imports/show.html", context_of(page), partial="state")
    if "follow" in request.GET and wants_fragment(request) and not present.is_working(page):
        # What was followed is over: heading, steps and verbs change with it.
        answer["HX-Refresh"] = "true"
    return answer


def page_or_404(run_id: int) -> RunPage:
    """The import of that number."""
    page = import_page(run_id)
    if page is None:
        raise Http404
    return page


def context_of(page: RunPage) -> dict[str, Any]:
    """Everything that the page of one import shows."""
    counts = page.line.counts
    return {
        "page_title": present.heading(page),
        "page_note": present.page_note(counts, page.line.title),
        "may_load": present.may_load(page),
        "run": page,
        "kind": KIND_LABELS.get(page.line.kind, page.line.kind),
        "steps": present.steps(page.line.state),
        "outcomes": present.outcomes(counts),
        "listed": present.is_listed(page),
        "reasons": present.reasons(counts),
        "changes": present.changes(counts),
        "targets": present.targets(counts),
        "columns": present.columns(page),
        "questions": counts.get("questions", []),
        "refused_files": present.refused_files(page),
        "working": present.is_working(page),
        "may_undo": present.may_undo(page),
        "undone": counts.get("undone"),
        "expires_on": timezone.localdate(page.expires_at) if page.expires_at else None,
    }


@needs("settings", "write")
@require_http_methods(["GET"])
def refused_file(request: Request, run_id: int, number: int) -> HttpResponseBase:
    """Refused rows of one file, to be mended and loaded again."""
    page = page_or_404(run_id)
    folder = Workspace.of(run_id).refused
    files = sorted(folder.glob("*.csv")) if page.folder else []
    if number >= len(files):
        raise Http404
    name = f"refused-{files[number].name}"
    return FileResponse(
        files[number].open("rb"), as_attachment=True, filename=name, content_type="text/csv"
    )
