"""Any two snapshots of a plan, or one with today: side by side and as a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.planning.reviews import Snapshot, differences
from sightline.records.queries.reviews import rows, snapshots
from sightline.records.queries.reviews.rows import Frozen
from sightline.records.queries.reviews.snapshots import PlanNow
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.reviews.changed import ShownChange, shown_changes
from sightline.wording import dates

TODAY = "today"


@dataclass(frozen=True, slots=True)
class Choice:
    """A snapshot to choose."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """One area with what changed in it."""

    code: str
    title: str
    changes: tuple[ShownChange, ...]


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """Two snapshots of a plan; without a choice the newest with today."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan or shell.plan is None:
        raise Http404(_("No plan runs here, so nothing can be compared."))
    frozen = rows.snapshots_of(shell.plan.id)
    chosen = (
        request.GET.get("a") or (str(frozen[0].id) if frozen else TODAY),
        request.GET.get("b") or TODAY,
    )
    now = snapshots.plan_now(shell.plan.id, on=shell.today) if TODAY in chosen else None
    before, after = (_chosen(value, shell, now) for value in chosen)
    found = differences(before, after)
    changes = shown_changes(
        found, shell.scope, plan_id=shell.plan.id, now=now.texts if now is not None else ()
    )
    context = {
        **frame_of(shell, _("Compare"), current="reviews:account"),
        "choices": _choices(frozen),
        "a": chosen[0],
        "b": chosen[1],
        "before": _label(chosen[0], before.taken_on),
        "after": _label(chosen[1], after.taken_on),
        "changes": changes,
        "groups": _groups(changes),
        "view": "list" if request.GET.get("view") == "list" else "side",
        "frozen": frozen,
    }
    return render(request, "reviews/compare.html", context)


def _chosen(value: str, shell: Shell, now: PlanNow | None) -> Snapshot:
    assert shell.plan is not None
    if now is not None and value == TODAY:
        return now.snapshot
    found = snapshots.frozen(int(value), plan_id=shell.plan.id) if value.isdecimal() else None
    if found is None:
        raise Http404(_("There is no such snapshot of this plan."))
    return found


def _choices(frozen: tuple[Frozen, ...]) -> list[Choice]:
    found = [Choice(str(one.id), _label(str(one.id), one.taken_on)) for one in frozen]
    return [*found, Choice(TODAY, _("Today"))]


def _label(value: str, day: date) -> str:
    if value == TODAY:
        return _("Today")
    return _("Review of %s") % dates.day(day)


def _groups(changes: tuple[ShownChange, ...]) -> list[Group]:
    found: dict[str, list[ShownChange]] = {}
    for one in changes:
        found.setdefault(one.area_code, []).append(one)
    return [Group(code, rows_[0].area, tuple(rows_)) for code, rows_ in found.items()]
