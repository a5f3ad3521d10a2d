"""What a person writes into a plan: its target and its growth thesis. Each calls one action."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import plans
from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.records.queries.account_head import PlanHead
from sightline.web.conflict import Conflict, conflict_panel
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say, wants_fragment
from sightline.web.pages.account.shell import Shell, shell_of
from sightline.web.pages.plan.forms import TargetForm, ThesisForm
from sightline.web.pages.plan.views import show_plan
from sightline.wording.money import full_money

VERSION_HEADER = "X-Sightline-Version"


@needs(Category.PLAN, Act.WRITE)
@require_POST
def target_set(request: Request, account_id: int) -> HttpResponse:
    """Agree a target, or take it away; 409 with both values where somebody was quicker."""
    shell, plan = _writable(request, account_id)
    form = TargetForm(request.POST, currency=plan.currency)
    if not form.is_valid():
        return show_plan(request, shell, target=form, status=422)
    assert request.person is not None
    try:
        plans.set_target(
            request.person,
            plan.id,
            form.minor,
            seen_version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except InvalidValue as problem:
        form.add_error("target", str(problem))
        return show_plan(request, shell, target=form, status=422)
    except plans.StalePlan:
        return _target_conflict(request, account_id, form)
    say(request, _("The target is saved."))
    return go(request, reverse("plan:show", args=[account_id]) + "#target")


@needs(Category.PLAN, Act.WRITE)
@require_POST
def thesis_set(request: Request, account_id: int) -> HttpResponse:
    """Write the growth thesis; saves itself where script runs, by a button where not."""
    shell, plan = _writable(request, account_id)
    form = ThesisForm(request.POST)
    if not form.is_valid():
        if wants_fragment(request):
            words = "; ".join(str(error) for errors in form.errors.values() for error in errors)
            return HttpResponse(words, status=422, content_type="text/plain")
        return show_plan(request, shell, thesis=form, status=422)
    assert request.person is not None
    try:
        version = plans.set_thesis(
            request.person,
            plan.id,
            form.cleaned_data["thesis"],
            seen_version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except plans.StalePlan:
        return _thesis_conflict(request, account_id, form)
    if wants_fragment(request):
        saved = HttpResponse(status=204)
        saved[VERSION_HEADER] = str(version)
        return saved
    say(request, _("The growth thesis is saved."))
    return go(request, reverse("plan:show", args=[account_id]) + "#thesis")


def _writable(request: Request, account_id: int) -> tuple[Shell, PlanHead]:
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan_write:
        raise PermissionDenied(_("You may not change this plan."))
    if shell.plan is None:
        raise Http404(_("This account has no running plan."))
    return shell, shell.plan


def _target_conflict(request: Request, account_id: int, form: TargetForm) -> HttpResponse:
    plan = _writable(request, account_id)[1]

    def typed(minor: int | None) -> str:
        return "" if minor is None else f"{Money(minor, plan.currency).amount:f}"

    def shown(minor: int | None) -> str:
        return _("no target") if minor is None else full_money(Money(minor, plan.currency))

    return conflict_panel(
        request,
        Conflict(
            heading=_("Somebody changed this plan while you were typing"),
            url=reverse("plan:target-set", args=[account_id]),
            name="target",
            mine=typed(form.minor),
            mine_shown=shown(form.minor),
            theirs=typed(plan.target),
            theirs_shown=shown(plan.target),
            who=plan.agreed_by or _("As it stands now"),
            version=str(plan.version),
            at=plan.changed_at,
            compare_url=reverse("account:history", args=[account_id]),
        ),
    )


def _thesis_conflict(request: Request, account_id: int, form: ThesisForm) -> HttpResponse:
    plan = _writable(request, account_id)[1]
    mine = form.cleaned_data["thesis"]
    return conflict_panel(
        request,
        Conflict(
            heading=_("Somebody changed this plan while you were typing"),
            url=reverse("plan:thesis-set", args=[account_id]),
            name="thesis",
            mine=mine,
            mine_shown=mine,
            theirs=plan.thesis,
            theirs_shown=plan.thesis or _("nothing"),
            who=_("As it stands now"),
            version=str(plan.version),
            at=plan.changed_at,
            compare_url=reverse("account:history", args=[account_id]),
        ),
    )
