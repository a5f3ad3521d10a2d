"""A plan's challenges: read them by money, answer each."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import challenges as verbs
from sightline.planning.challenges import AnswerKind, Challenge, ChallengeList
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries import challenge_answers
from sightline.records.queries.hidden_parts import hidden_keys
from sightline.records.queries.plan_challenges import plan_challenges, readable
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.challenges import present
from sightline.web.pages.challenges.forms import AnswerForm
from sightline.web.pages.metrics.present import labels as metric_labels

SAID = {
    AnswerKind.ACT: gettext_lazy("An action was made of it."),
    AnswerKind.EXPLAIN: gettext_lazy("It is asked again on that day."),
    AnswerKind.DISMISS: gettext_lazy("It returns only when its evidence changes."),
}
# Prefilled; until then most can be looked at or done.
SOON = timedelta(days=14)


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """What does not add up, largest money first, and what was answered."""
    return _page(request, _shell(request, account_id))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def answer(request: Request, account_id: int) -> HttpResponse:
    """Act, explain or dismiss one challenge."""
    shell = _shell(request, account_id)
    person = request.person
    assert person is not None and shell.plan is not None
    if not shell.rights.plan_write:
        raise PermissionDenied(_("You may not answer for this plan."))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, shell, bound=form, status=422)
    listed = plan_challenges(shell.plan.id, now=shell.now)
    found = next((c for c in _all(listed) if c.key == form.cleaned_data["key"]), None)
    if found is None:
        say(request, _("That challenge is settled already: the facts have changed."))
        return go(request, reverse("challenges:show", args=[account_id]))
    given = verbs.Answering(
        key=found.key,
        kind=AnswerKind(form.cleaned_data["kind"]),
        evidence=found.evidence,
        reason=form.cleaned_data["reason"],
        until=form.cleaned_data["until"],
        about=found.about[0] if found.about else "",
    )
    try:
        kept = verbs.answer_challenge(
            person, shell.plan.id, given, today=shell.today, now=timezone.now()
        )
    except InvalidValue as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return _page(request, shell, bound=form, status=422)
    undo_url = reverse("challenges:answer-undo", args=[account_id, kept])
    say(request, str(SAID[given.kind]), undo=undo_url)
    return go(request, reverse("challenges:show", args=[account_id]))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def undo(request: Request, account_id: int, answer_id: int) -> HttpResponse:
    """Take an answer back."""
    shell = _shell(request, account_id)
    person = request.person
    assert person is not None
    if not shell.rights.plan_write:
        raise PermissionDenied(_("You may not answer for this plan."))
    try:
        verbs.take_back_answer(person, answer_id, now=timezone.now())
    except InvalidValue as problem:
        say(request, str(problem), tone="warn")
    return go(request, reverse("challenges:show", args=[account_id]))


def _shell(request: Request, account_id: int) -> Shell:
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan or shell.plan is None:
        raise Http404(_("No plan runs here, so nothing is argued."))
    return shell


def _all(listed: ChallengeList) -> tuple[Challenge, ...]:
    return (*listed.open, *listed.folded, *(one.challenge for one in listed.answered))


def _metric_names() -> dict[str, str]:
    return {f"metric:{key}": name for key, (name, _definition) in metric_labels().items()}


def _page(
    request: Request, shell: Shell, *, bound: AnswerForm | None = None, status: int = 200
) -> HttpResponse:
    assert shell.plan is not None
    listed = readable(plan_challenges(shell.plan.id, now=shell.now), shell.rights)
    hidden = hidden_keys(shell.scope.hidden_ids)
    keys = {key for one in _all(listed) for key in (*one.about, one.cause)} - hidden
    page = present.page_of(
        listed,
        account_id=shell.scope.account_id,
        currency=shell.plan.currency,
        names=challenge_answers.names_of(keys) | _metric_names(),
        kept=challenge_answers.kept_answers(shell.plan.id),
        wallet=shell.rights.wallet,
        until=shell.today + SOON,
        bound=bound,
    )
    count = len(page.shown) + len(page.waiting)
    context = {
        **frame_of(shell, _("Challenges"), current="challenges:show"),
        "page": page,
        "may_write": shell.rights.plan_write,
        "line": ngettext("%d challenge is open", "%d challenges are open", count) % count,
    }
    return render(request, "challenges/show.html", context, status=status)
