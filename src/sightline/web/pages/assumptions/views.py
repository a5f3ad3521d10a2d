"""What a plan stands on, on one page; the forms that came back stand in it as they were typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.records.queries import account_renewals
from sightline.records.queries.challenge_lost import SHARE
from sightline.records.queries.plan_parts import grounds, moves
from sightline.records.queries.plan_parts.grounds import RiskRow
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
from sightline.web.pages.assumptions.swot import Swot, section, switched_on

LOOK_AGAIN = timedelta(days=90)


@dataclass
class Forms:
    """The four forms; those that came back with errors are put in before the page is drawn.

    `risk_id` is the risk that the form changes, 0 for a new one; `differs` are fields that somebody
    changed meanwhile, as (label, theirs); `look_again` is a day that was typed and not saved;
    `swot` is read when the page is drawn, unless it came back.
    """

    objective: ObjectiveForm
    assumption: AssumptionForm
    risk: RiskForm
    health: HealthForm
    risk_id: int = 0
    risk_version: int = 0
    differs: tuple[tuple[str, str], ...] = ()
    look_again: date | None = None
    swot: Swot | None = None


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """Objectives, assumptions, risks and health."""
    shell = planned(request, account_id)
    forms = forms_of(shell)
    asked = request.GET.get("risk", "")
    if shell.plan is not None and shell.rights.plan_write and asked.isdecimal():
        _fill_risk(forms, shell, shell.plan.id, int(asked))
    item = request.GET.get("swot", "")
    if shell.rights.plan_write and item.isdecimal() and switched_on(shell):
        forms.swot = section(shell, item_id=int(item))
    return page(request, shell, forms)


def _fill_risk(forms: Forms, shell: Shell, plan_id: int, risk_id: int) -> None:
    row = next((one for one in grounds.risks_of(plan_id) if one.id == risk_id), None)
    if row is None:
        raise Http404(_("There is no such risk."))
    forms.risk_id, forms.risk_version = row.id, row.version
    forms.risk = risk_form(shell, None, row)


def planned(request: Request, account_id: int, *, write: bool = False) -> Shell:
    """The account with its plan: 404 unknown or without a plan, 403 where the right is missing."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan or (write and not shell.rights.plan_write):
        raise PermissionDenied(_("You may not change this plan.") if write else _("Not yours."))
    if shell.plan is None:
        raise Http404(_("This account has no running plan."))
    return shell


def risk_form(shell: Shell, typed: QueryDict | None = None, row: RiskRow | None = None) -> RiskForm:
    """The form of a risk: empty, as typed, or as it stands."""
    assert shell.plan is not None
    initial: dict[str, object] = {}
    if row is not None:
        initial = {name: getattr(row, name) for name in RiskForm.base_fields}
        if row.money is not None:
            initial["money"] = Money(row.money, shell.plan.currency).amount
    return RiskForm(
        typed,
        initial=initial,
        ours=account_renewals.our_people(shell.scope),
        lines=_speaks_of(shell),
        currency=shell.plan.currency,
    )


def forms_of(shell: Shell) -> Forms:
    """The four forms, empty but for the days."""
    assert shell.plan is not None
    ours = account_renewals.our_people(shell.scope)
    offered = moves.moves_of(shell.scope.seen_ids, with_contracts=True)
    soon = shell.today + LOOK_AGAIN
    return Forms(
        objective=ObjectiveForm(ours=ours, initial={"due_on": shell.plan.ends_on}),
        assumption=AssumptionForm(moves=offered, initial={"look_again": soon}),
        risk=risk_form(shell),
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
        "swot": forms.swot or (section(shell) if switched_on(shell) else None),
        "soon": forms.look_again or shell.today + LOOK_AGAIN,
        "typed_day": forms.look_again,
        "may_write": shell.rights.plan_write,
    }
    return render(request, "assumptions/show.html", context, status=status)


def _speaks_of(shell: Shell) -> tuple[tuple[str, str], ...]:
    """What a risk may speak of: lines with revenue, and the share of their spend."""
    share = ((SHARE, _("Our share of their spend")),) if shell.rights.wallet else ()
    return (*grounds.lines_of(shell.scope.seen_ids), *share)
