"""Questions: to answer, own ones, and one put on something of an account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sightline.actions import asks as verbs
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.queries import asks as queries
from sightline.records.queries.company import company_facts
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.asks.subjects import KINDS, Subject, subject
from sightline.web.turning import page_of, turn

IN_A_WEEK = timedelta(days=7)
ROWS = 30


class QuestionForm(forms.Form):
    """A question: of whom, until when, what."""

    asked_of = forms.TypedChoiceField(coerce=int, label=gettext_lazy("Whom do you ask?"))
    due_on = forms.DateField(
        label=gettext_lazy("Answer wanted by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    words = forms.CharField(
        max_length=2000,
        label=gettext_lazy("Question"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """What waits for oneself first, then what one asked."""
    return _show(request)


def _show(
    request: Request, *, refusal: str = "", refused: int = 0, typed: str = "", status: int = 200
) -> HttpResponse:
    assert request.person is not None
    pages = {name: page_of(request, name) for name in ("page", "named", "own")}
    before = queries.Turned(*((number - 1) * ROWS for number in pages.values()))
    found = queries.desk(request.person, on=_today(), turned=before, most=ROWS + 1)
    mine = found.to_answer[:ROWS]
    accounts = {one.account_id for one in mine}
    others = queries.askable_on(accounts)
    context = {
        "page_title": _("Questions"),
        "page_note": _("A person, a date, an answer that stays. No chat."),
        "to_answer": [
            (
                one,
                _about(one),
                [(pk, name) for pk, name in others[one.account_id].items() if pk != one.of_id],
            )
            for one in mine
        ],
        "named": found.named[:ROWS],
        "own_open": [(one, _about(one)) for one in found.own_open[:ROWS]],
        "turns": {
            name: turn(request, pages[name], more=len(rows) > ROWS, name=name)
            for name, rows in (
                ("page", found.to_answer),
                ("named", found.named),
                ("own", found.own_open),
            )
        },
        "own_answered": [(one, _about(one)) for one in found.own_answered],
        "refusal": refusal,
        "refused": refused,
        "typed": typed,
    }
    return render(request, "asks/show.html", context, status=status)


@needs(Category.PLAN, Act.READ)
@require_http_methods(["GET", "HEAD", "POST"])
def put(request: Request, account_id: int) -> HttpResponse:
    """What was asked here before, and a new question. `?kind=&key=` say on what."""
    person = request.person
    assert person is not None
    name = queries.account_name(person, account_id)
    kind, key = request.GET.get("kind", "account"), request.GET.get("key", "")[:80]
    called = queries.subject_name(person, kind, key)
    if name is None or called is None or kind not in KINDS or kind == "action":
        raise Http404(_("There is nothing to ask about here."))
    today = _today()
    form = QuestionForm(
        request.POST if request.method == "POST" else None,
        initial={"due_on": today + IN_A_WEEK},
    )
    form.fields["asked_of"].choices = [  # type: ignore[attr-defined]
        (pk, who) for pk, who in queries.askable(account_id).items() if pk != person.crm_user_id
    ]
    status = 422 if form.is_bound else 200
    if form.is_valid():
        data = form.cleaned_data
        new = verbs.NewQuestion(
            account_id, kind, key, data["words"], data["asked_of"], data["due_on"]
        )
        try:
            verbs.ask(person, new, on=today, now=timezone.now())
        except NotAllowed:
            raise
        except PlanningError as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        else:
            say(request, _("Asked. The answer will stay here."))
            return go(request, request.get_full_path())
    context = {
        "page_title": _("Ask about %(account)s") % {"account": name},
        "form": form,
        "account": name,
        "account_id": account_id,
        "about": subject(account_id, kind, key, called),
        "before": queries.questions_on(
            person, account_id, kind="" if kind == "account" else kind, key=key, on=today
        ),
    }
    return render(request, "asks/put.html", context, status=status)


@needs(Category.PLAN, Act.READ)
@require_POST
def answer(request: Request, question_id: int) -> HttpResponse:
    """Answers what was asked of oneself."""
    person = request.person
    assert person is not None
    words = request.POST.get("answer", "")
    return _do(
        request,
        question_id,
        lambda: verbs.answer_question(person, question_id, words, now=timezone.now()),
        _("Answered. The answer stays with the question."),
        typed=words,
    )


@needs(Category.PLAN, Act.READ)
@require_POST
def pass_on(request: Request, question_id: int) -> HttpResponse:
    """Lets somebody else answer."""
    person = request.person
    assert person is not None
    asked = request.POST.get("to", "")
    to = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    return _do(
        request,
        question_id,
        lambda: verbs.pass_on(person, question_id, to, now=timezone.now()),
        _("Passed on."),
    )


@needs(Category.PLAN, Act.READ)
@require_POST
def withdraw(request: Request, question_id: int) -> HttpResponse:
    """Takes one's own question back."""
    person = request.person
    assert person is not None
    return _do(
        request,
        question_id,
        lambda: verbs.withdraw(person, question_id, now=timezone.now()),
        _("Taken back."),
    )


@needs(Category.PLAN, Act.READ)
@require_POST
def seen(request: Request, mention_id: int) -> HttpResponse:
    """One has read where one was named; somebody else's is not found."""
    assert request.person is not None
    try:
        verbs.see_mention(request.person, mention_id, now=timezone.now())
    except verbs.QuestionGone as gone:
        raise Http404(str(gone)) from gone
    return go(request, reverse("asks:show"))


def _do(
    request: Request, question_id: int, verb: Callable[[], None], said: str, *, typed: str = ""
) -> HttpResponse:
    """One verb on a question one may read; 404, 403, 409 or 422 where it does not do its work."""
    assert request.person is not None
    if queries.question_seen(request.person, question_id) is None:
        raise Http404(_("There is no such question."))
    try:
        verb()
    except NotAllowed:
        raise
    except verbs.QuestionGone as gone:
        return _show(request, refusal=str(gone), status=409)
    except PlanningError as wrong:
        return _show(request, refusal=str(wrong), refused=question_id, typed=typed, status=422)
    say(request, said)
    return go(request, reverse("asks:show"))


def _about(one: queries.Asked) -> Subject:
    return subject(one.account_id, one.kind, one.key, one.about)


def _today() -> date:
    return company_facts().today(timezone.now())
