"""The calibration page."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.calibration import CalibrationParameters
from sightline.planning.permissions import Act, Category
from sightline.records.queries import calibration, company
from sightline.records.queries.calibration import Source, Told
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.calibration import present
from sightline.web.pages.calibration.present import About

KEPT_SECONDS = 600
KEPT_FROM = 2000


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """Scores of what was expected; the company's own predictions, or the CRM's from before."""
    today = company.company_facts().today(timezone.now())
    parameters = company.parameters_in_force(today)
    about = About.RENEWALS if request.GET.get("about") == About.RENEWALS else About.DEALS
    told = _told(about)
    kept = sum(one.source is Source.KEPT and one.prediction.happened is not None for one in told)
    asked = request.GET.get("of", "")
    numbers = parameters.section(CalibrationParameters, "calibration")
    source = Source.KEPT if kept >= numbers.enough_resolved else Source.CRM
    if asked in set(Source):
        source = Source(asked)
    context = {
        "page_title": _("How predictions held up"),
        "page_note": _("Over the whole company, by stage, product line and size. Never by person."),
        "page": present.page_of(
            told,
            about=about,
            source=source,
            currency=company.company_facts().currency,
            parameters=numbers,
        ),
        "about": about.value,
        "stages": present.stage_lines(calibration.stage_rows(parameters)),
        "source": source.value,
        "enough": numbers.enough_resolved,
        "any": bool(told),
    }
    return render(request, "calibration/show.html", context)


def _told(about: About) -> tuple[Told, ...]:
    """The predictions; very many are those of the last ten minutes."""
    key = f"calibration:{about.value}"
    found: tuple[Told, ...] | None = cache.get(key)
    if found is None:
        deals = about is About.DEALS
        found = calibration.predictions() if deals else calibration.renewal_predictions()
        if len(found) > KEPT_FROM:
            cache.set(key, found, KEPT_SECONDS)
    return found
