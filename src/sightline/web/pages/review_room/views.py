"""The room as a page: the question, the clock, the parts, the minutes, who is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.planning.reviews import PartCode, ReviewParameters
from sightline.records.queries import company
from sightline.records.queries.account_scope import AccountScope, account_scope
from sightline.records.queries.plays import PlayBook, play_book
from sightline.records.queries.reviews import room, rows
from sightline.records.queries.reviews.changes import changes_since
from sightline.records.queries.reviews.rows import ReviewRow
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render
from sightline.web.pages.review_room import present
from sightline.web.pages.review_room.forms import MinuteForm, SettleForm
from sightline.web.pages.review_room.minutes import shown_minutes
from sightline.wording.chances import percent

PLAY_PAST = timedelta(days=366)


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, review_id: int) -> HttpResponse:
    """The room while it is open, its minutes once it is closed."""
    review, scope = entered(request, review_id)
    if review.joint or review.state == "planned":
        name = "review_room:joint" if review.joint else "reviews:prepare"
        return go(request, reverse(name, args=[review_id]))
    return show_room(request, review, scope)


def show_room(
    request: Request,
    review: ReviewRow,
    scope: AccountScope,
    *,
    bound: Mapping[int, SettleForm] | None = None,
    problems: Mapping[int, str] | None = None,
    minute: MinuteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole room; forms that came back with errors keep what was typed."""
    assert request.person is not None
    # what is seen is asked before the room is read: what comes in between is told twice, not lost
    now = timezone.now()
    seen = changes_since(request.person, review.id, now) or ()
    context = room_context(review, scope, bound=bound, problems=problems)
    context |= {
        "since": int(now.timestamp() * 1000),
        "seen": ",".join(str(one.id) for one in seen),
    }
    context["minute_form"] = minute or MinuteForm()
    return render(request, "review_room/show.html", context, status=status)


def room_context(
    review: ReviewRow,
    scope: AccountScope,
    *,
    only: Sequence[str] | None = None,
    bound: Mapping[int, SettleForm] | None = None,
    problems: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """What the room is drawn from, or some of its fragments: only what these show is read."""
    now = timezone.now()

    def shows(name: str) -> bool:
        return only is None or name in only

    today = company.company_facts().today(now)
    numbers = company.parameters_in_force(today).section(ReviewParameters, "reviews")
    writable = scope.rights.plan_write and review.open
    ids = None if only is None else item_ids(only)
    agreed = room.items_of(review.id, ids=ids) if ids is None or ids else ()
    found = room.readable_items(agreed, scope.rights)
    book = _book(scope, review) if any(one.kind in present.PLAYS for one in found) else None
    facts = present.room_facts(
        found, scope=scope, review_id=review.id, book=book, writable=writable
    )
    items = present.shown_items(found, facts, bound=bound)
    if problems:
        items = tuple(_with_problem(one, problems.get(one.id, "")) for one in items)
    figures = room.figures_of(review.plan_id) if shows("head") else None
    return {
        "page_title": _("Review of %s") % review.account,
        "review": review,
        "writable": writable,
        "parts": present.parts_of(review, items, numbers=numbers, now=now),
        "items": {item.id: item for item in items},
        "clock": present.clock_of(review, numbers=numbers, now=now),
        "short": {code.value: present.part_short(code) for code in PartCode},
        "figures": figures,
        "chance": percent(figures.chance) if figures and figures.chance is not None else "",
        "minutes": shown_minutes(review, scope, items) if shows("minutes") else (),
        "seats": rows.seats_of(review.id) if shows("people") else (),
        "left": room.open_items(review.id) if shows("closing") else 0,
    }


def item_ids(names: Sequence[str]) -> list[int]:
    """The items that some fragments' names ask for."""
    return [int(name[5:]) for name in names if name.startswith("item-") and name[5:].isdecimal()]


def entered(request: Request, review_id: int) -> tuple[ReviewRow, AccountScope]:
    """The review in the address and its account's scope; 404 where not readable."""
    assert request.person is not None
    review = rows.review_of(request.person, review_id)
    scope = account_scope(request.person, review.account_id) if review is not None else None
    if review is None or scope is None:
        raise Http404(_("There is no such review, or you may not see it."))
    return review, scope


def writing(request: Request, review_id: int) -> tuple[ReviewRow, AccountScope]:
    """As `entered`, for somebody who may write the plan; else 403."""
    review, scope = entered(request, review_id)
    if not scope.rights.plan_write:
        raise PermissionDenied(_("You may not change this review."))
    return review, scope


def _with_problem(item: present.ShownItem, problem: str) -> present.ShownItem:
    return replace(item, problem=problem) if problem else item


def _book(scope: AccountScope, review: ReviewRow) -> PlayBook:
    told = company.company_facts()
    today = told.today(timezone.now())
    return play_book(
        scope.planning_id,
        reach=scope.seen_ids,
        currency=told.currency,
        rates=company.rates(),
        since=today - PLAY_PAST,
        on=today,
    )
