"""Trying other weights: who would move and how sensitive the line is, before anything is adopted."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import weights
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.portfolio.forms import AdoptForm
from sightline.web.pages.portfolio.knobs import address_of, changes_of, groups_of, setters_of
from sightline.web.pages.portfolio.trial import trial_of
from sightline.web.pages.portfolio.views import Setting, setting_of


@needs(Category.WALLET_TIERS, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """The numbers, and where some were changed, what they would do to the accounts one sees."""
    setting = setting_of(request)
    return _page(request, setting, request.GET, AdoptForm(initial={"since": setting.today}))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def adopt(request: Request) -> HttpResponse:
    """Make the tried numbers the company's own, from a day on, with a reason."""
    setting = setting_of(request)
    form = AdoptForm(request.POST)
    if not form.is_valid():
        return _page(request, setting, request.POST, form, status=422)
    try:
        count = weights.adopt(
            setting.person,
            changes_of(request.POST, setting.parameters),
            reason=form.cleaned_data["reason"],
            since=form.cleaned_data["since"],
            now=timezone.now(),
        )
    except NotAllowed:
        raise
    except PlanningError as error:
        form.add_error(None, str(error))
        return _page(request, setting, request.POST, form, status=422)
    if count:
        words = ngettext(
            "%(n)s number is the company's own now. Tiers are being computed.",
            "%(n)s numbers are the company's own now. Tiers are being computed.",
            count,
        )
        say(request, words % {"n": count})
    else:
        say(request, _("Nothing was changed: these numbers are in force."), tone="warn")
    return go(request, reverse("portfolio:list"))


def _page(
    request: Request, setting: Setting, values: QueryDict, form: AdoptForm, *, status: int = 200
) -> HttpResponse:
    setters = setters_of(values, setting.parameters)
    changes = changes_of(values, setting.parameters)
    again = "again" in request.GET
    trial = trial_of(setting, changes, again=again)
    address = reverse("portfolio:weights-try") + "?" + address_of(setters)
    context = {
        "page_title": _("Try weights"),
        "page_note": _("Nothing changes until it is adopted."),
        "groups": groups_of(setters),
        "changed": [one for one in setters if one.changed],
        "trial": trial,
        "outcome": trial.outcome,
        "refused": trial.refused,
        "address": address,
        "form": form,
        "may_adopt": setting.may(Category.SETTINGS, Act.WRITE),
    }
    return render(request, "portfolio/try.html", context, partial="trial", status=status)
