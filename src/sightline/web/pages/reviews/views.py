"""Reviews to come and held, an account's own, and what one needs beforehand: the pre-read."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.planning.reviews import ReviewParameters
from sightline.records.prepared import each_once
from sightline.records.queries import company
from sightline.records.queries.reviews import calendar, rows
from sightline.records.queries.reviews.joint_days import joint_days
from sightline.records.queries.reviews.rows import ReviewRow
from sightline.records.reach import reach_of
from sightline.web.gate import Request, needs, roles_may
from sightline.web.htmx import render
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.reviews import present
from sightline.web.pages.reviews.forms import AwayForm, HolidayForm, MoveForm, PlanForm
from sightline.web.pages.reviews.present import Coming
from sightline.web.turning import page_of, turn

MOST = 40
MOST_HELD = 20


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """Every review one may see: overdue first, then by day; and the days nobody is asked on."""
    return show_all(request)


def show_all(
    request: Request,
    *,
    away: AwayForm | None = None,
    holiday: HolidayForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The list with its two forms."""
    person = request.person
    assert person is not None
    today = company.company_facts().today(timezone.now())
    numbers = company.parameters_in_force(today).section(ReviewParameters, "reviews")
    reach = reach_of(person)
    to_come, past = page_of(request, "page"), page_of(request, "held")
    found = rows.reviews_to_come(reach, skip=(to_come - 1) * MOST, most=MOST + 1)
    before = rows.reviews_held(reach, skip=(past - 1) * MOST_HELD, most=MOST_HELD + 1)
    coming, held = found[:MOST], before[:MOST_HELD]
    days = rows.held_days(review.plan_id for review in coming)
    sponsors = rows.sponsor_seats(review.id for review in held)
    joint = joint_days(coming, today=today)
    context = {
        "page_title": _("Reviews"),
        "page_note": _("What must we do differently to reach the target, and what stops us?"),
        "coming": present.coming(coming, days, joint=joint, today=today, numbers=numbers),
        "held": [present.held_line(review, sponsors.get(review.id, "")) for review in held],
        "coming_page": turn(request, to_come, more=len(found) > MOST),
        "held_page": turn(request, past, more=len(before) > MOST_HELD, name="held"),
        "away_form": away or AwayForm(),
        "weeks": calendar.weeks_away(person.crm_user_id, today),
        "may_be_away": person.crm_user_id is not None,
        "holiday_form": holiday or HolidayForm(),
        "holidays": calendar.holidays(today),
        "may_set": roles_may(person, Category.SETTINGS, Act.WRITE),
    }
    return render(request, "reviews/list.html", context, status=status)


@needs(Category.PLAN, Act.READ)
@require_safe
def account(request: Request, account_id: int) -> HttpResponse:
    """One account's reviews: the next, those held, and what changed between any two."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan:
        raise Http404(_("You may not see the reviews of this account."))
    return show_account(request, shell)


def show_account(
    request: Request, shell: Shell, *, planning: PlanForm | None = None, status: int = 200
) -> HttpResponse:
    """The account's reviews with the form that sets one."""
    found = rows.reviews_of(shell.scope.planning_id)
    numbers = company.parameters_in_force(shell.today).section(ReviewParameters, "reviews")
    days = rows.held_days({review.plan_id for review in found})
    coming = tuple(review for review in found if not review.closed)
    held = tuple(review for review in found if review.closed)
    sponsors = rows.sponsor_seats(review.id for review in held)
    joint = joint_days(coming, today=shell.today)
    lines = present.coming(coming, days, joint=joint, today=shell.today, numbers=numbers)
    frozen = rows.snapshots_of(shell.plan.id) if shell.plan is not None else ()
    context = {
        **frame_of(shell, _("Reviews"), current="reviews:account"),
        "coming": lines,
        "held": [present.held_line(review, sponsors.get(review.id, "")) for review in held],
        "frozen": frozen,
        "plan_form": (planning or _plan_form(lines))
        if shell.rights.plan_write and shell.plan is not None
        else None,
    }
    return render(request, "reviews/account.html", context, status=status)


def _plan_form(coming: Iterable[Coming]) -> PlanForm:
    """The form that sets a review, with the joint one that is proposed filled in."""
    day = next((one.joint_on for one in coming if one.joint_on is not None), None)
    return PlanForm(initial={"kind": "joint", "held_on": day} if day is not None else {})


@needs(Category.PLAN, Act.READ)
@require_safe
def prepare(request: Request, review_id: int) -> HttpResponse:
    """The pre-read: one page, computed, that prints."""
    assert request.person is not None
    review = rows.review_of(request.person, review_id)
    if review is None:
        raise Http404(_("There is no such review, or you may not see it."))
    return show_preparation(request, review)


def show_preparation(
    request: Request, review: ReviewRow, *, move: MoveForm | None = None, status: int = 200
) -> HttpResponse:
    """What changed since the last review, open questions, who owes what, what is missing."""
    with each_once():
        return _preparation(request, review, move=move, status=status)


def _preparation(
    request: Request, review: ReviewRow, *, move: MoveForm | None, status: int
) -> HttpResponse:
    person = request.person
    assert person is not None
    shell = shell_of(person, review.account_id)
    may_move = shell.rights.plan_write and review.state == "planned"
    joint = joint_days([review], today=shell.today).get(review.id)
    context = {
        **frame_of(shell, _("Reviews"), current="reviews:account"),
        "review": review,
        "since": int(shell.now.timestamp() * 1000),
        "seats": rows.seats_of(review.id),
        "pre": present.pre_read(review, shell),
        "may_write": shell.rights.plan_write,
        "joint": joint,
        "joint_form": PlanForm(initial={"held_on": joint.proposed})
        if joint is not None and shell.rights.plan_write
        else None,
        "move_form": (move or MoveForm(initial={"held_on": review.held_on})) if may_move else None,
    }
    return render(request, "reviews/prepare.html", context, status=status)
