"""The what-if page: a form of its own address, so that it works without script and can be sent."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.bridge import BridgeParameters
from sightline.planning.errors import PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.queries import bridging, hidden_parts
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.account.shell import frame_of, shell_of
from sightline.web.pages.plan.odds import win_rate_of
from sightline.web.pages.scenarios import present
from sightline.web.pages.scenarios.asked import asked_in


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """Landing and chance as they would be; an htmx request gets the answer alone."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan:
        raise PermissionDenied(_("You may not see the plan of this account."))
    if shell.plan is None:
        raise Http404(_("This account has no running plan."))
    setting = bridging.bridge_setting(shell.today)
    numbers = setting.parameters.section(BridgeParameters, "bridge")
    hidden = hidden_parts.hidden_keys(shell.scope.hidden_ids)
    rate = win_rate_of(setting.stages.pasts)
    look = present.Look(shell.today, numbers, hidden, shell.plan.label, rate)
    page, refused = None, ""
    try:
        facts = bridging.bridge_facts(bridging.plan_rows([shell.plan.id])[0], setting=setting)
        asked = asked_in(request.GET, may=present.keys_of(facts, hidden=hidden))
        page = present.what_if(facts, asked, look=look)
    except PlanningError as problem:
        refused = str(problem)
    context = {
        **frame_of(shell, _("What if"), current="scenarios:show"),
        "plan": shell.plan,
        "page": page,
        "refused": refused,
    }
    return render(request, "scenarios/show.html", context, partial="answer")
