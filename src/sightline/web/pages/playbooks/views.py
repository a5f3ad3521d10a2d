"""Playbooks: listed, written, tried on the whole base, switched on and paused."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sightline.actions import playbooks as verbs
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.playbooks import PlaybookParameters
from sightline.records.queries.company import company_facts, parameters_in_force
from sightline.records.queries.playbooks import page as queries
from sightline.records.queries.playbooks.page import BookRow
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.playbooks import present
from sightline.web.pages.playbooks.forms import PlaybookForm, initial_of
from sightline.web.writing import keep_form


@needs(Category.SETTINGS, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """Every playbook with its state and what came of it."""
    today, numbers = _numbers()
    context = {
        "page_title": _("Playbooks"),
        "page_note": _("What runs by itself on accounts without a plan."),
        "lines": [present.line(row, numbers) for row in queries.playbooks(on=today)],
    }
    return render(request, "playbooks/list.html", context)


@needs(Category.SETTINGS, Act.READ)
@require_safe
def playbook(request: Request, playbook_id: int) -> HttpResponse:
    """One playbook: its steps, its dry run, its runs and its editions."""
    return _playbook(request, playbook_id)


def _playbook(
    request: Request, playbook_id: int, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    assert request.person is not None
    row = _found(playbook_id)
    _today, numbers = _numbers()
    trial = queries.newest_trial(request.person, row)
    context = {
        "page_title": row.name,
        "line": present.line(row, numbers),
        "row": row,
        "steps": [
            (days, title, present.KINDS[kind], present.OWNERS[owner])
            for title, kind, days, owner in row.steps
        ],
        "trial": trial,
        "would_start": present.would_start(trial) if trial else "",
        "trial_details": present.trial_details(trial) if trial else "",
        "editions": [
            (one, present.when(one.trigger, one.threshold, numbers))
            for one in queries.editions_of(playbook_id)
        ],
        "refusal": refusal,
    }
    return render(request, "playbooks/playbook.html", context, partial="trial", status=status)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def standard(request: Request) -> HttpResponse:
    """Writes the playbooks to begin with, switched off."""
    assert request.person is not None
    made = verbs.add_standard(request.person, now=timezone.now())
    say(request, _("%(n)s written, all switched off.") % {"n": len(made)})
    return go(request, reverse("playbooks:list"))


@needs(Category.SETTINGS, Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: Request, playbook_id: int | None = None) -> HttpResponse:
    """A new playbook, or another edition of one."""
    row = _found(playbook_id) if playbook_id is not None else None
    posted = request.POST if request.method == "POST" else None
    form = PlaybookForm(posted, initial=initial_of(row) if row is not None else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            made, status = _write(request, form, playbook_id)
            if made is not None:
                say(request, _("Kept: %s") % form.cleaned_data["name"])
                return go(request, reverse("playbooks:playbook-show", args=[made]))
    title = row.name if row is not None else _("New playbook")
    context = {"page_title": title, "form": form, "row": row}
    return render(request, "playbooks/write.html", context, status=status)


def _write(request: Request, form: PlaybookForm, playbook_id: int | None) -> tuple[int | None, int]:
    person = request.person
    assert person is not None
    return keep_form(
        form,
        lambda: verbs.write_playbook(
            person,
            form.text,
            playbook_id=playbook_id,
            seen_version=form.cleaned_data["version"] or 0,
            now=timezone.now(),
        ),
        stale=verbs.StalePlaybook,
    )


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def attempt(request: Request, playbook_id: int) -> HttpResponse:
    """Asks for a dry run over the whole base."""
    assert request.person is not None
    _found(playbook_id)
    verbs.ask_for_trial(request.person, playbook_id, now=timezone.now())
    return go(request, reverse("playbooks:playbook-show", args=[playbook_id]))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def switch(request: Request, playbook_id: int) -> HttpResponse:
    """Switches on, or pauses; 409 where somebody changed it meanwhile."""
    assert request.person is not None
    row = _found(playbook_id)
    on = request.POST.get("on") == "1"
    seen = request.POST.get("version", "")
    try:
        verbs.switch_playbook(
            request.person,
            playbook_id,
            on=on,
            seen_version=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            now=timezone.now(),
        )
    except NotAllowed:
        raise
    except verbs.StalePlaybook as stale:
        return _playbook(request, playbook_id, refusal=str(stale), status=409)
    except PlanningError as error:
        return _playbook(request, playbook_id, refusal=str(error), status=422)
    words = _("%s is on: it starts by itself.") if on else _("%s is paused: nothing new starts.")
    say(request, words % row.name)
    return go(request, reverse("playbooks:playbook-show", args=[playbook_id]))


def _numbers() -> tuple[date, PlaybookParameters]:
    today = company_facts().today(timezone.now())
    return today, parameters_in_force(today).section(PlaybookParameters, "playbooks")


def _found(playbook_id: int) -> BookRow:
    today = company_facts().today(timezone.now())
    row = next((one for one in queries.playbooks(on=today) if one.id == playbook_id), None)
    if row is None:
        raise Http404(_("There is no such playbook."))
    return row
