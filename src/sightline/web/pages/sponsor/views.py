"""The sponsor's page."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.challenges import ChallengeParameters
from sightline.planning.permissions import Act, Category
from sightline.planning.reviews import ReviewParameters
from sightline.records.queries import company
from sightline.records.queries.sponsor import sponsor_page
from sightline.records.queries.sponsor_digest import reaching_sponsor
from sightline.web.gate import Request, needs
from sightline.web.htmx import render


@needs(Category.PLAN, Act.SIGN_OFF)
@require_safe
def show(request: Request) -> HttpResponse:
    """Every sponsored account: the plan's path, the next review, who came, what is asked."""
    assert request.person is not None
    today = company.company_facts().today(timezone.now())
    parameters = company.parameters_in_force(today)
    numbers = parameters.section(ReviewParameters, "reviews")
    page = sponsor_page(request.person, on=today, numbers=numbers)
    context = {
        "page_title": _("Sponsored accounts"),
        "page_note": _("Your reviews, and what is asked of you."),
        "page": page,
        "reaching": reaching_sponsor(
            [one.account_id for one in page.accounts],
            on=today,
            parameters=parameters.section(ChallengeParameters, "challenges"),
        ),
        "overdue": sum(one.overdue for one in page.accounts),
        "to_sign": sum(one.to_sign or one.roll_to_sign for one in page.accounts),
    }
    return render(request, "sponsor/show.html", context)
