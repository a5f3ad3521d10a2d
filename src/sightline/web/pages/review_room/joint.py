"""The joint business review: agenda from the customer's priorities, notes, and the pack."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from sightline.actions.reviews import joint as actions
from sightline.actions.reviews.allow import RoomClosed
from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.permissions import Act, Category
from sightline.planning.reviews import customer_pack
from sightline.records.queries import company
from sightline.records.queries.account_renewals import their_people
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.reviews import parts, room, rows
from sightline.records.queries.reviews.joint import joint_facts
from sightline.records.queries.reviews.rows import ReviewRow
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.review_room import views

KINDS = (
    ("priority", gettext_lazy("A priority of theirs")),
    ("signal", gettext_lazy("A signal")),
    ("ours", gettext_lazy("We promise")),
    ("theirs", gettext_lazy("They promise")),
)


class NoteForm(forms.Form):
    """What was said; one sentence and who said it is a whole priority."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=KINDS)
    text = forms.CharField(
        label=gettext_lazy("In their words"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    contact = forms.TypedChoiceField(
        label=gettext_lazy("Who said it"), required=False, coerce=int, empty_value=None, choices=()
    )
    owner = forms.TypedChoiceField(
        label=gettext_lazy("Who of ours"), required=False, coerce=int, empty_value=None, choices=()
    )
    due_on = forms.DateField(
        label=gettext_lazy("By"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, scope: AccountScope, review_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = [(str(one.id), one.name) for one in their_people(scope)]
        ours = [(str(pk), name) for pk, name in room.people_to_ask(scope, review_id)]
        self.fields["contact"].choices = [("", "–"), *theirs]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", "–"), *ours]  # type: ignore[attr-defined]


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, review_id: int) -> HttpResponse:
    """Their priorities one by one, and what was said."""
    review, scope = _joint(request, review_id)
    return _page(request, review, scope)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def note(request: Request, review_id: int) -> HttpResponse:
    """One note; it becomes what it is."""
    views.writing(request, review_id)
    review, scope = _joint(request, review_id)
    person = request.person
    assert person is not None
    form = NoteForm(request.POST, scope=scope, review_id=review_id)
    if not form.is_valid():
        return _page(request, review, scope, form=form, status=422)
    now = timezone.now()
    new = actions.NewNote(
        kind=form.cleaned_data["kind"],
        text=form.cleaned_data["text"],
        contact_id=form.cleaned_data["contact"],
        owner_id=form.cleaned_data["owner"],
        due_on=form.cleaned_data["due_on"],
    )
    try:
        actions.write_note(person, review_id, new, on=company.company_facts().today(now), now=now)
    except (InvalidValue, MissingValue) as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return _page(request, review, scope, form=form, status=422)
    except RoomClosed as problem:
        say(request, str(problem), tone="warn")
    return go(request, reverse("review_room:joint", args=[review_id]) + "#notes")


@needs(Category.PLAN, Act.WRITE)
@require_POST
def close(request: Request, review_id: int) -> HttpResponse:
    """The meeting is over."""
    views.writing(request, review_id)
    _joint(request, review_id)
    assert request.person is not None
    now = timezone.now()
    actions.close_joint(request.person, review_id, on=company.company_facts().today(now), now=now)
    say(request, _("The joint review is closed; its notes are priorities, signals and promises."))
    return go(request, reverse("review_room:joint", args=[review_id]))


@needs(Category.PLAN, Act.READ)
@require_safe
def pack(request: Request, review_id: int) -> HttpResponse:
    """The pack for the customer: nothing but the fields of the allow-list, ready to print."""
    review, scope = _joint(request, review_id)
    today = company.company_facts().today(timezone.now())
    made = customer_pack(joint_facts(review, scope, on=today))
    meeting = dict(next(iter(made.rows("meeting")), {}))
    context = {
        "page_title": _("Business review"),
        "meeting": meeting,
        "priorities": made.rows("priority"),
        "promises": made.rows("promise"),
        "delivered": made.rows("delivered"),
    }
    return render(request, "review_room/pack.html", context)


def _joint(request: Request, review_id: int) -> tuple[ReviewRow, AccountScope]:
    review, scope = views.entered(request, review_id)
    if not review.joint:
        raise Http404(_("This is an internal review."))
    return review, scope


def _page(
    request: Request,
    review: ReviewRow,
    scope: AccountScope,
    *,
    form: NoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    writable = scope.rights.plan_write and not review.closed
    context = {
        "page_title": _("Joint business review: %s") % review.account,
        "review": review,
        "priorities": parts.priorities_of(scope.planning_id),
        "notes": room.notes_of(review.id),
        "kinds": dict(KINDS),
        "seats": rows.seats_of(review.id),
        "form": (form or NoteForm(scope=scope, review_id=review.id)) if writable else None,
        "writable": writable,
    }
    return render(request, "review_room/joint.html", context, status=status)
