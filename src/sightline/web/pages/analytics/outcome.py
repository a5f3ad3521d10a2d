"""Entering the outcome wanted of the year."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import outcomes
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries.analytics import outcome_of
from sightline.web.conflict import Conflict, conflict_panel
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.analytics.forms import OutcomeForm
from sightline.web.pages.analytics.views import setting_of, shown
from sightline.wording.money import full_money


@needs(Category.WALLET_TIERS, Act.DECIDE_TIER)
@require_POST
def want(request: Request) -> HttpResponse:
    """Set, change or take back the leader's own outcome; it is worked backwards on the page."""
    setting, person = setting_of(request), request.person
    assert person is not None
    held = outcome_of(person, setting.year_words)
    currency = held.amount.currency if held else setting.basis.currency
    form = OutcomeForm(request.POST, currency=currency)
    if not form.is_valid():
        return shown(request, setting, form=form, status=422)
    try:
        outcomes.want(
            person,
            setting.year_words,
            form.money,
            seen=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except InvalidValue as error:
        form.add_error("amount", str(error))
        return shown(request, setting, form=form, status=422)
    except outcomes.StaleOutcome as stale:
        return _conflict(request, form, stale)
    say(request, _("The outcome is kept.") if form.money else _("The outcome is taken back."))
    return go(request, reverse("analytics:show"))


def _conflict(request: Request, form: OutcomeForm, stale: outcomes.StaleOutcome) -> HttpResponse:
    mine, theirs = form.money, stale.theirs
    none = _("no outcome")
    return conflict_panel(
        request,
        Conflict(
            heading=_("The outcome was changed since you read it"),
            url=reverse("analytics:outcome-set"),
            name="amount",
            mine=str(mine.amount) if mine else "",
            theirs=str(theirs.amount) if theirs else "",
            who=_("You, in another window"),
            version=str(stale.version),
            mine_shown=full_money(mine) if mine else none,
            theirs_shown=full_money(theirs) if theirs else none,
        ),
    )
