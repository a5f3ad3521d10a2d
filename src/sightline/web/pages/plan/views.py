"""The plan's own pages: the overview, the bridge, signals, losing ground."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.records.prepared import each_once
from sightline.web.gate import Request, needs
from sightline.web.htmx import SeeOther, render
from sightline.web.pages.account.parts import Parts
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.plan import bridge as bridging
from sightline.web.pages.plan.argued import argued_by_section
from sightline.web.pages.plan.forms import TargetForm, ThesisForm
from sightline.web.pages.plan.gaps import shown_gaps
from sightline.web.pages.plan.ground import shown_ground
from sightline.web.pages.plan.growth import shown_growth
from sightline.web.pages.plan.quiet import quiet_words
from sightline.web.pages.plan.signals import put_aside, shown_signals
from sightline.web.pages.plan.stands import shown_stands

MAP_PEOPLE = 24


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """The plan on one page. Without a plan that the person may read, the account itself."""
    with each_once():
        shell = _shell(request, account_id)
        if shell.plan is None:
            return SeeOther(reverse("account:show", args=[account_id]))
        return show_plan(request, shell)


def show_plan(
    request: Request,
    shell: Shell,
    *,
    target: TargetForm | None = None,
    thesis: ThesisForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The overview with its two forms, as they were typed where something is wrong with them."""
    with each_once():
        return _overview(request, shell, target=target, thesis=thesis, status=status)


def _overview(
    request: Request,
    shell: Shell,
    *,
    target: TargetForm | None,
    thesis: ThesisForm | None,
    status: int,
) -> HttpResponse:
    plan = shell.plan
    assert plan is not None
    parts = Parts(shell)
    account_id = shell.scope.account_id
    base = reverse("plan:bridge", args=[account_id])
    may_write = shell.rights.plan_write
    context: dict[str, object] = {
        **frame_of(shell, "", current="plan:show"),
        "plan": plan,
        "bridge": bridging.shown_bridge(parts, base_url=base),
        "gaps": shown_gaps(parts) if shell.rights.gaps else None,
        "target_form": (target or TargetForm.of(plan)) if may_write else None,
        "thesis_form": (thesis or ThesisForm.of(plan)) if may_write else None,
        "board": parts.board(),
        "renewals": parts.shown_renewals(),
        "signals": shown_signals(parts),
        "ground": shown_ground(parts),
        "stands": shown_stands(parts),
        "argued": argued_by_section(shell),
    }
    if not shell.light:
        context |= {
            "grid": parts.shown_grid(),
            "people": parts.people_heading(),
            "map": parts.people_map(most=MAP_PEOPLE),
        }
    return render(request, "plan/show.html", context, status=status)


@needs(Category.PLAN, Act.READ)
@require_safe
def bridge(request: Request, account_id: int) -> HttpResponse:
    """The path to the target; every bar opens to its parts."""
    shell = _planned(request, account_id)
    parts = Parts(shell)
    context = {
        **frame_of(shell, _("Bridge"), current="plan:bridge"),
        "bridge": bridging.shown_bridge(parts),
        "quiet": quiet_words(parts),
        "plan": shell.plan,
    }
    return render(request, "plan/bridge.html", context)


@needs(Category.PLAN, Act.READ)
@require_safe
def growth(request: Request, account_id: int) -> HttpResponse:
    """Where the growth could come from."""
    shell = _planned(request, account_id)
    context = {
        **frame_of(shell, _("Growth"), current="plan:bridge"),
        "growth": shown_growth(Parts(shell)),
    }
    return render(request, "plan/growth.html", context)


@needs(Category.PLAN, Act.READ)
@require_safe
def signals(request: Request, account_id: int) -> HttpResponse:
    """What was observed, newest first."""
    shell = _readable(request, account_id)
    parts = Parts(shell)
    context = {
        **frame_of(shell, _("Signals"), current="plan:signals"),
        "signals": shown_signals(parts),
        "put_aside": put_aside(parts),
        "may_dismiss": shell.rights.plan_write,
    }
    return render(request, "plan/signals.html", context)


@needs(Category.PLAN, Act.READ)
@require_safe
def losing_ground(request: Request, account_id: int) -> HttpResponse:
    """Everything that is being lost, by money."""
    shell = _readable(request, account_id)
    context = {
        **frame_of(shell, _("Losing ground"), current="plan:losing-ground"),
        "ground": shown_ground(Parts(shell)),
    }
    return render(request, "plan/losing_ground.html", context)


def _shell(request: Request, account_id: int) -> Shell:
    assert request.person is not None
    return shell_of(request.person, account_id)


def _readable(request: Request, account_id: int) -> Shell:
    shell = _shell(request, account_id)
    if not shell.rights.plan:
        raise PermissionDenied(_("You may not see the plan of this account."))
    return shell


def _planned(request: Request, account_id: int) -> Shell:
    shell = _readable(request, account_id)
    if shell.plan is None:
        raise Http404(_("This account has no running plan."))
    return shell
