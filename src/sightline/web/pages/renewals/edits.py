"""What is written on one renewal: its outcome, its clauses, what is renewed with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import renewal_groups, renewal_outcomes
from sightline.actions.renewals import StaleRenewal
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.web.conflict import on_top
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.renewals import views
from sightline.web.pages.renewals.forms import ClausesForm, OutcomeForm, TogetherForm


@needs(Category.PLAN, Act.WRITE)
@require_POST
def outcome(request: Request, account_id: int, contract_id: int) -> HttpResponse:
    """Keep what became of it; contract, strategy, steps and bridge follow."""
    shell, page = views.read(request, account_id, contract_id, write=True)
    person = request.person
    assert person is not None
    form = OutcomeForm(request.POST, currency=page.currency)

    def keep() -> None:
        made = renewal_outcomes.record_outcome(
            person, contract_id, form.decided, today=shell.today, now=timezone.now()
        )
        undo = reverse("renewals:outcome-undo", args=[account_id, contract_id, made[0]])
        say(request, _("Kept. The bridge counts it, and the next term begins."), undo=undo)

    return _kept(request, (account_id, contract_id), "outcome", form, keep)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def outcome_undo(
    request: Request, account_id: int, contract_id: int, outcome_id: int
) -> HttpResponse:
    """Take an outcome back."""
    shell, page = views.read(request, account_id, contract_id, write=True)
    person = request.person
    assert person is not None
    if outcome_id not in {one.id for one in page.outcomes}:
        problem = _("That outcome is not in force any more.")
        found = views.forms_of(shell, page)
        return views.drawn(request, shell, page, found, problem=problem, status=422)
    renewal_outcomes.take_back_outcome(person, outcome_id, today=shell.today, now=timezone.now())
    say(request, _("Taken back. The renewal is open again."))
    return go(request, reverse("renewals:contract", args=[account_id, contract_id]))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def clauses(request: Request, account_id: int, contract_id: int) -> HttpResponse:
    """Write uplift, notice and auto-renewal."""
    _shell, page = views.read(request, account_id, contract_id, write=True)
    person = request.person
    assert person is not None
    form = ClausesForm(request.POST, page=page)

    def write() -> None:
        seen = form.cleaned_data["version"]
        renewal_groups.set_clauses(
            person, contract_id, form.clauses, seen_version=seen, now=timezone.now()
        )
        say(request, _("The clauses are saved."))

    return _kept(request, (account_id, contract_id), "clauses", form, write)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def together(request: Request, account_id: int, contract_id: int) -> HttpResponse:
    """Renew other contracts with this one."""
    _shell, page = views.read(request, account_id, contract_id, write=True)
    person = request.person
    assert person is not None
    form = TogetherForm(request.POST, page=page)

    def join() -> None:
        ids = [contract_id, *form.cleaned_data["contracts"]]
        renewal_groups.renew_together(person, ids, ends_on=form.cleaned_data["ends_on"])
        say(request, _("They are renewed as one. Their dates stay until it is decided."))

    return _kept(request, (account_id, contract_id), "together", form, join)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def apart(request: Request, account_id: int, contract_id: int) -> HttpResponse:
    """Renew the contracts of its group one by one again."""
    shell, page = views.read(request, account_id, contract_id, write=True)
    person = request.person
    assert person is not None
    if page.group_id is None:
        problem = _("It is renewed on its own already.")
        found = views.forms_of(shell, page)
        return views.drawn(request, shell, page, found, problem=problem, status=422)
    renewal_groups.renew_apart(person, page.group_id)
    say(request, _("They are renewed one by one again."))
    return go(request, reverse("renewals:contract", args=[account_id, contract_id]))


def _kept(
    request: Request,
    place: tuple[int, int],
    name: str,
    form: forms.Form,
    verb: Callable[[], None],
) -> HttpResponse:
    """Go back after the verb; 422 with what was typed, 409 where somebody was quicker."""
    status = 422
    if form.is_valid():
        try:
            verb()
        except NotAllowed:
            raise
        except StaleRenewal as stale:
            status = 409
            form = _with_theirs(form, stale)
        except PlanningError as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        else:
            return go(request, reverse("renewals:contract", args=list(place)))
    shell, page = views.read(request, *place, write=True)
    found = views.forms_of(shell, page)
    setattr(found, name, form)
    return views.drawn(request, shell, page, found, status=status)


def _with_theirs(form: forms.Form, stale: StaleRenewal) -> forms.Form:
    """What was typed with what stands now beside each differing field; saving again is on top."""
    on_top(form, int(stale.theirs["version"]))
    for name, value in stale.theirs.items():
        if name == "version":
            continue
        if name in form.fields and form.cleaned_data.get(name) != value:
            shown: Any = _("nothing") if value is None else value
            form.add_error(name, _("Somebody else set: %s") % shown)
    return form
