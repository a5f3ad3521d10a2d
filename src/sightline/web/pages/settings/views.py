"""The company's own settings: name, currency, calendar, basis, time zone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import settings
from sightline.planning.errors import InvalidValue, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.queries.settings import company_row
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.settings.forms import CompanyForm, PeriodsForm
from sightline.web.pages.settings.tabs import settings_tabs


@needs(Category.SETTINGS, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """The settings as they are."""
    return _page(request, CompanyForm.of(company_row()))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def company(request: Request) -> HttpResponse:
    """Saves them; 409 where somebody else saved meanwhile, with what was typed kept."""
    person = request.person
    assert person is not None
    form = CompanyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    values = dict(form.cleaned_data)
    seen = values.pop("version")
    try:
        settings.set_company(person, settings.CompanyValues(**values), seen_version=seen)
    except settings.StaleSettings as stale:
        return _stale(request, form, stale)
    except PlanningError as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        return _page(request, form, status=422)
    say(request, _("Saved. Figures are computed again."))
    return go(request, reverse("settings:show"))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def periods(request: Request) -> HttpResponse:
    """Uses an uploaded table as the fiscal calendar."""
    person = request.person
    assert person is not None
    form = PeriodsForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            settings.set_periods(person, form.cleaned_data["table"])
        except PlanningError as wrong:
            form.add_error("table", str(wrong))
    if form.errors:
        return _page(request, CompanyForm.of(company_row()), periods_form=form, status=422)
    say(request, _("The uploaded periods are the calendar now."))
    return go(request, reverse("settings:show"))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def plan_fields(request: Request) -> HttpResponse:
    """Switches on what plans are asked beyond the product's own; 409 where somebody was quicker."""
    person = request.person
    assert person is not None
    seen = request.POST.get("version", "")
    try:
        settings.set_plan_fields(
            person,
            request.POST.getlist("fields"),
            seen_version=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
        )
    except settings.StaleSettings as stale:
        say(request, str(stale), tone="warn")
        return _page(request, CompanyForm.of(company_row()), status=409)
    except InvalidValue as wrong:
        say(request, str(wrong), tone="warn")
        return _page(request, CompanyForm.of(company_row()), status=422)
    say(request, _("Saved."))
    return go(request, reverse("settings:show"))


def _stale(request: Request, form: CompanyForm, stale: settings.StaleSettings) -> HttpResponse:
    """The form with what was typed, beside each field what somebody else saved."""
    typed = {**request.POST.dict(), "version": str(stale.version)}
    again = CompanyForm(typed)
    again.is_valid()
    differing = {
        name: value for name, value in stale.theirs.items() if str(value) != typed.get(name, "")
    }
    for name, value in differing.items():
        again.add_error(name, _("Somebody saved “%(value)s” meanwhile.") % {"value": value})
    return _page(request, again, status=409)


def _page(
    request: Request,
    form: CompanyForm,
    *,
    periods_form: PeriodsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    row = company_row()
    tried = request.resolver_match and request.resolver_match.url_name == "plan-fields-set"
    asked = request.POST.getlist("fields") if tried else row.plan_fields
    context: dict[str, Any] = {
        "page_title": _("Settings"),
        "form": form,
        "periods_form": periods_form or PeriodsForm(),
        "row": row,
        "plan_fields": [("swot", _("SWOT, where every item leads somewhere"), "swot" in asked)],
        **settings_tabs("settings:show"),
    }
    return render(request, "settings/company.html", context, status=status)
