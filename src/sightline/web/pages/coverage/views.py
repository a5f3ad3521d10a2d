"""Threads, required roles, dependency and the coverage matrix of one account."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.records.queries.seen_again import asked_here
from sightline.records.queries.threads import scope_checks
from sightline.records.scoping import may_on
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.coverage import matrix, present
from sightline.web.pages.departures.work import work_of


@needs(Category.OPINIONS, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """What hangs on one person, which roles are missing, and who of ours knows whom."""
    assert request.person is not None
    work = work_of(request, account_id, request.GET)
    checks = scope_checks(work.facts, setting=work.setting)
    context = {
        **frame_of(work.shell, _("Threads and coverage"), current="coverage:show"),
        "scopes": [present.shown_scope(one, work) for one in checks],
        "summary": present.summary(checks),
        "roles": present.role_grid(checks, work),
        "keys": present.key_people(work),
        "asked": present.shown_questions(
            asked_here(request.person, work.shell.scope, parameters=work.setting.parameters)
        ),
        "may_answer": may_on(request.person, account_id, Category.OPINIONS, Act.WRITE),
        "matrix": matrix.shown_matrix(work),
        "may_write": work.shell.rights.plan_write,
        "currency": work.setting.currency,
    }
    return render(request, "coverage/show.html", context)
