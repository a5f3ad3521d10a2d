"""Posts in the room that change the plan itself: its target, a play, a play's next step."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import plans, play_actions, plays
from sightline.planning.errors import InvalidValue, MissingValue, PlanningError
from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.planning.plays import Serves
from sightline.records.queries.account_head import PlanHead
from sightline.records.queries.reviews.room import items_of, people_to_ask
from sightline.web.conflict import Conflict, conflict_panel
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say, wants_fragment
from sightline.web.pages.account.shell import shell_of
from sightline.web.pages.review_room import live, views
from sightline.web.pages.review_room.forms import PlayForm, StepForm
from sightline.web.pages.review_room.present import subject_of
from sightline.wording.money import full_money


@needs(Category.PLAN, Act.WRITE)
@require_POST
def target(request: Request, review_id: int) -> HttpResponse:
    """Another target, agreed in the room; 409 with both values where somebody was quicker."""
    review, _scope = views.writing(request, review_id)
    person = request.person
    assert person is not None
    plan = shell_of(person, review.account_id).plan
    if plan is None or plan.id != review.plan_id:
        raise Http404(_("This review's plan is not running."))
    typed = request.POST.get("target", "").strip()
    try:
        minor = Money.of(Decimal(typed), plan.currency).minor if typed else None
        plans.set_target(
            person,
            plan.id,
            minor,
            seen_version=int(request.POST.get("version", "0") or 0),
            now=timezone.now(),
        )
    except plans.StalePlan:
        return _clash(request, review_id, plan, typed)
    except (InvalidOperation, ValueError, PlanningError):
        say(request, _("That is no amount: %s") % typed[:40], tone="warn")
        return go(request, reverse("review_room:show", args=[review_id]))
    if wants_fragment(request):
        return live.fragment_answer(request, review_id, ["head"])
    return go(request, reverse("review_room:show", args=[review_id]))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def play(request: Request, review_id: int, item_id: int) -> HttpResponse:
    """Owner and date of a play that is the plan's own."""
    _review, scope = views.writing(request, review_id)
    number = _play_id(review_id, item_id)
    form = PlayForm(request.POST, people=people_to_ask(scope, review_id))
    words = ""
    if form.is_valid() and request.person is not None:
        try:
            plays.change_play(
                request.person,
                number,
                {
                    "owner_id": form.cleaned_data["owner"],
                    "target_close": form.cleaned_data["target_close"],
                },
                seen_version=form.cleaned_data["version"],
                now=timezone.now(),
            )
        except plays.StalePlay:
            words = _("Somebody changed this play meanwhile: look at it as it is now.")
            return _shown(request, review_id, item_id, words, status=409)
        except PlanningError as problem:
            words = str(problem)
    else:
        words = "; ".join(str(e) for errors in form.errors.values() for e in errors)
    return _shown(request, review_id, item_id, words, status=422 if words else 200)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def step(request: Request, review_id: int, item_id: int) -> HttpResponse:
    """The next step of a play: an action with an owner and a day."""
    review, scope = views.writing(request, review_id)
    number = _play_id(review_id, item_id)
    form = StepForm(request.POST, people=people_to_ask(scope, review_id))
    words = ""
    if form.is_valid() and request.person is not None:
        new = play_actions.NewAction(
            subject=form.cleaned_data["subject"],
            owner_id=form.cleaned_data["owner"],
            due_on=form.cleaned_data["due_on"],
            serves=Serves.PLAY,
            target_id=number,
        )
        try:
            play_actions.add_action(request.person, review.account_id, new)
        except (InvalidValue, MissingValue) as problem:
            words = str(problem)
    else:
        words = "; ".join(str(e) for errors in form.errors.values() for e in errors)
    return _shown(request, review_id, item_id, words, status=422 if words else 200)


def _play_id(review_id: int, item_id: int) -> int:
    """The play behind an item; 404 where the item is about none of the plan's own."""
    item = next(iter(items_of(review_id, ids=[item_id])), None)
    kind, _colon, number = subject_of(item.key).partition(":") if item else ("", "", "")
    if kind != "play" or not number.isdecimal():
        raise Http404(_("This item is not about a play of the plan."))
    return int(number)


def _shown(
    request: Request, review_id: int, item_id: int, words: str, *, status: int
) -> HttpResponse:
    problems = {item_id: words} if words else None
    if wants_fragment(request):
        return live.fragment_answer(
            request, review_id, [f"item-{item_id}"], problems=problems, status=status
        )
    if not words:
        return go(request, reverse("review_room:show", args=[review_id]) + f"#item-{item_id}")
    review, scope = views.entered(request, review_id)
    return views.show_room(request, review, scope, problems=problems, status=status)


def _clash(request: Request, review_id: int, plan: PlanHead, typed: str) -> HttpResponse:
    """Both targets side by side; the plan is as it was read a moment ago."""
    theirs = Money(plan.target, plan.currency) if plan.target is not None else None
    return conflict_panel(
        request,
        Conflict(
            heading=_("Somebody changed the target meanwhile"),
            url=reverse("review_room:target-set", args=[review_id]),
            name="target",
            mine=typed,
            mine_shown=typed or _("no target"),
            theirs=f"{theirs.amount:f}" if theirs else "",
            theirs_shown=full_money(theirs) if theirs else _("no target"),
            who=plan.agreed_by or _("As it stands now"),
            version=str(plan.version),
            at=plan.changed_at,
        ),
    )
