"""The challenge rules: shipped ones on or off, own ones as a file that is tried before it counts."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import challenge_rules as verbs
from sightline.planning.challenges import TITLES
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries import challenge_rules
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.challenge_rules import present
from sightline.web.pages.challenge_rules.forms import RulesForm
from sightline.web.pages.settings.tabs import settings_tabs


@needs(Category.SETTINGS, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """Every rule, the draft that waits, and earlier versions."""
    return _page(request)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def upload(request: Request) -> HttpResponse:
    """Check a file; one that reads is kept as a draft and tried on all plans."""
    person = request.person
    assert person is not None
    form = RulesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    verbs.upload_rules(
        person, form.cleaned_data["text"], note=form.cleaned_data["note"], now=timezone.now()
    )
    say(request, _("The file reads. It is tried on all plans before it counts."))
    return _back(request, "#draft")


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def adopt(request: Request, version_id: int) -> HttpResponse:
    """Put a draft or an earlier version in force."""
    person = request.person
    assert person is not None
    held = challenge_rules.version_in_force()

    def put() -> str:
        verbs.adopt_rules(person, version_id, seen=_seen(request), now=timezone.now())
        undo = reverse("challenge_rules:adopt", args=[held.id]) if held else ""
        say(request, _("These rules count now. Every plan is computed again."), undo=undo)
        return ""

    return _tried(request, put)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def switch(request: Request) -> HttpResponse:
    """Switch one rule on or off."""
    person = request.person
    assert person is not None
    on = request.POST.get("on") == "1"

    def turn() -> str:
        code = request.POST.get("code", "")
        verbs.switch_rule(person, code, on=on, seen=_seen(request), now=timezone.now())
        said = _("The rule is on again.") if on else _("The rule is off for every plan.")
        say(request, said)
        return f"#rule-{code}"

    return _tried(request, turn)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def drop(request: Request, version_id: int) -> HttpResponse:
    """Throw a draft away."""
    person = request.person
    assert person is not None

    def away() -> str:
        verbs.drop_draft(person, version_id)
        say(request, _("The draft is gone. What counts has not changed."))
        return ""

    return _tried(request, away)


def _tried(request: Request, verb: Callable[[], str]) -> HttpResponse:
    """Go back after the verb; 409 where others changed the rules, 422 where it is refused."""
    try:
        place = verb()
    except verbs.StaleRules as stale:
        return _page(request, problem=str(stale), status=409)
    except InvalidValue as wrong:
        return _page(request, problem=str(wrong), status=422)
    return _back(request, place)


def _back(request: Request, place: str) -> HttpResponse:
    return go(request, reverse("challenge_rules:show") + place)


def _seen(request: Request) -> int | None:
    told = request.POST.get("seen", "")
    return int(told) if told.isdecimal() else None


def _page(
    request: Request, *, form: RulesForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    held = challenge_rules.version_in_force()
    waiting = challenge_rules.draft()
    shown = waiting or held
    text = shown.text if shown is not None else present.EXAMPLE
    form = form or RulesForm(initial={"text": text})
    context = {
        "page_title": _("Settings"),
        "rules": present.rule_lines(TITLES, challenge_rules.rules_in_force()),
        "held": held,
        "draft": waiting,
        "earlier": challenge_rules.earlier(),
        "form": form,
        "problem": problem,
        "unreadable": challenge_rules.rules_in_force().unreadable,
        "typed": present.numbered(form, held=text),
        **settings_tabs("challenge_rules:show"),
    }
    return render(request, "challenge_rules/show.html", context, status=status)
