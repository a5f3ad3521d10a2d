"""What a person writes there: each view parses its form and calls one action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import account_health, assumptions, objectives, risks
from sightline.actions.plan_parts import StalePart
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.queries import account_renewals
from sightline.records.queries.plan_parts import moves
from sightline.records.scoping import Person
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.account.shell import Shell
from sightline.web.pages.assumptions import present, views
from sightline.web.pages.assumptions.forms import (
    AssumptionForm,
    HealthForm,
    ObjectiveForm,
)

Verb = Callable[[Person, int], object]


@needs(Category.PLAN, Act.WRITE)
@require_POST
def objective_add(request: Request, account_id: int) -> HttpResponse:
    """A new objective."""
    shell = views.planned(request, account_id, write=True)
    ours = account_renewals.our_people(shell.scope)
    form = ObjectiveForm(request.POST, ours=ours)

    def verb(person: Person, plan: int) -> object:
        wanted = objectives.WantedObjective(**form.cleaned_data)
        return objectives.add_objective(person, plan, wanted, now=timezone.now())

    return _form(request, shell, "objective", form, verb)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def objective_set(request: Request, account_id: int, row_id: int) -> HttpResponse:
    """Met, dropped, open again."""
    shell = views.planned(request, account_id, write=True)

    def verb(person: Person, plan: int) -> None:
        objectives.set_objective_state(
            person,
            plan,
            row_id,
            request.POST.get("state", ""),
            seen_version=_version(request),
            now=timezone.now(),
        )

    return _do(request, shell, verb, "objectives")


@needs(Category.PLAN, Act.WRITE)
@require_POST
def assumption_add(request: Request, account_id: int) -> HttpResponse:
    """A new assumption."""
    shell = views.planned(request, account_id, write=True)
    offered = moves.moves_of(shell.scope.seen_ids, with_contracts=True)
    form = AssumptionForm(request.POST, moves=offered)

    def verb(person: Person, plan: int) -> object:
        values = form.cleaned_data | {"carries": tuple(form.cleaned_data["carries"])}
        wanted = assumptions.WantedAssumption(**values)
        return assumptions.add_assumption(person, plan, wanted, now=timezone.now())

    return _form(request, shell, "assumption", form, verb)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def assumption_set(request: Request, account_id: int, row_id: int) -> HttpResponse:
    """True, false or not known, and when to look again."""
    shell = views.planned(request, account_id, write=True)

    def verb(person: Person, plan: int) -> None:
        assumptions.settle_assumption(
            person,
            plan,
            row_id,
            request.POST.get("standing", ""),
            look_again=_day(request.POST.get("look_again", "")),
            today=shell.today,
            seen_version=_version(request),
            now=timezone.now(),
        )

    return _do(request, shell, verb, "assumptions")


@needs(Category.PLAN, Act.WRITE)
@require_POST
def assumption_remove(request: Request, account_id: int, row_id: int) -> HttpResponse:
    """Take it away."""
    shell = views.planned(request, account_id, write=True)

    def verb(person: Person, plan: int) -> None:
        assumptions.remove_assumption(person, plan, row_id, now=timezone.now())

    return _do(request, shell, verb, "assumptions")


@needs(Category.PLAN, Act.WRITE)
@require_POST
def risk_add(request: Request, account_id: int) -> HttpResponse:
    """A new risk."""
    shell = views.planned(request, account_id, write=True)
    form = views.risk_form(shell, request.POST)

    def verb(person: Person, plan: int) -> object:
        wanted = risks.WantedRisk(**(form.cleaned_data | {"money": form.minor}))
        return risks.add_risk(person, plan, wanted, now=timezone.now())

    return _form(request, shell, "risk", form, verb)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def risk_set(request: Request, account_id: int, row_id: int) -> HttpResponse:
    """Change a risk. Where somebody was quicker both values stand side by side, typing kept."""
    shell = views.planned(request, account_id, write=True)
    assert request.person is not None and shell.plan is not None
    held = views.forms_of(shell)
    held.risk_id = row_id
    form = held.risk = views.risk_form(shell, request.POST)
    held.risk_version = _version(request)
    if not form.is_valid():
        return views.page(request, shell, held, status=422)
    wanted = risks.WantedRisk(**(form.cleaned_data | {"money": form.minor}))
    try:
        risks.set_risk(
            request.person,
            shell.plan.id,
            row_id,
            wanted,
            seen_version=held.risk_version,
            now=timezone.now(),
        )
    except NotAllowed as problem:
        raise Http404(str(problem)) from problem
    except StalePart as problem:
        held.risk_version = int(problem.theirs["version"])
        held.differs = present.differing(form, asdict(wanted), problem.theirs)
        return views.page(request, shell, held, status=409)
    except PlanningError as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return views.page(request, shell, held, status=422)
    say(request, _("Saved."))
    return _back(request, shell, "risks")


@needs(Category.PLAN, Act.WRITE)
@require_POST
def risk_end(request: Request, account_id: int, row_id: int) -> HttpResponse:
    """It is over."""
    shell = views.planned(request, account_id, write=True)

    def verb(person: Person, plan: int) -> None:
        risks.end_risk(person, plan, row_id, today=shell.today)

    return _do(request, shell, verb, "risks")


@needs(Category.PLAN, Act.WRITE)
@require_POST
def health_set(request: Request, account_id: int) -> HttpResponse:
    """Contradict the computed health."""
    shell = views.planned(request, account_id, write=True)
    form = HealthForm(request.POST)

    def verb(person: Person, plan: int) -> object:
        said = form.cleaned_data
        return account_health.override_health(
            person,
            plan,
            said["value"],
            reason=said["reason"],
            until=said["until"],
            today=shell.today,
            now=timezone.now(),
        )

    return _form(request, shell, "health", form, verb)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def health_end(request: Request, account_id: int) -> HttpResponse:
    """Let the computed figure stand again."""
    shell = views.planned(request, account_id, write=True)

    def verb(person: Person, plan: int) -> None:
        account_health.end_override(person, plan, now=timezone.now())

    return _do(request, shell, verb, "health")


def _form(request: Request, shell: Shell, name: str, form: forms.Form, verb: Verb) -> HttpResponse:
    """Do it, or the page again with what was typed."""
    assert request.person is not None and shell.plan is not None
    held = views.forms_of(shell)
    setattr(held, name, form)
    if not form.is_valid():
        return views.page(request, shell, held, status=422)
    try:
        verb(request.person, shell.plan.id)
    except PlanningError as problem:
        if isinstance(problem, NotAllowed):
            raise
        known = {"plays": "carries"}.get(problem.field or "", problem.field)
        form.add_error(known if known in form.fields else None, str(problem))
        return views.page(request, shell, held, status=422)
    say(request, _("Saved."))
    anchor = {"objective": "objectives", "assumption": "assumptions", "risk": "risks"}
    return _back(request, shell, anchor.get(name, name))


def _do(request: Request, shell: Shell, verb: Verb, anchor: str) -> HttpResponse:
    assert request.person is not None and shell.plan is not None
    try:
        verb(request.person, shell.plan.id)
    except NotAllowed as problem:
        raise Http404(str(problem)) from problem
    except StalePart as problem:
        say(request, present.both_values(request.POST, problem.theirs), tone="warn")
        held = views.forms_of(shell)
        held.look_again = _day(request.POST.get("look_again", ""))
        return views.page(request, shell, held, status=409)
    except InvalidValue as problem:
        say(request, str(problem), tone="warn")
        return views.page(request, shell, views.forms_of(shell), status=422)
    say(request, _("Saved."))
    return _back(request, shell, anchor)


def _back(request: Request, shell: Shell, anchor: str) -> HttpResponse:
    address = reverse("assumptions:show", args=[shell.scope.account_id])
    return go(request, f"{address}#{anchor}")


def _version(request: Request) -> int:
    seen = request.POST.get("version", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else 0


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None
