"""Saying something of a cell: each fact is one form, saved by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import whitespace as verbs
from sightline.actions.whitespace import BY_PERSON, Place, Saying, StaleCell
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say, wants_fragment
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.whitespace import forms
from sightline.web.pages.whitespace.panel import FactView, fact_view, panel_of
from sightline.web.pages.whitespace.place import Work, cell_url, place_in, work_of
from sightline.wording import dates

Save = Callable[[Place, dict[str, Any], Saying], object]


@needs(Category.PLAN, Act.WRITE)
@require_POST
def say_holder(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """Who has the spend."""

    def save(place: Place, data: dict[str, Any], saying: Saying) -> object:
        return verbs.say_holder(
            place,
            data["kind"],
            saying=saying,
            competitor=data["competitor"],
            ends=data["ends"],
        )

    return _say(request, account_id, (unit, line), "holder", save)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def say_eligibility(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """Whether it can be sold there."""

    def save(place: Place, data: dict[str, Any], saying: Saying) -> object:
        until, reason = data["until"], data["reason"]
        return verbs.say_eligibility(place, data["kind"], saying=saying, until=until, reason=reason)

    return _say(request, account_id, (unit, line), "eligibility", save)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def say_need(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """Need 0 to 3."""

    def save(place: Place, data: dict[str, Any], saying: Saying) -> object:
        return verbs.say_need(
            place,
            data["level"],
            saying=saying,
            evidence=data["evidence"],
            priority=data["priority"],
        )

    return _say(request, account_id, (unit, line), "need", save)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def say_access(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """Another access than the computed one, or the computed one again."""
    return _path(request, account_id, (unit, line), "access")


@needs(Category.PLAN, Act.WRITE)
@require_POST
def say_budget(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """Another budget than the computed one, or the computed one again."""
    return _path(request, account_id, (unit, line), "budget")


@needs(Category.PLAN, Act.WRITE)
@require_POST
def say_value(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """Value a year as low, likely, high, or price × quantity."""

    def save(place: Place, data: dict[str, Any], saying: Saying) -> object:
        work = work_of(request, account_id)
        currency = work.grid.currency
        if work.score(unit, line).cell.chosen is not None:  # the newest word counts
            verbs.choose_method(place, "", saying=saying)
        return verbs.say_value(
            place,
            data["amounts"],
            currency=currency,
            saying=saying,
            method=data["method"],
            words=data["words"],
        )

    return _say(request, account_id, (unit, line), "value", save)


def _path(request: Request, account_id: int, key: tuple[str, str], part: str) -> HttpResponse:
    def save(place: Place, data: dict[str, Any], saying: Saying) -> object:
        return verbs.override_path(place, part, data["level"], reason=data["reason"], saying=saying)

    def back(place: Place, data: dict[str, Any], saying: Saying) -> None:
        verbs.take_back(place, part, saying=saying)

    return _say(request, account_id, key, part, back if "back" in request.POST else save)


_FORMS: dict[str, type[forms.FactForm]] = {
    "holder": forms.HolderForm,
    "eligibility": forms.EligibilityForm,
    "need": forms.NeedForm,
    "access": forms.PathForm,
    "budget": forms.PathForm,
}


def _say(
    request: Request, account_id: int, key: tuple[str, str], kind: str, save: Save
) -> HttpResponse:
    """Parse, save through the one action, and answer with the fact as it now stands."""
    work = work_of(request, account_id)
    place = place_in(work, *key)
    form = _form(request, work, kind)
    back = "back" in request.POST
    if not form.is_valid() and not back:
        errors = {name: str(found[0]) for name, found in form.errors.items()}
        return _again(request, work, key, _typed(request, work, key, kind, errors), 422)
    version = form.cleaned_data.get("version") or 0
    assert request.person is not None
    sure = form.cleaned_data.get("confidence") or "medium"
    source = form.cleaned_data.get("source") or BY_PERSON
    saying = Saying(request.person, work.shell.now, work.shell.today, version, sure, source)
    try:
        save(place, form.cleaned_data, saying)
    except StaleCell as stale:
        return _again(request, work, key, _clash(request, work, key, kind, stale), 409)
    except NotAllowed:
        raise
    except PlanningError as error:
        errors = {error.field or "": str(error)}
        return _again(request, work, key, _typed(request, work, key, kind, errors), 422)
    if not wants_fragment(request):
        say(request, _("Saved."))
        return go(request, cell_url(account_id, *key))
    work = work_of(request, account_id)
    saved = replace(fact_view(work, work.score(*key), kind), saved=True)
    return _again(request, work, key, saved, 200)


def _form(request: Request, work: Work, kind: str) -> forms.FactForm:
    if kind == "value":
        return forms.ValueForm(request.POST, currency=work.grid.currency)
    return _FORMS[kind](request.POST)


def _typed(
    request: Request, work: Work, key: tuple[str, str], kind: str, errors: dict[str, str]
) -> FactView:
    """The fact with what was typed instead of what stands."""
    stands = fact_view(work, work.score(*key), kind)
    typed = {name: str(value) for name, value in request.POST.items()}
    version = typed.get("version", "")
    seen = int(version) if version.isdecimal() else stands.version
    values = {**stands.values, **typed}
    return replace(stands, values=values, errors=errors, version=seen)


def _clash(
    request: Request, work: Work, key: tuple[str, str], kind: str, stale: StaleCell
) -> FactView:
    """The fact as typed, on top of the newer one, which is said beside it."""
    theirs = stale.theirs
    if theirs is None:
        words = _("Somebody took back what was said here.")
    else:
        who = theirs.author.name if theirs.author else theirs.source
        said = ", ".join(
            part
            for part in (
                theirs.competitor.name if theirs.competitor else theirs.choice,
                str(theirs.level) if theirs.level is not None else "",
                theirs.text,
            )
            if part
        )
        told = {"who": who, "said": said, "day": dates.day(theirs.said_on)}
        words = _("%(who)s said on %(day)s: %(said)s. Your text is kept.") % told
    typed = _typed(request, work, key, kind, {})
    return replace(typed, clash=words, version=theirs.pk if theirs else 0)


def _again(
    request: Request, work: Work, key: tuple[str, str], fact: FactView, status: int
) -> HttpResponse:
    panel = panel_of(work, *key, answered=fact)
    context = {
        **frame_of(work.shell, panel.title, current="whitespace:show"),
        "cell": panel,
        "fact": fact,
        "grid": None,
    }
    return render(request, "whitespace/cell.html", context, partial="answer", status=status)
