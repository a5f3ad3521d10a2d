"""What a person keeps: views under a name, and pins."""

from __future__ import annotations

from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import pins, views
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.portfolio.asking import question_of, way_back

PAGE = "portfolio"


@needs(Category.WALLET_TIERS, Act.READ)
@require_POST
def save_view(request: Request) -> HttpResponse:
    """Keep the list as it is under a name, or bring back one that was removed."""
    person = request.person
    assert person is not None
    name = request.POST.get("name") or request.GET.get("name", "")
    query = request.POST.get("query", request.GET.get("query", ""))
    kept = question_of(QueryDict(query)).query()
    address = f"{reverse('portfolio:list')}?{kept}"
    try:
        views.save_view(person, PAGE, name, kept)
    except InvalidValue as error:
        say(request, str(error), tone="warn")
        return go(request, address)
    say(request, _("The view is saved."))
    return go(request, address)


@needs(Category.WALLET_TIERS, Act.READ)
@require_POST
def remove_view(request: Request, view_id: int) -> HttpResponse:
    """Forget one of the person's own views; it can be brought back."""
    person = request.person
    assert person is not None
    gone = views.remove_view(person, view_id)
    if gone is None:
        raise Http404
    values = QueryDict(mutable=True)
    values.update({"name": gone[1], "query": gone[2]})
    undo = f"{reverse('portfolio:view-save')}?{values.urlencode()}"
    say(request, _("The view is removed."), undo=undo)
    return go(request, way_back(request, reverse("portfolio:list")))


@needs(Category.FACTS, Act.READ)
@require_POST
def pin(request: Request, account_id: int) -> HttpResponse:
    """Keep an account in the side bar."""
    person = request.person
    assert person is not None
    try:
        pins.pin(person, account_id)
    except NotAllowed:
        raise Http404 from None
    except InvalidValue as error:
        say(request, str(error), tone="warn")
    else:
        say(request, _("Pinned."), undo=reverse("portfolio:unpin", args=[account_id]))
    return go(request, way_back(request, reverse("portfolio:list")))


@needs(Category.FACTS, Act.READ)
@require_POST
def unpin(request: Request, account_id: int) -> HttpResponse:
    """Take an account out of the side bar."""
    person = request.person
    assert person is not None
    pins.unpin(person, account_id)
    say(request, _("No longer pinned."), undo=reverse("portfolio:pin", args=[account_id]))
    return go(request, way_back(request, reverse("portfolio:list")))
