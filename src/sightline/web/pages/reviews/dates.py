"""Posts about days: move a review, plan one, mark a week away, set a company holiday."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions.reviews import schedule
from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries.company import company_facts
from sightline.records.queries.reviews.rows import ReviewRow, review_of
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.account.shell import shell_of
from sightline.web.pages.reviews import views
from sightline.web.pages.reviews.forms import AwayForm, HolidayForm, MoveForm, PlanForm
from sightline.wording import dates


@needs(Category.PLAN, Act.WRITE)
@require_POST
def move(request: Request, review_id: int) -> HttpResponse:
    """Another day, with a reason."""
    review = found(request, review_id)
    person = request.person
    assert person is not None
    form = MoveForm(request.POST)
    if not form.is_valid():
        return views.show_preparation(request, review, move=form, status=422)
    now = timezone.now()
    try:
        schedule.move_review(
            person,
            review_id,
            form.cleaned_data["held_on"],
            reason=form.cleaned_data["reason"],
            on=company_facts().today(now),
            now=now,
        )
    except (InvalidValue, MissingValue) as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return views.show_preparation(request, review, move=form, status=422)
    say(request, _("The review is moved."))
    return go(request, reverse("reviews:prepare", args=[review_id]))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def plan(request: Request, account_id: int) -> HttpResponse:
    """A review out of turn, or a joint one with the customer."""
    person = request.person
    assert person is not None
    shell = shell_of(person, account_id)
    if shell.plan is None:
        raise Http404(_("This account has no running plan."))
    form = PlanForm(request.POST)
    if not form.is_valid():
        return views.show_account(request, shell, planning=form, status=422)
    try:
        made = schedule.plan_review(
            person,
            shell.plan.id,
            form.cleaned_data["held_on"],
            kind=form.cleaned_data["kind"],
            on=shell.today,
        )
    except InvalidValue as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return views.show_account(request, shell, planning=form, status=422)
    say(request, _("The review is set."))
    return go(request, reverse("reviews:prepare", args=[made]))


@needs(Category.PLAN, Act.READ)
@require_POST
def away_mark(request: Request) -> HttpResponse:
    """One's own week, away or there again; dates proposed follow."""
    person = request.person
    assert person is not None
    form = AwayForm(request.POST)
    if not form.is_valid():
        return views.show_all(request, away=form, status=422)
    monday = schedule.mark_away(person, form.cleaned_data["week"], away=form.cleaned_data["away"])
    schedule.ask_for_proposals()
    words = (
        _("No review is proposed in the week of %s.")
        if form.cleaned_data["away"]
        else _("You can be asked again in the week of %s.")
    )
    say(request, words % dates.day(monday))
    return go(request, reverse("reviews:show") + "#away")


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def holiday_set(request: Request) -> HttpResponse:
    """A company holiday set, or (without a name) taken away."""
    person = request.person
    assert person is not None
    form = HolidayForm(request.POST)
    if not form.is_valid():
        return views.show_all(request, holiday=form, status=422)
    schedule.set_holiday(person, form.cleaned_data["day"], form.cleaned_data["name"])
    schedule.ask_for_proposals()
    say(request, _("The holidays are saved; proposed days follow."))
    return go(request, reverse("reviews:show") + "#holidays")


def found(request: Request, review_id: int) -> ReviewRow:
    """The review in the address; 404 where it is unknown or its plan not readable."""
    assert request.person is not None
    review = review_of(request.person, review_id)
    if review is None:
        raise Http404(_("There is no such review, or you may not see it."))
    return review
