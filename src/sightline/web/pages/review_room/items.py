"""Posts about one item: end it, answer it, open it again. Each answers with the item's fragment."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import commitments
from sightline.actions.reviews import assumptions, room
from sightline.actions.reviews.allow import RoomClosed
from sightline.planning.errors import InvalidValue, MissingValue, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.reviews import Ending, ItemKind
from sightline.records.queries import company
from sightline.records.queries.reviews.room import ItemRow, items_of, people_to_ask
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say, wants_fragment
from sightline.web.pages.review_room import live, views
from sightline.web.pages.review_room.forms import AnswerForm, SettleForm
from sightline.web.pages.review_room.present import ending_words


@needs(Category.PLAN, Act.WRITE)
@require_POST
def settle(request: Request, review_id: int, item_id: int) -> HttpResponse:
    """Decision, commitment or deliberate leave; 409 keeps what was typed beside what is there."""
    _review, scope = views.writing(request, review_id)
    item = _item(review_id, item_id)
    ending = request.POST.get("ending", "")
    if ending not in {one.value for one in Ending}:
        raise Http404(_("There is no such ending."))
    form = SettleForm(
        request.POST,
        ending=ending,
        people=people_to_ask(scope, review_id),
        auto_id=f"i{item_id}-{ending}-%s",
    )
    if not form.is_valid():
        return _again(request, review_id, item_id, form)
    assert request.person is not None
    given = room.Settling(
        Ending(ending),
        form.cleaned_data["words"],
        form.cleaned_data.get("owner"),
        form.cleaned_data.get("due_on"),
    )
    try:
        room.settle_item(
            request.person,
            item.id,
            given,
            seen_version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except (InvalidValue, MissingValue) as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return _again(request, review_id, item_id, form)
    except room.StaleItem as stale:
        return _clash(request, review_id, item_id, form, stale)
    except RoomClosed as problem:
        say(request, str(problem), tone="warn")
    return _done(request, review_id, item_id)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def answer(request: Request, review_id: int, item_id: int) -> HttpResponse:
    """Whether an assumption holds or a commitment was kept."""
    views.writing(request, review_id)
    item = _item(review_id, item_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _refused(request, review_id, item_id, _("Choose one of the answers."))
    try:
        _answered(request, item, form)
    except room.StaleItem as stale:
        words = _("%s was quicker. Look again, then answer.") % (
            stale.theirs["by"] or _("Somebody")
        )
        return _refused(request, review_id, item_id, words, status=409)
    except PlanningError as problem:
        return _refused(request, review_id, item_id, str(problem))
    return _done(request, review_id, item_id)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def reopen(request: Request, review_id: int, item_id: int) -> HttpResponse:
    """The item is open again."""
    views.writing(request, review_id)
    item = _item(review_id, item_id)
    assert request.person is not None
    try:
        room.reopen_item(request.person, item.id, now=timezone.now())
    except RoomClosed as problem:
        say(request, str(problem), tone="warn")
    return _done(request, review_id, item_id)


def _answered(request: Request, item: ItemRow, form: AnswerForm) -> None:
    person, now = request.person, timezone.now()
    assert person is not None
    today = company.company_facts().today(now)
    said, why = form.cleaned_data["said"], form.cleaned_data["why"]
    version = form.cleaned_data["version"]
    if item.kind == ItemKind.ASSUMPTION:
        assumptions.answer_assumption(
            person, item.id, said, why=why, seen_version=version, on=today, now=now
        )
    elif item.kind == ItemKind.COMMITMENT and said in ("kept", "not_kept"):
        commitments.answer_commitment(
            person,
            item.id,
            kept=said == "kept",
            why=why,
            seen_version=version,
            on=today,
            now=now,
        )
        if said == "not_kept" and form.cleaned_data["carry_to"] is not None:
            commitments.carry_over(person, item.id, form.cleaned_data["carry_to"], why=why, now=now)
    else:
        raise InvalidValue(_("This item takes no such answer."), field="said")


def _item(review_id: int, item_id: int) -> ItemRow:
    found = next(iter(items_of(review_id, ids=[item_id])), None)
    if found is None:
        raise Http404(_("There is no such item in this review."))
    return found


def _done(request: Request, review_id: int, item_id: int) -> HttpResponse:
    if wants_fragment(request):
        return live.fragment_answer(request, review_id, [f"item-{item_id}"])
    return go(request, reverse("review_room:show", args=[review_id]) + f"#item-{item_id}")


def _again(
    request: Request,
    review_id: int,
    item_id: int,
    form: SettleForm,
    *,
    status: int = 422,
    words: str = "",
) -> HttpResponse:
    problems = {item_id: words} if words else None
    if wants_fragment(request):
        return live.fragment_answer(
            request,
            review_id,
            [f"item-{item_id}"],
            bound={item_id: form},
            problems=problems,
            status=status,
        )
    review, scope = views.entered(request, review_id)
    return views.show_room(
        request, review, scope, bound={item_id: form}, problems=problems, status=status
    )


def _clash(
    request: Request, review_id: int, item_id: int, form: SettleForm, stale: room.StaleItem
) -> HttpResponse:
    """Theirs is shown, mine is kept: it can be saved on top once theirs is opened again."""
    theirs = stale.theirs
    data = {**form.data.dict(), "version": str(theirs["version"])}  # type: ignore[attr-defined]
    kept = SettleForm(
        data,
        ending=form.ending,
        people=[(int(value), str(name)) for value, name in _choices(form) if value],
        auto_id=f"i{item_id}-{form.ending}-%s",
    )
    words = _("%(who)s was quicker: %(ending)s, “%(words)s”. Yours was: “%(mine)s”.") % {
        "who": theirs["by"] or _("Somebody"),
        "ending": ending_words(theirs["ending"] or theirs["said"]) or _("opened again"),
        "words": theirs["words"],
        "mine": form.cleaned_data["words"],
    }
    return _again(request, review_id, item_id, kept, status=409, words=words)


def _choices(form: SettleForm) -> list[tuple[str, str]]:
    owner = form.fields.get("owner")
    return list(owner.choices) if owner is not None else []  # type: ignore[attr-defined]


def _refused(
    request: Request, review_id: int, item_id: int, words: str, *, status: int = 422
) -> HttpResponse:
    if wants_fragment(request):
        return live.fragment_answer(
            request, review_id, [f"item-{item_id}"], problems={item_id: words}, status=status
        )
    review, scope = views.entered(request, review_id)
    return views.show_room(request, review, scope, problems={item_id: words}, status=status)
