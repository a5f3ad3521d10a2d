"""Year's end: each item kept, changed or dropped; the new plan; the old one, readable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import rolling as actions
from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.permissions import Act, Category
from sightline.planning.reviews import Snapshot, differences
from sightline.records.queries import rolling as queries
from sightline.records.queries.reviews import rows, snapshots
from sightline.records.queries.rolling import OldPlan
from sightline.web.gate import Request, needs, roles_may
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.metrics.present import labels
from sightline.web.pages.reviews.changed import ShownChange, shown_changes


class DecideForm(forms.Form):
    """What becomes of one item."""

    key = forms.CharField(max_length=120)
    verdict = forms.ChoiceField(
        choices=(
            ("keep", gettext_lazy("Keep")),
            ("change", gettext_lazy("Change")),
            ("drop", gettext_lazy("Drop")),
        )
    )
    why = forms.CharField(max_length=500, required=False)


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of things with its rows."""

    title: str
    rows: tuple[queries.RollRow, ...]


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """Every item with its decision, what is left to decide, and the next year's plan."""
    return _page(request, *_old(request, account_id))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def decide(request: Request, account_id: int) -> HttpResponse:
    """Keep, change or drop one item; change and drop say why."""
    shell, old = _writable(request, account_id)
    assert request.person is not None
    form = DecideForm(request.POST)
    key = str(form.data.get("key", ""))
    if not form.is_valid():
        return _page(request, shell, old, problem=(key, _("Choose one of the three.")), status=422)
    try:
        actions.decide_item(
            request.person,
            old.id,
            form.cleaned_data["key"],
            form.cleaned_data["verdict"],
            why=form.cleaned_data["why"],
            now=timezone.now(),
        )
    except (InvalidValue, MissingValue) as problem:
        return _page(request, shell, old, problem=(key, str(problem)), status=422)
    return go(request, reverse("season:roll", args=[account_id]) + f"#{key.replace(':', '-')}")


@needs(Category.PLAN, Act.WRITE)
@require_POST
def forward(request: Request, account_id: int) -> HttpResponse:
    """Make the new year's plan; refused while an item is undecided."""
    shell, old = _writable(request, account_id)
    assert request.person is not None
    year = shell.company.calendar.year(old.year + 1)
    try:
        actions.roll_plan(
            request.person,
            old.id,
            year=year,
            currency=old.currency,
            on=shell.today,
            now=timezone.now(),
        )
    except (InvalidValue, MissingValue) as problem:
        say(request, str(problem), tone="warn")
        return _page(request, shell, old, status=422)
    say(request, _("The plan is rolled forward into %s.") % year.label)
    return go(request, reverse("season:roll", args=[account_id]))


@needs(Category.PLAN, Act.SIGN_OFF)
@require_POST
def sign(request: Request, account_id: int) -> HttpResponse:
    """The sponsor signs the decisions off."""
    shell, old = _old(request, account_id)
    assert request.person is not None
    try:
        actions.sign_roll(request.person, old.id, now=timezone.now())
    except InvalidValue as problem:
        say(request, str(problem), tone="warn")
        return _page(request, shell, old, status=422)
    say(request, _("The roll forward is signed."))
    return go(request, reverse("season:roll", args=[account_id]))


@needs(Category.PLAN, Act.READ)
@require_safe
def old_plan(request: Request, account_id: int, year: int) -> HttpResponse:
    """A plan of another year as it was frozen, with what was decided of it."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan:
        raise PermissionDenied(_("You may not see the plans of this account."))
    old = queries.plan_of_year(shell.scope.planning_id, year)
    if old is None:
        raise Http404(_("There is no plan of that year."))
    context = {
        **frame_of(shell, old.label, current="reviews:account"),
        "old": old,
        "years": queries.years_of(shell.scope.planning_id),
        "entries": _frozen(shell, old),
        "decisions": [row for row in _rows(shell, old) if row.verdict],
        "reviews": [one for one in rows.reviews_of(account_id) if one.plan_id == old.id],
    }
    return render(request, "season/old_plan.html", context)


def _frozen(shell: Shell, old: OldPlan) -> tuple[ShownChange, ...]:
    """Everything that the last snapshot holds, as if it had been added to nothing."""
    if old.snapshot_id is None:
        return ()
    found = snapshots.frozen(old.snapshot_id, plan_id=old.id)
    if found is None:
        return ()
    nothing = Snapshot(found.plan, date.min, ())
    return shown_changes(differences(nothing, found), shell.scope, plan_id=old.id)


def _old(request: Request, account_id: int) -> tuple[Shell, OldPlan]:
    """The plan to roll: the running one, or the one before it where it was rolled already."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan:
        raise PermissionDenied(_("You may not see the plan of this account."))
    if shell.plan is None:
        raise Http404(_("This account has no running plan."))
    year = request.GET.get("year") or request.POST.get("year") or ""
    if year.isdecimal() and len(year) == 4:
        chosen = queries.plan_of_year(shell.scope.planning_id, int(year))
    else:
        chosen = queries.plan_of_year(shell.scope.planning_id, shell.plan.year - 1)
        if chosen is None or chosen.rolled:
            chosen = queries.plan_of_year(shell.scope.planning_id, shell.plan.year)
    if chosen is None:
        raise Http404(_("There is no plan of that year."))
    return shell, chosen


def _writable(request: Request, account_id: int) -> tuple[Shell, OldPlan]:
    shell, old = _old(request, account_id)
    if not shell.rights.plan_write:
        raise PermissionDenied(_("You may not roll this plan forward."))
    return shell, old


def _page(
    request: Request,
    shell: Shell,
    old: OldPlan,
    *,
    problem: tuple[str, str] = ("", ""),
    status: int = 200,
) -> HttpResponse:
    assert request.person is not None
    found = _rows(shell, old)
    groups: dict[str, list[queries.RollRow]] = {}
    for row in found:
        groups.setdefault(row.kind, []).append(row)
    undecided = sum(not row.verdict for row in found)
    context = {
        **frame_of(shell, _("Roll forward"), current="reviews:account"),
        "old": old,
        "groups": [Group(_kind(kind), tuple(rows_)) for kind, rows_ in groups.items()],
        "undecided": undecided,
        "problem_key": problem[0],
        "problem": problem[1],
        "may_write": shell.rights.plan_write and not old.rolled,
        "may_sign": roles_may(request.person, Category.PLAN, Act.SIGN_OFF)
        and old.rolled
        and old.signed_at is None,
        "next_year": shell.company.calendar.year(old.year + 1).label,
    }
    return render(request, "season/roll.html", context, status=status)


def _rows(shell: Shell, old: OldPlan) -> tuple[queries.RollRow, ...]:
    """The rows with metrics in words."""
    names = labels()
    return tuple(
        replace(row, words=names[row.words][0]) if row.kind == "metric" else row
        for row in queries.roll_rows(old.id, reach=shell.scope.seen_ids)
    )


def _kind(kind: str) -> str:
    return {
        "target": _("Target"),
        "thesis": _("Growth thesis"),
        "metric": _("Metrics"),
        "objective": _("Objectives"),
        "play": _("Plays"),
        "assumption": _("Assumptions"),
        "risk": _("Risks"),
    }[kind]
