"""Posts about the whole room: open it, run the clock, minutes, who came, close it."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions.reviews import closing
from sightline.actions.reviews import room as actions
from sightline.actions.reviews.allow import RoomClosed
from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries import company
from sightline.records.queries.reviews.room import items_of
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say, wants_fragment
from sightline.web.pages.account.shell import shell_of
from sightline.web.pages.review_room import live, views
from sightline.web.pages.review_room.agenda import items_for
from sightline.web.pages.review_room.forms import AttendForm, ClockForm, MinuteForm


@needs(Category.PLAN, Act.WRITE)
@require_POST
def open_room(request: Request, review_id: int) -> HttpResponse:
    """Open the room with its agenda, computed now."""
    review, _scope = views.writing(request, review_id)
    person = request.person
    assert person is not None
    if review.joint:
        return go(request, reverse("review_room:joint", args=[review_id]))
    shell = shell_of(person, review.account_id)
    items = items_for(review, shell) if review.state == "planned" else []
    try:
        actions.open_room(person, review_id, items, on=shell.today, now=timezone.now())
    except RoomClosed as problem:
        say(request, str(problem), tone="warn")
    return go(request, reverse("review_room:show", args=[review_id]))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def clock(request: Request, review_id: int) -> HttpResponse:
    """Start a part, pause, go on."""
    views.writing(request, review_id)
    assert request.person is not None
    form = ClockForm(request.POST)
    try:
        if not form.is_valid():
            raise InvalidValue(_("There is no such part."), field="part")
        actions.run_clock(
            request.person,
            review_id,
            part=form.cleaned_data["part"],
            running=form.cleaned_data["running"],
            now=timezone.now(),
        )
    except (InvalidValue, RoomClosed) as problem:
        say(request, str(problem), tone="warn")
    return _answer(request, review_id, "clock", form.data.get("part", ""))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def minute(request: Request, review_id: int) -> HttpResponse:
    """One line of the minutes, by hand."""
    review, scope = views.writing(request, review_id)
    assert request.person is not None
    form = MinuteForm(request.POST)
    if not form.is_valid():
        return views.show_room(request, review, scope, minute=form, status=422)
    try:
        actions.write_minute(
            request.person, review_id, form.cleaned_data["text"], now=timezone.now()
        )
    except RoomClosed as problem:
        say(request, str(problem), tone="warn")
    return go(request, reverse("review_room:show", args=[review_id]) + "#minutes")


@needs(Category.PLAN, Act.WRITE)
@require_POST
def attend(request: Request, review_id: int) -> HttpResponse:
    """Who is in the room."""
    views.writing(request, review_id)
    assert request.person is not None
    form = AttendForm(request.POST)
    try:
        if not form.is_valid():
            raise InvalidValue(_("Choose a person."), field="user")
        actions.mark_attendance(
            request.person,
            review_id,
            form.cleaned_data["user"],
            form.cleaned_data["state"],
            now=timezone.now(),
        )
    except (InvalidValue, RoomClosed) as problem:
        say(request, str(problem), tone="warn")
    return _answer(request, review_id, "people", "")


@needs(Category.PLAN, Act.WRITE)
@require_POST
def close(request: Request, review_id: int) -> HttpResponse:
    """Freeze the plan and make actions of the commitments; every item needs its ending."""
    review, scope = views.writing(request, review_id)
    person = request.person
    assert person is not None
    now = timezone.now()
    try:
        done = closing.close_review(
            person, review_id, on=company.company_facts().today(now), now=now
        )
    except closing.NotReadyToClose as problem:
        by_key = {item.key: item.id for item in items_of(review_id)}
        found = {by_key[str(reason.inputs["item"])]: reason.text for reason in problem.reasons}
        say(
            request,
            _("%s items have no ending yet: decide, commit or leave each.") % len(found),
            tone="warn",
        )
        return views.show_room(request, review, scope, problems=found, status=422)
    except (RoomClosed, MissingValue) as problem:
        say(request, str(problem), tone="warn")
        return go(request, reverse("review_room:show", args=[review_id]))
    words = (
        _("The review is closed. This review changed nothing.")
        if done.changed_nothing
        else _("The review is closed; the plan as it stands is frozen.")
    )
    say(request, words, tone="warn" if done.changed_nothing else "pos")
    return go(request, reverse("review_room:show", args=[review_id]))


def _answer(request: Request, review_id: int, fragment: str, anchor: str) -> HttpResponse:
    """The changed fragment, or the page again."""
    if wants_fragment(request):
        return live.fragment_answer(request, review_id, [fragment])
    base = reverse("review_room:show", args=[review_id])
    return go(request, f"{base}#part-{anchor}" if anchor else base)
