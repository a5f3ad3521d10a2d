"""The calibration page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from django.core.cache import cache
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
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


@dataclass(frozen=True, slots=True)
class Scored:
    """The page's scores, whose predictions they are of, and whether there are any."""

    page: present.Page
    source: str
    any: bool


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """Scores of what was expected; the company's own predictions, or the CRM's from before."""
    today = company.company_facts().today(timezone.now())
    parameters = company.parameters_in_force(today)
    about = About.RENEWALS if request.GET.get("about") == About.RENEWALS else About.DEALS
    numbers = parameters.section(CalibrationParameters, "calibration")
    currency = company.company_facts().currency
    scored = _scored(about, request.GET.get("of", ""), currency=currency, numbers=numbers)
    context = {
        "page_title": _("How predictions held up"),
        "page_note": _("Over the whole company, by stage, product line and size. Never by person."),
        "page": scored.page,
        "about": about.value,
        "stages": present.stage_lines(calibration.stage_rows(parameters)),
        "source": scored.source,
        "enough": numbers.enough_resolved,
        "any": scored.any,
    }
    return render(request, "calibration/show.html", context)


def _scored(about: About, asked: str, *, currency: str, numbers: CalibrationParameters) -> Scored:
    """The scores; over very many predictions those of the last ten minutes, in one's language."""
    source = asked if asked in set(Source) else ""
    version = blake2b(f"{currency}{numbers!r}".encode(), digest_size=8).hexdigest()
    key = f"calibration:{about.value}:{source}:{get_language()}:{version}"
    found: Scored | None = cache.get(key)
    if found is None:
        deals = about is About.DEALS
        told = calibration.predictions() if deals else calibration.renewal_predictions()
        chosen = Source(source) if source else _surest(told, numbers)
        page = present.page_of(
            told, about=about, source=chosen, currency=currency, parameters=numbers
        )
        found = Scored(page, chosen.value, any=bool(told))
        if len(told) > KEPT_FROM:
            cache.set(key, found, KEPT_SECONDS)
    return found


def _surest(told: Sequence[Told], numbers: CalibrationParameters) -> Source:
    """The company's own predictions where enough of them are decided, else the CRM's."""
    kept = sum(one.source is Source.KEPT and one.prediction.happened is not None for one in told)
    return Source.KEPT if kept >= numbers.enough_resolved else Source.CRM
