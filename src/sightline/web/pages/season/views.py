"""The planning season: the leader's page, one account's guided order, dates, sign-off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import season as actions
from sightline.actions.portfolio_sums import ask_for_sums
from sightline.planning.errors import InvalidValue
from sightline.planning.fiscal import FiscalYear
from sightline.planning.permissions import Act, Category
from sightline.planning.reviews import ReviewParameters, Step
from sightline.records.queries import company
from sightline.records.queries.season import (
    Season,
    listed_plans,
    plans_in_season,
    season_list,
    season_of,
    window_of,
)
from sightline.records.reach import reach_of
from sightline.web.gate import Request, needs, roles_may
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.season import present

PAGE = 25


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class SeasonForm(forms.Form):
    """The weeks of the season and the last day of each step (empty: its share of the weeks)."""

    starts_on = forms.DateField(label=gettext_lazy("Begins"), widget=_day())
    ends_on = forms.DateField(label=gettext_lazy("Ends"), widget=_day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for step in Step:
            self.fields[step.value] = forms.DateField(
                label=present.step_title(step), required=False, widget=_day()
            )

    @classmethod
    def of(cls, season: Season) -> SeasonForm:
        """The form filled with the season in force."""
        return cls(
            initial={
                "starts_on": season.window.start,
                "ends_on": season.window.end,
                **dict(season.until),
            }
        )


@needs(Category.PLAN, Act.WRITE)
@require_safe
def show(request: Request) -> HttpResponse:
    """Every plan of the year with the step it has come to; late ones first."""
    return _leader(request)


@needs(Category.WALLET_TIERS, Act.DECIDE_TIER)
@require_POST
def dates_set(request: Request) -> HttpResponse:
    """The season's dates."""
    assert request.person is not None
    year, _season, _numbers = _setting()
    form = SeasonForm(request.POST)
    if not form.is_valid():
        return _leader(request, form=form, status=422)
    until = {step.value: form.cleaned_data[step.value] for step in Step}
    try:
        actions.set_season(
            request.person,
            year.year,
            form.cleaned_data["starts_on"],
            form.cleaned_data["ends_on"],
            until={step: day for step, day in until.items() if day is not None},
            now=timezone.now(),
        )
    except InvalidValue as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return _leader(request, form=form, status=422)
    say(request, _("The season's dates are saved."))
    return go(request, reverse("season:show"))


@needs(Category.PLAN, Act.READ)
@require_safe
def plan(request: Request, account_id: int) -> HttpResponse:
    """One account's guided order; it can be left at any point."""
    return _guided(request, _shell(request, account_id))


@needs(Category.PLAN, Act.SIGN_OFF)
@require_POST
def sign(request: Request, account_id: int) -> HttpResponse:
    """The sponsor signs the plan as it was read."""
    shell = _shell(request, account_id)
    assert request.person is not None and shell.plan is not None
    seen = request.POST.get("version", "")
    try:
        actions.sign_off(
            request.person,
            shell.plan.id,
            seen_version=int(seen) if seen.isdecimal() else 0,
            note=request.POST.get("note", ""),
            now=timezone.now(),
        )
    except InvalidValue as problem:
        say(request, str(problem), tone="warn")
        return _guided(request, shell, status=409)
    say(request, _("The plan is signed."))
    return go(request, reverse("season:plan", args=[account_id]))


def _leader(request: Request, *, form: SeasonForm | None = None, status: int = 200) -> HttpResponse:
    person = request.person
    assert person is not None
    year, season, numbers = _setting()
    told = company.company_facts()
    today = told.today(timezone.now())
    reach, zone = reach_of(person), told.time_zone
    found = season_list(reach, season, today=today, numbers=numbers, zone=zone)
    if found.order is None:
        ask_for_sums()
    ids = found.order.plans if found.order is not None else ()
    page = Paginator(ids, PAGE).get_page(request.GET.get("page"))
    plans = listed_plans(reach, found, page.object_list, zone=zone)
    lines = present.plan_lines(plans, season, today=today, numbers=numbers)
    may_set = roles_may(person, Category.WALLET_TIERS, Act.DECIDE_TIER)
    context = {
        "page_title": _("Planning season %s") % year.label,
        "page_note": _("Done by what is in the plan, not by ticks."),
        "season": season,
        "lines": lines,
        "order": found.order,
        "kept_at": found.kept_at,
        "page": page,
        "form": (form or SeasonForm.of(season)) if may_set else None,
        "today": today,
    }
    return render(request, "season/leader.html", context, status=status)


def _guided(request: Request, shell: Shell, *, status: int = 200) -> HttpResponse:
    assert shell.plan is not None and request.person is not None
    _year, season, numbers = _setting()
    found = plans_in_season([shell.plan.id], zone=shell.company.time_zone)[0]
    steps = present.shown_steps(found, season, today=shell.today, numbers=numbers)
    may_sign = roles_may(request.person, Category.PLAN, Act.SIGN_OFF)
    context = {
        **frame_of(shell, _("Planning season"), current="plan:show"),
        "steps": steps,
        "window": window_of(found, season),
        "done": sum(step.done for step in steps),
        "plan": shell.plan,
        "signed": steps[-1].done,
        "may_sign": may_sign and not steps[-1].done,
    }
    return render(request, "season/plan.html", context, status=status)


def _shell(request: Request, account_id: int) -> Shell:
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan:
        raise PermissionDenied(_("You may not see the plan of this account."))
    if shell.plan is None:
        raise Http404(_("This account has no running plan."))
    return shell


def _setting() -> tuple[FiscalYear, Season, ReviewParameters]:
    told = company.company_facts()
    today = told.today(timezone.now())
    numbers = company.parameters_in_force(today).section(ReviewParameters, "reviews")
    year = told.calendar.year_of(today)
    return year, season_of(year.year, year.window, parameters=numbers), numbers
