"""Answering an act, taking an answer back, setting the hours. All work as plain posts."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sightline.actions import people
from sightline.actions.calls import NoSuchPerson
from sightline.actions.monday import (
    Answer,
    AnswerGone,
    NotOffered,
    answer_act,
    call_act,
    undo_answer,
)
from sightline.actions.play_actions import StaleAction, finish_action
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries.company import company_facts
from sightline.records.queries.week.planned import own_user
from sightline.records.queries.week.steps import step_owner
from sightline.records.scoping import Person
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say, wants_fragment
from sightline.web.pages.monday.forms import AnswerForm, HoursForm
from sightline.web.pages.monday.present import Problem
from sightline.web.pages.monday.views import page_context


@needs(Category.PLAN, Act.COMMENT)
@require_POST
def answer(request: Request) -> HttpResponse:
    """Keeps an answer; 422 with what is wrong, 409 where the act is not asked any more."""
    person = request.person
    assert person is not None
    form = AnswerForm(request.POST)
    if not form.is_valid():
        field, said = next(iter(form.errors.items()))
        return _again(request, person, _problem(request, field, str(said[0])), status=422)
    wanted = form.cleaned_data
    given = Answer(wanted["act"], wanted["answer"], wanted["until"], wanted["reason"])
    try:
        kept = answer_act(person, given, now=timezone.now())
    except NotOffered:
        say(request, _("This is not asked any more. The list is up to date now."), tone="warn")
        return _again(request, person, None, status=409)
    except InvalidValue as wrong:
        problem = _problem(request, wrong.field or "", str(wrong))
        return _again(request, person, problem, status=422)
    say(request, str(_SAID[given.answer]), undo=reverse("monday:answer-undo", args=[kept]))
    return _fresh(request, person)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def call(request: Request) -> HttpResponse:
    """Logs the call an act asks for: spoken to is done, not reached is tried again."""
    person = request.person
    assert person is not None
    reached = request.POST.get("reached", "")
    if reached not in {"yes", "no"}:
        raise BadRequest(_("Did you speak with them, yes or no?"))
    try:
        kept = call_act(
            person, request.POST.get("act", "")[:160], reached=reached == "yes", now=timezone.now()
        )
    except (NotOffered, NoSuchPerson):
        say(request, _("This is not asked any more. The list is up to date now."), tone="warn")
        return _again(request, person, None, status=409)
    said = _("Call logged: you spoke.") if reached == "yes" else _("Call logged: not reached.")
    say(request, said, undo=reverse("monday:answer-undo", args=[kept]))
    return _fresh(request, person)


@needs(Category.PLAN, Act.COMMENT)
@require_POST
def undo(request: Request, answer_id: int) -> HttpResponse:
    """Takes one's own answer back; somebody else's is not found."""
    person = request.person
    assert person is not None
    try:
        undo_answer(person, answer_id, now=timezone.now())
    except AnswerGone as gone:
        raise Http404(str(gone)) from gone
    if wants_fragment(request):
        context = page_context(person, own_user(person))
        return render(request, "monday/show.html", context, partial="undone")
    return go(request, reverse("monday:show"))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def step_done(request: Request, action_id: int) -> HttpResponse:
    """Settles one's own step of a playbook; somebody else's is not found."""
    person = request.person
    assert person is not None
    if not step_owner(person, action_id):
        raise Http404(_("There is no such step of yours."))
    seen = request.POST.get("version", "")
    now = timezone.now()
    try:
        finish_action(
            person,
            action_id,
            seen_version=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            now=now,
            on=company_facts().today(now),
        )
    except (StaleAction, InvalidValue) as wrong:
        say(request, str(wrong), tone="warn")
        return _again(request, person, None, status=409)
    say(request, _("Done."))
    return go(request, reverse("monday:show"))


@needs(Category.PLAN, Act.COMMENT)
@require_POST
def hours(request: Request) -> HttpResponse:
    """Sets the hours that the week may fill."""
    person = request.person
    assert person is not None
    form = HoursForm(request.POST)
    if not form.is_valid():
        problem = Problem("", "hours", str(form.errors["hours"][0]), request.POST.get("hours", ""))
        return _again(request, person, problem, status=422)
    people.set_preferences(
        person.id,
        time_zone=person.time_zone,
        theme=person.theme,
        shortcuts=person.shortcuts,
        weekly_minutes=form.minutes,
    )
    return go(request, reverse("monday:show"))


def _problem(request: Request, field: str, text: str) -> Problem:
    """What was wrong, with what was typed kept."""
    return Problem(
        act=request.POST.get("act", "")[:160],
        field=field,
        text=text,
        reason=request.POST.get("reason", ""),
        until=request.POST.get("until", ""),
    )


def _fresh(request: Request, person: Person) -> HttpResponse:
    if wants_fragment(request):
        context = page_context(person, own_user(person))
        return render(request, "monday/show.html", context, partial="week")
    return go(request, reverse("monday:show"))


def _again(
    request: Request, person: Person, problem: Problem | None, *, status: int
) -> HttpResponse:
    context = page_context(person, own_user(person), problem=problem)
    return render(request, "monday/show.html", context, partial="week", status=status)


_SAID = {
    "done": gettext_lazy("Done for this week."),
    "snoozed": gettext_lazy("Snoozed."),
    "not_relevant": gettext_lazy("Not asked again, unless there is another reason."),
}
