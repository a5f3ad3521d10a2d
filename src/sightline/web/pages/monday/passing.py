"""Passing an act of one's own week on to a colleague."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sightline.actions.monday import Delegation, NotOffered, delegate_act
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries.asks import askable
from sightline.records.queries.week.page import WeekFound, week_found
from sightline.records.queries.week.planned import own_user
from sightline.records.scoping import Person
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.monday import evidence
from sightline.web.pages.monday.forms import PassOnForm


@dataclass(frozen=True, slots=True)
class Passing:
    """The act that is passed on."""

    key: str
    title: str
    account_id: int
    account: str


@needs(Category.PLAN, Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def delegate(request: Request) -> HttpResponse:
    """Asks to whom and until when; 409 to Monday where the act is not asked any more."""
    person = request.person
    assert person is not None
    key = (request.POST.get("act") or request.GET.get("act", ""))[:160]
    whose = own_user(person)
    found = week_found(person, whose, now=timezone.now()) if whose is not None else None
    act = _act(found, key) if found is not None else None
    if found is None or act is None:
        say(request, _("This is not asked any more. The list is up to date now."), tone="warn")
        return go(request, reverse("monday:show"))
    form = _form(request, person, act, found)
    if form.is_valid():
        wanted = Delegation(act.key, form.cleaned_data["to"], form.cleaned_data["due_on"])
        try:
            kept = delegate_act(person, wanted, now=timezone.now())
        except NotOffered:
            say(request, _("This is not asked any more. The list is up to date now."), tone="warn")
            return go(request, reverse("monday:show"))
        except InvalidValue as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        else:
            undo = reverse("monday:answer-undo", args=[kept])
            say(request, _("Passed on. It is their action now."), undo=undo)
            return go(request, reverse("monday:show"))
    context = {"page_title": _("Pass it on"), "act": act, "form": form}
    return render(request, "monday/delegate.html", context, status=422 if form.is_bound else 200)


def _act(found: WeekFound, key: str) -> Passing | None:
    item = found.items.get(key)
    if item is None or key in found.answers.given:
        return None
    account = next(one for one in found.planned.accounts if str(one.id) == item.account)
    title = evidence.title(item, found.known.evidence.get(key))
    return Passing(key, title, account.id, account.name)


def _form(request: Request, person: Person, act: Passing, found: WeekFound) -> PassOnForm:
    form = PassOnForm(
        request.POST if request.method == "POST" else None,
        initial={"due_on": found.next_monday},
    )
    others = [(pk, name) for pk, name in askable(act.account_id).items()]
    form.fields["to"].choices = [  # type: ignore[attr-defined]
        (pk, name) for pk, name in others if pk != person.crm_user_id
    ]
    return form
