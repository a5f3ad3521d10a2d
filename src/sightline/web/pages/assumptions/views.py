"""What a plan stands on, on one page; the forms that came back stand in it as they were typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.records.queries import account_renewals
from sightline.records.queries.plan_parts import grounds, moves
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.account.parts import Parts
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.assumptions import present
from sightline.web.pages.assumptions.forms import (
    AssumptionForm,
    HealthForm,
    ObjectiveForm,
    RiskForm,
)
from sightline.web.pages.assumptions.health import health_now

LOOK_AGAIN = timedelta(days=90)


@dataclass
class Forms:
    """The four forms; those that came back with errors are put in before the page is drawn."""

    objective: ObjectiveForm
    assumption: AssumptionForm
    risk: RiskForm
    health: HealthForm


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """Objectives, assumptions, risks and health."""
    shell = planned(request, account_id)
    return page(request, shell, forms_of(shell))


def planned(request: Request, account_id: int, *, write: bool = False) -> Shell:
    """The account with its plan: 404 unknown or without a plan, 403 where the right is missing."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan or (write and not shell.rights.plan_write):
        raise PermissionDenied(_("You may not change this plan.") if write else _("Not yours."))
    if shell.plan is None:
        raise Http404(_("This account has no running plan."))
    return shell


def forms_of(shell: Shell) -> Forms:
    """The four forms, empty but for the days."""
    assert shell.plan is not None
    ours = account_renewals.our_people(shell.scope)
    offered = moves.moves_of(shell.scope.seen_ids, with_contracts=True)
    soon = shell.today + LOOK_AGAIN
    return Forms(
        objective=ObjectiveForm(ours=ours, initial={"due_on": shell.plan.ends_on}),
        assumption=AssumptionForm(moves=offered, initial={"look_again": soon}),
        risk=RiskForm(
            ours=ours,
            lines=grounds.lines_of(shell.scope.seen_ids),
            currency=shell.plan.currency,
        ),
        health=HealthForm(initial={"until": soon}),
    )


def page(request: Request, shell: Shell, forms: Forms, *, status: int = 200) -> HttpResponse:
    """The page. About forty-five queries."""
    plan = shell.plan
    assert plan is not None
    parts = Parts(shell)
    objectives = grounds.objectives_of(plan.id)
    offered = moves.moves_of(shell.scope.seen_ids, with_contracts=True)
    context = {
        **frame_of(shell, _("What it stands on"), current="assumptions:show"),
        "objectives": [
            (row, *present.objective_note(row, today=shell.today)) for row in objectives
        ],
        "assumptions": present.shown_assumptions(
            grounds.assumptions_of(plan.id),
            moves=offered,
            today=shell.today,
            currency=plan.currency,
            rates=parts.setting.rates,
            on=plan.starts_on,
        ),
        "risks": present.shown_risks(grounds.risks_of(plan.id), currency=plan.currency),
        "health": present.shown_health(health_now(parts)) if shell.rights.opinions else None,
        "forms": forms,
        "soon": shell.today + LOOK_AGAIN,
        "may_write": shell.rights.plan_write,
    }
    return render(request, "assumptions/show.html", context, status=status)
