"""What a person does with an import: check again, load, cancel, take back, keep its mapping."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions.imports import runs
from sightline.actions.imports.runs import ImportProblem
from sightline.exchange.imports.mapping import Chosen
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.imports import present
from sightline.web.pages.imports.views import page_or_404

Verb = Callable[[Request, int], HttpResponse]


def _verb(view: Verb) -> Verb:
    """A post on one import: its refusal is said on the import's page."""

    @wraps(view)
    def answered(request: Request, run_id: int) -> HttpResponse:
        page_or_404(run_id)
        try:
            return view(request, run_id)
        except ImportProblem as problem:
            say(request, str(problem), tone="warn")
            return go(request, reverse("imports:run-show", args=[run_id]))

    return needs("settings", "write")(require_POST(answered))


def _actor(request: Request) -> int:
    assert request.person is not None
    return request.person.id


def _back(request: Request, run_id: int) -> HttpResponse:
    return go(request, reverse("imports:run-show", args=[run_id]))


@_verb
def check(request: Request, run_id: int) -> HttpResponse:
    """Read the files again with other columns or formats."""
    page = page_or_404(run_id)
    posted = {name: str(value) for name, value in request.POST.items()}
    given = dict(page.options.get("given", {}))
    given |= {name: posted[name] for name in ("dates", "decimal") if posted.get(name)}
    chosen = Chosen.of(page.mapping)
    for name, fields in present.chosen_columns(page, posted).items():
        chosen.columns.setdefault(name, {}).update(fields)
    answers = {"mapping": chosen.plain(), "options": {"given": given}}
    runs.request_preview(run_id, actor_id=_actor(request), answers=answers)
    return _back(request, run_id)


@_verb
def load(request: Request, run_id: int) -> HttpResponse:
    """Store what the preview showed."""
    runs.request_apply(run_id, actor_id=_actor(request))
    return _back(request, run_id)


@_verb
def cancel(request: Request, run_id: int) -> HttpResponse:
    """Stop."""
    runs.cancel(run_id, actor_id=_actor(request))
    say(request, _("The import is cancelled. What was stored can be taken back."))
    return _back(request, run_id)


@_verb
def undo(request: Request, run_id: int) -> HttpResponse:
    """Take it back."""
    runs.request_undo(run_id, actor_id=_actor(request))
    say(request, _("The import is being taken back."))
    return _back(request, run_id)


@_verb
def save_mapping(request: Request, run_id: int) -> HttpResponse:
    """Keep the columns under a name, for the next file of this kind."""
    page = page_or_404(run_id)
    columns: dict[str, dict[str, str]] = {}
    for file in present.columns(page):
        columns[file.object] = {row.header: row.field for row in file.columns if row.field}
    runs.save_mapping(
        page.line.kind,
        request.POST.get("name", ""),
        columns=columns,
        options=dict(page.options.get("given", {})),
        actor_id=_actor(request),
    )
    say(request, _("The mapping is kept."))
    return _back(request, run_id)
