"""Off-trend revenue of a plan: read the questions, answer in words, weigh on the board."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import explanations as verbs
from sightline.actions.plan_parts import StalePart
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.explanations import ExplanationParameters
from sightline.planning.permissions import Act, Category
from sightline.records.queries import company
from sightline.records.queries.metrics import price_share
from sightline.records.queries.plan_parts import explanations as kept
from sightline.records.queries.plan_parts.explanations import Asked, ExplanationRow
from sightline.web.conflict import Conflict, conflict_panel
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.explanations import present

LOOK_AGAIN = timedelta(days=60)
RIVALS = 3


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """What is off its trend, and how it was explained."""
    return _page(request, _planned(request, account_id))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def explain(request: Request, account_id: int) -> HttpResponse:
    """Three rivals in words, the one held most likely, what would change that, and a day."""
    shell = _planned(request, account_id, write=True)
    assert request.person is not None and shell.plan is not None
    key = request.POST.get("key", "")
    question = _question(shell, key)
    typed = tuple(
        (
            request.POST.get(f"rival-{number}", ""),
            request.POST.get(f"for-{number}", ""),
            request.POST.get(f"against-{number}", ""),
        )
        for number in range(1, RIVALS + 1)
    )
    said = verbs.Said(
        rivals=typed,
        belief=request.POST.get("belief", ""),
        would_change=request.POST.get("would_change", ""),
        look_again=_day(request.POST.get("look_again", "")) or shell.today,
    )
    seen = request.POST.get("version", "")
    try:
        verbs.explain(
            request.person,
            shell.plan.id,
            question,
            said,
            today=shell.today,
            now=timezone.now(),
            seen_version=int(seen) if seen.isdecimal() else 0,
        )
    except NotAllowed:
        raise
    except PlanningError as problem:
        status = 409 if isinstance(problem, StalePart) else 422
        day = request.POST.get("look_again", "")
        return _page(request, shell, typed=(key, said, day), problem=str(problem), status=status)
    say(request, _("Written down. It is asked again on that day."))
    return go(request, reverse("explanations:show", args=[account_id]))


@needs(Category.PLAN, Act.READ)
@require_safe
def board(request: Request, account_id: int, row_id: int) -> HttpResponse:
    """Hypotheses in rows, evidence in columns; the total stands once a belief was stated."""
    shell = _planned(request, account_id)
    return _board(request, shell, row_id)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def column_add(request: Request, account_id: int, row_id: int) -> HttpResponse:
    """An observation, or a question still open."""
    shell = _planned(request, account_id, write=True)
    assert request.person is not None and shell.plan is not None
    column = verbs.Column(
        words=request.POST.get("words", ""),
        source=request.POST.get("source", ""),
        reliability=_share(request.POST.get("reliability", "1")),
        bearing={name: request.POST.get(f"on-{name}", "") for name in present.names()},
        asked=request.POST.get("asked") == "1",
    )
    try:
        verbs.add_column(request.person, shell.plan.id, row_id, column, now=timezone.now())
    except NotAllowed as problem:
        raise Http404(str(problem)) from problem
    except PlanningError as problem:
        return _board(request, shell, row_id, problem=str(problem), status=422)
    return go(request, reverse("explanations:board", args=[account_id, row_id]))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def column_remove(request: Request, account_id: int, row_id: int, column_id: int) -> HttpResponse:
    """Take it off the board."""
    shell = _planned(request, account_id, write=True)
    assert request.person is not None and shell.plan is not None
    try:
        verbs.remove_column(request.person, shell.plan.id, row_id, column_id, now=timezone.now())
    except NotAllowed as problem:
        raise Http404(str(problem)) from problem
    return go(request, reverse("explanations:board", args=[account_id, row_id]))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def settle(request: Request, account_id: int, row_id: int) -> HttpResponse:
    """What it turned out to be."""
    shell = _planned(request, account_id, write=True)
    assert request.person is not None and shell.plan is not None
    seen = request.POST.get("version", "")
    try:
        verbs.settle_explanation(
            request.person,
            shell.plan.id,
            row_id,
            request.POST.get("truth", ""),
            seen_version=int(seen) if seen.isdecimal() else 0,
            now=timezone.now(),
        )
    except NotAllowed as problem:
        raise Http404(str(problem)) from problem
    except StalePart as stale:
        return _truth_conflict(request, account_id, row_id, stale)
    except PlanningError as problem:
        return _board(request, shell, row_id, problem=str(problem), status=422)
    say(request, _("Settled."))
    return go(request, reverse("explanations:show", args=[account_id]))


def _truth_conflict(
    request: Request, account_id: int, row_id: int, stale: StalePart
) -> HttpResponse:
    """What each of two people settled it as; the one chosen is saved on top. Where somebody only
    explained it anew, the board as it stands now with what was chosen."""
    words = present.names()
    mine, theirs = request.POST.get("truth", ""), str(stale.theirs["truth"])
    if not theirs:
        return _board(
            request, _planned(request, account_id), row_id, problem=str(stale), status=409
        )
    return conflict_panel(
        request,
        Conflict(
            heading=_("Somebody changed this explanation while you were settling it"),
            url=reverse("explanations:settle", args=[account_id, row_id]),
            name="truth",
            mine=mine,
            mine_shown=words.get(mine, mine),
            theirs=theirs,
            theirs_shown=words.get(theirs, theirs),
            who=_("As it stands now"),
            version=str(stale.theirs["version"]),
            compare_url=reverse("explanations:board", args=[account_id, row_id]),
        ),
    )


def _page(
    request: Request,
    shell: Shell,
    *,
    typed: tuple[str, verbs.Said, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    asked, rows = _asked(shell)
    shown = [present.open_question(one) for one in asked]
    shown += [present.answered(row) for row in rows]
    if typed is not None:
        shown = [
            replace(one, written=present.rivals_of(typed[1].rivals)) if one.key == typed[0] else one
            for one in shown
        ]
    context = {
        **frame_of(shell, _("Off trend"), current="plan:signals"),
        "questions": shown,
        "open_count": len(asked),
        "names": present.names(),
        "soon": shell.today + LOOK_AGAIN,
        "typed": typed[1] if typed else None,
        "typed_key": typed[0] if typed else "",
        "typed_day": typed[2] if typed else "",
        "stale": status == 409,
        "problem": problem,
        "may_write": shell.rights.plan_write,
    }
    return render(request, "explanations/show.html", context, status=status)


def _board(
    request: Request, shell: Shell, row_id: int, *, problem: str = "", status: int = 200
) -> HttpResponse:
    assert shell.plan is not None
    row = next((one for one in kept.explanations_of(shell.plan.id) if one.id == row_id), None)
    if row is None:
        raise Http404(_("There is no such question."))
    evidence, questions = kept.board_of(row_id)
    context = {
        **frame_of(shell, _("Off trend"), current="plan:signals"),
        "question": present.answered(row),
        "board": present.board_of(
            row,
            evidence,
            questions,
            price=price_share(shell.scope.seen_ids, line_id=row.line_id),
            parameters=_numbers(shell),
        ),
        "names": present.names(),
        "words": present.words(),
        "problem": problem,
        "typed_truth": request.POST.get("truth", ""),
        "may_write": shell.rights.plan_write,
    }
    return render(request, "explanations/board.html", context, status=status)


def _asked(shell: Shell) -> tuple[tuple[Asked, ...], tuple[ExplanationRow, ...]]:
    """Questions open today, and those answered before."""
    assert shell.plan is not None
    rows = kept.explanations_of(shell.plan.id)
    year = shell.company.calendar.year(shell.plan.year)
    spans = tuple((one.window.start, one.window.end) for one in year.quarters)
    asked = kept.questions_today(
        shell.scope.seen_ids,
        year=shell.plan.year,
        quarter=kept.day_of_quarter(shell.today, quarters=spans),
        known=frozenset(row.key for row in rows),
        parameters=_numbers(shell),
    )
    return asked, rows


def _question(shell: Shell, key: str) -> Asked:
    asked, rows = _asked(shell)
    for one in asked:
        if one.key == key:
            return one
    for row in rows:
        if row.key == key:
            values = (row.key, row.line_id, row.line, row.change, row.before, row.currency)
            return Asked(*values, row.reason)
    raise Http404(_("That is not off its trend any more."))


def _numbers(shell: Shell) -> ExplanationParameters:
    found = company.parameters_in_force(shell.today)
    return found.section(ExplanationParameters, "explanations")


def _planned(request: Request, account_id: int, *, write: bool = False) -> Shell:
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan or (write and not shell.rights.plan_write):
        raise PermissionDenied(_("You may not change this plan.") if write else _("Not yours."))
    if shell.plan is None:
        raise Http404(_("This account has no running plan."))
    return shell


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _share(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(-1)
