"""A plan's metrics and why its revenue changed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import metrics as verbs
from sightline.planning.errors import PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.queries import bridging
from sightline.records.queries.metrics import (
    Values,
    computed_metrics,
    kept_metrics,
    plan_decomposition,
)
from sightline.records.queries.metrics.revenue import measured_currency
from sightline.records.queries.metrics.values import ORDER
from sightline.records.queries.plan_parts.moves import moves_of
from sightline.web.conflict import on_top
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.shell import Shell, frame_of
from sightline.web.pages.assumptions.views import planned
from sightline.web.pages.metrics import present
from sightline.web.pages.metrics.change import why_changed
from sightline.web.pages.metrics.forms import MetricForm, initial_of
from sightline.wording import dates


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """Ten metrics; `?edit=` opens one for writing."""
    shell = planned(request, account_id)
    return _page(request, shell, key=request.GET.get("edit", ""))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def edit(request: Request, account_id: int, key: str) -> HttpResponse:
    """Set a metric's target, day and plays."""
    shell = planned(request, account_id, write=True)
    person, plan = request.person, shell.plan
    assert person is not None and plan is not None
    if key not in ORDER:
        raise Http404(_("There is no such metric."))
    form = _form(shell, key, data=True, request=request)
    if not form.is_valid():
        return _page(request, shell, key=key, form=form, status=422)
    value = _values(shell).of[key].value
    wanted = verbs.WantedMetric(
        key=key,
        target=form.target_value,
        by=form.cleaned_data["by"],
        now=None if value is None else Decimal(str(round(value, 6))),
        moves=tuple(form.cleaned_data["moves"]),
    )
    seen = form.cleaned_data["version"]
    try:
        verbs.set_metric(person, plan.id, wanted, seen_version=seen, now=timezone.now())
    except verbs.StaleMetric as stale:
        _with_theirs(form, stale.theirs)
        return _page(request, shell, key=key, form=form, status=409)
    except PlanningError as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        return _page(request, shell, key=key, form=form, status=422)
    say(request, _("The target is kept. Its value is computed, never typed."))
    return go(request, reverse("metrics:show", args=[account_id]) + f"#metric-{key}")


def _with_theirs(form: MetricForm, theirs: Mapping[str, Any]) -> None:
    """Their target and day beside what was typed; saving again is on top of them."""
    words = _("Somebody else set: %s")
    target = theirs.get("target")
    if target is None:
        form.add_error("target", _("Somebody else took this target away."))
    else:
        by = dates.day(theirs["by"])
        form.add_error("target", words % f"{form.shown(target)}, {by}")
    on_top(form, int(theirs.get("version", 0)))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def drop(request: Request, account_id: int, key: str) -> HttpResponse:
    """Want nothing of a metric any more."""
    shell = planned(request, account_id, write=True)
    person, plan = request.person, shell.plan
    assert person is not None and plan is not None
    try:
        verbs.drop_metric(person, plan.id, key)
    except PlanningError as wrong:
        raise Http404(str(wrong)) from wrong
    say(request, _("The target is gone; the metric is still computed."))
    return go(request, reverse("metrics:show", args=[account_id]))


def _values(shell: Shell) -> Values:
    plan = shell.plan
    assert plan is not None
    setting = bridging.bridge_setting(shell.today)
    row = bridging.plan_rows([plan.id])[0]
    return computed_metrics(
        row,
        bridge=bridging.bridge_facts(row, setting=setting),
        today=shell.today,
        company=shell.company,
        parameters=setting.parameters,
    )


def _form(
    shell: Shell, key: str, *, data: bool = False, request: Request | None = None
) -> MetricForm:
    plan = shell.plan
    assert plan is not None
    offered = moves_of(shell.scope.seen_ids, with_contracts=False)
    if data and request is not None:
        return MetricForm(request.POST, key=key, currency=plan.currency, offered=offered)
    held = kept_metrics(plan.id).get(key)
    initial = initial_of(key, held, ends_on=plan.ends_on)
    return MetricForm(initial=initial, key=key, currency=plan.currency, offered=offered)


def _page(
    request: Request,
    shell: Shell,
    *,
    key: str = "",
    form: MetricForm | None = None,
    status: int = 200,
) -> HttpResponse:
    plan = shell.plan
    assert plan is not None
    refused = ""
    lagging: tuple[present.Line, ...] = ()
    leading: tuple[present.Line, ...] = ()
    try:
        values = _values(shell)
        lagging, leading = present.lines_of(values, kept_metrics(plan.id), currency=plan.currency)
    except PlanningError as problem:
        refused = str(problem)
    may_write = shell.rights.plan_write
    if form is None and may_write and key in ORDER:
        form = _form(shell, key)
    members = bridging.plan_rows([plan.id])[0].account_ids
    code = measured_currency(members)
    change = plan_decomposition(members, currency=code) if code else ()
    context = {
        **frame_of(shell, _("Metrics"), current="metrics:show"),
        "groups": ((_("Lagging"), lagging), (_("Leading"), leading)),
        "refused": refused,
        "editing": key,
        "form": form,
        "may_write": may_write,
        "change": why_changed(change),
    }
    return render(request, "metrics/show.html", context, status=status)
