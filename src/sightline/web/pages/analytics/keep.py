"""Lists of analytics that a person keeps under a name."""

from __future__ import annotations

from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import views
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.analytics.asking import asked_of, signals_asked

ADDRESSES = {"analytics-plans": "analytics:plans", "analytics-signals": "analytics:signals"}


@needs(Category.WALLET_TIERS, Act.READ)
@require_POST
def save_view(request: Request) -> HttpResponse:
    """Keep a list as it is under a name, or bring back one that was removed."""
    person = request.person
    assert person is not None
    values = request.POST if "page" in request.POST else request.GET
    page, name = values.get("page", ""), values.get("name", "")
    if page not in ADDRESSES:
        raise Http404
    given = QueryDict(values.get("query", ""))
    of_plans = page == "analytics-plans"
    kept = asked_of(given).query() if of_plans else signals_asked(given).query()
    try:
        views.save_view(person, page, name, kept)
    except InvalidValue as error:
        say(request, str(error), tone="warn")
    else:
        say(request, _("The view is saved."))
    return go(request, f"{reverse(ADDRESSES[page])}?{kept}")


@needs(Category.WALLET_TIERS, Act.READ)
@require_POST
def remove_view(request: Request, view_id: int) -> HttpResponse:
    """Forget one of the person's own views; it can be brought back."""
    person = request.person
    assert person is not None
    gone = views.remove_view(person, view_id)
    if gone is None or gone[0] not in ADDRESSES:
        raise Http404
    values = QueryDict(mutable=True)
    values.update({"page": gone[0], "name": gone[1], "query": gone[2]})
    undo = f"{reverse('analytics:view-save')}?{values.urlencode()}"
    say(request, _("The view is removed."), undo=undo)
    return go(request, f"{reverse(ADDRESSES[gone[0]])}?{gone[2]}")
