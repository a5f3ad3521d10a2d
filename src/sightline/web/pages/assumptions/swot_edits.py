"""What a person writes of strengths and threats: add, change, take away, put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import swot as verbs
from sightline.actions.plan_parts import StalePart
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.account.shell import Shell
from sightline.web.pages.assumptions import swot, views


@needs(Category.PLAN, Act.WRITE)
@require_POST
def add(request: Request, account_id: int) -> HttpResponse:
    """A new item; 422 until it says where it leads."""
    return _save(request, _asked(request, account_id), 0)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def change(request: Request, account_id: int, row_id: int) -> HttpResponse:
    """Change one. Where somebody was quicker both values stand side by side, typing kept."""
    return _save(request, _asked(request, account_id), row_id)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def remove(request: Request, account_id: int, row_id: int) -> HttpResponse:
    """Take it away, with the way back."""
    shell = _asked(request, account_id)
    person = request.person
    assert person is not None and shell.plan is not None
    plan_id = shell.plan.id
    _of_plan(lambda: verbs.remove_item(person, plan_id, row_id, now=timezone.now()))
    undo = reverse("assumptions:swot-restore", args=[account_id, row_id])
    say(request, _("Taken away."), undo=undo)
    return _back(request, shell)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def restore(request: Request, account_id: int, row_id: int) -> HttpResponse:
    """Put back what was taken away."""
    shell = _asked(request, account_id)
    person = request.person
    assert person is not None and shell.plan is not None
    plan_id = shell.plan.id
    _of_plan(lambda: verbs.restore_item(person, plan_id, row_id))
    say(request, _("It is back."))
    return _back(request, shell)


def _asked(request: Request, account_id: int) -> Shell:
    shell = views.planned(request, account_id, write=True)
    swot.swot_on(shell)
    return shell


def _save(request: Request, shell: Shell, row_id: int) -> HttpResponse:
    person, plan = request.person, shell.plan
    assert person is not None and plan is not None
    held = views.forms_of(shell)
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    held.swot = swot.section(shell, typed=request.POST, item_id=row_id, version=version)
    form = held.swot.form
    if not form.is_valid():
        return views.page(request, shell, held, status=422)
    wanted, now = verbs.WantedItem(**form.cleaned_data), timezone.now()
    try:
        if row_id:
            verbs.set_item(person, plan.id, row_id, wanted, seen_version=version, now=now)
        else:
            verbs.add_item(person, plan.id, wanted, now=now)
    except NotAllowed as problem:
        raise Http404(str(problem)) from problem
    except StalePart as problem:
        held.swot.version = int(problem.theirs["version"])
        held.swot.differs = swot.differing(form, asdict(wanted), problem.theirs)
        return views.page(request, shell, held, status=409)
    except PlanningError as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return views.page(request, shell, held, status=422)
    say(request, _("Saved."))
    return _back(request, shell)


def _of_plan(verb: Callable[[], None]) -> None:
    try:
        verb()
    except NotAllowed as problem:
        raise Http404(str(problem)) from problem


def _back(request: Request, shell: Shell) -> HttpResponse:
    return go(request, reverse("assumptions:show", args=[shell.scope.account_id]) + "#swot")
