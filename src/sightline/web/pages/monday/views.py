"""The page: one's own week, or for a leader that of somebody below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.actions.monday import keep_week
from sightline.records.queries import state
from sightline.records.queries.asks import to_answer
from sightline.records.queries.week.page import signals_of_week, week_found, what_came_of_last
from sightline.records.queries.week.planned import (
    Whose,
    has_own_accounts,
    own_user,
)
from sightline.records.queries.week.steps import StepsDue, steps_due
from sightline.records.queries.week.whose import Readable, people_to_read, readable
from sightline.records.scoping import Person
from sightline.web.gate import Request, signed_in
from sightline.web.htmx import render
from sightline.web.pages.monday import empty, present


@signed_in
@require_safe
def show(request: Request) -> HttpResponse:
    """The week; somebody without accounts is told where their work is."""
    person = request.person
    assert person is not None
    words = " ".join(request.GET.get("find", "").split())[:100]
    found = people_to_read(person, words=words)
    nobody = bool(words) and not found.people
    if nobody:
        found = people_to_read(person)
    asked = request.GET.get("whose", "")
    if words and not nobody and len(found.people) == 1:
        asked = str(found.people[0].user_id)
    whose = _whose(asked, person, found)
    context = page_context(person, whose, opened=request.GET.get("open", ""))
    context["chooser"] = _chooser(found, whose, own_user(person), words=words, nobody=nobody)
    return render(request, "monday/show.html", context, partial="week")


def page_context(
    person: Person,
    whose: Whose | None,
    problem: present.Problem | None = None,
    opened: str = "",
) -> dict[str, Any]:
    """Everything the page shows, read anew."""
    now = timezone.now()
    title = _("Monday")
    if whose is None:
        missing = empty.without_week(person, has_accounts=state.has_accounts())
        return {"page_title": title, "nothing": missing}
    found = week_found(person, whose, now=now)
    keep_week(person, found, now=now)
    steps = (
        steps_due(person, on=found.on, until=found.next_monday) if found.mine else StepsDue((), 0)
    )
    page = present.week_page(
        found,
        what_came_of_last(found),
        problem=problem,
        opened=opened,
        signals=signals_of_week(found),
    )
    nothing = empty.without_acts(
        person, found, has_accounts=bool(page.lines) or state.has_accounts()
    )
    return {
        "page_title": page.title,
        "page": page,
        "nothing": nothing,
        "asked": to_answer(person, on=found.on) if found.mine else (),
        "steps": steps,
    }


def _whose(asked: str, person: Person, found: Readable) -> Whose | None:
    """Who was asked for; else oneself; else for a leader without accounts the first below.

    Raises Http404 for somebody who is not below.
    """
    own = own_user(person)
    if asked:
        allowed = [*([own] if own else []), *found.people]
        known = next((one for one in allowed if str(one.user_id) == asked), None)
        if known is None and asked.isascii() and asked.isdecimal() and len(asked) < 19:
            known = readable(person, int(asked))
        if known is None:
            raise Http404(_("There is nobody of that number below you."))
        return known
    if found.people and not has_own_accounts(person):
        return found.people[0]
    return own


@dataclass(frozen=True, slots=True)
class Chooser:
    """Whose week to read: the first by name, or those of whom `words` were asked, the first again
    where that is `nobody`. `finds` where not everybody is offered."""

    people: tuple[Whose, ...]
    finds: bool
    words: str
    nobody: bool


def _chooser(
    found: Readable, whose: Whose | None, own: Whose | None, *, words: str, nobody: bool
) -> Chooser | None:
    """None for whoever reads nobody's week but their own."""
    if not found.people:
        return None
    people = found.people
    # whoever is read stands in the list, also beyond its end
    if whose is not None and whose != own and whose not in people:
        people = (whose, *people)
    return Chooser(people, found.more or bool(words), words, nobody)
