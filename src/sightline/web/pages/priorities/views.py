"""The customer's own priorities of an account: read, write one down, say what answers it."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import priorities as verbs
from sightline.actions.plan_parts import StalePart
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.priorities import Link, PriorityParameters
from sightline.records.queries import account_renewals, company
from sightline.records.queries.plan_parts import moves as offered
from sightline.records.queries.plan_parts.priorities import chains, priorities_of
from sightline.records.scoping import Person
from sightline.web.conflict import Conflict, conflict_panel
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.priorities import present
from sightline.web.pages.priorities.forms import PriorityForm


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """What they want, those that no play answers first."""
    shell = _shell(request, account_id)
    return _page(request, shell, _form(request, shell))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def add(request: Request, account_id: int) -> HttpResponse:
    """Write down one sentence."""
    shell, person, plan_id = _writing(request, account_id)
    form = _form(request, shell, bound=True)
    if not form.is_valid():
        return _page(request, shell, form, status=422)
    said = form.cleaned_data
    wanted = verbs.WantedPriority(
        words=said["words"],
        said_on=said["said_on"],
        said_by_id=said["said_by"],
        said_as=said["said_as"],
        where=said["where"],
        link=said["link"] or Link.GOAL.value,
        under_id=said["under"],
    )
    try:
        verbs.add_priority(person, plan_id, wanted, today=shell.today, now=timezone.now())
    except (InvalidValue, MissingValue) as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return _page(request, shell, form, status=422)
    say(request, _("Written down."))
    return _back(request, account_id)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def standing(request: Request, account_id: int, priority_id: int) -> HttpResponse:
    """Confirmed, achieved, or neither."""

    def verb(person: Person, plan: int, row: int) -> None:
        verbs.set_standing(
            person,
            plan,
            row,
            request.POST.get("standing", ""),
            seen_version=_version(request),
            now=timezone.now(),
        )

    return _do(request, account_id, priority_id, verb, _("Saved."))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def answers(request: Request, account_id: int, priority_id: int) -> HttpResponse:
    """Which plays answer it."""

    def verb(person: Person, plan: int, row: int) -> None:
        keys = request.POST.getlist("plays")
        seen = _version(request)
        verbs.answer_priority(person, plan, row, keys, seen_version=seen, now=timezone.now())

    return _do(request, account_id, priority_id, verb, _("Saved."))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def remove(request: Request, account_id: int, priority_id: int) -> HttpResponse:
    """Take it away, with an undo."""

    def verb(person: Person, plan: int, row: int) -> None:
        verbs.remove_priority(person, plan, row, now=timezone.now())

    undo = reverse("priorities:restore", args=[account_id, priority_id])
    return _do(request, account_id, priority_id, verb, _("Taken away."), undo=undo)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def restore(request: Request, account_id: int, priority_id: int) -> HttpResponse:
    """Put it back."""
    day = company.company_facts().today(timezone.now())

    def verb(person: Person, plan: int, row: int) -> None:
        verbs.restore_priority(person, plan, row, today=day)

    return _do(request, account_id, priority_id, verb, _("It is back."))


def _do(
    request: Request,
    account_id: int,
    priority_id: int,
    verb: Callable[[Person, int, int], None],
    said: str,
    *,
    undo: str = "",
) -> HttpResponse:
    shell, person, plan_id = _writing(request, account_id)
    try:
        verb(person, plan_id, priority_id)
    except NotAllowed as problem:
        raise Http404(str(problem)) from problem
    except StalePart as problem:
        if "standing" in problem.theirs:
            return _standing_conflict(request, shell, priority_id, problem)
        typed = (priority_id, frozenset(request.POST.getlist("plays")))
        return _page(request, shell, _form(request, shell), typed=typed, status=409)
    except PlanningError as problem:
        say(request, str(problem), tone="warn")
        return _page(request, shell, _form(request, shell), status=422)
    say(request, said, undo=undo)
    return _back(request, account_id)


def _standing_conflict(
    request: Request, shell: Shell, priority_id: int, stale: StalePart
) -> HttpResponse:
    """Both standings side by side; the one chosen is saved on top of theirs."""
    words = {code: label for code, (label, _tone) in present.standing_words().items()}
    mine, theirs = request.POST.get("standing", ""), str(stale.theirs["standing"])
    account_id = shell.scope.account_id
    return conflict_panel(
        request,
        Conflict(
            heading=_("Somebody changed this priority while you were choosing"),
            url=reverse("priorities:standing", args=[account_id, priority_id]),
            name="standing",
            mine=mine,
            mine_shown=words.get(mine, mine),
            theirs=theirs,
            theirs_shown=words.get(theirs, theirs),
            who=_("As it stands now"),
            version=str(stale.theirs["version"]),
            compare_url=reverse("priorities:show", args=[account_id]) + f"#priority-{priority_id}",
        ),
    )


def _version(request: Request) -> int:
    seen = request.POST.get("version", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else 0


def _page(
    request: Request,
    shell: Shell,
    form: PriorityForm,
    *,
    typed: tuple[int, frozenset[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`typed`: which plays somebody ticked for a priority whose answers had changed meanwhile."""
    numbers = company.parameters_in_force(shell.today).section(PriorityParameters, "priorities")
    rows = priorities_of(shell.scope.planning_id)
    found = chains(rows, today=shell.today, parameters=numbers)
    moves = offered.moves_of(shell.scope.seen_ids, with_contracts=False)
    context = {
        **frame_of(shell, _("Priorities"), current="priorities:show"),
        "page": present.page_of(found, rows=rows, moves=moves),
        "stale_id": typed[0] if typed else None,
        "ticked": typed[1] if typed else frozenset(),
        "form": form,
        "standings": present.standing_words(),
        "may_write": shell.rights.plan_write and shell.plan is not None,
    }
    return render(request, "priorities/show.html", context, status=status)


def _form(request: Request, shell: Shell, *, bound: bool = False) -> PriorityForm:
    people = account_renewals.their_people(shell.scope)
    if bound:
        return PriorityForm(request.POST, people=people, today=shell.today)
    link, under = request.GET.get("link", ""), request.GET.get("under", "")
    initial = {"link": link, "under": under} if link in set(Link) and under.isdecimal() else {}
    return PriorityForm(people=people, today=shell.today, initial=initial)


def _shell(request: Request, account_id: int) -> Shell:
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan:
        raise PermissionDenied(_("You may not see the plan of this account."))
    return shell


def _writing(request: Request, account_id: int) -> tuple[Shell, Person, int]:
    shell = _shell(request, account_id)
    if not shell.rights.plan_write:
        raise PermissionDenied(_("You may not change this plan."))
    if shell.plan is None:
        raise Http404(_("This account has no running plan."))
    assert request.person is not None
    return shell, request.person, shell.plan.id


def _back(request: Request, account_id: int) -> HttpResponse:
    return go(request, reverse("priorities:show", args=[account_id]))
