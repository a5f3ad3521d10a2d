"""Threads, required roles, dependency and the coverage matrix of one account: one at a time."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
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
from sightline.web.pages.departures.work import Work, work_of

PARTS = ("threads", "roles", "keys", "matrix")


@needs(Category.OPINIONS, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """What hangs on one person; or which roles are missing, who is key, who of ours knows whom."""
    work = work_of(request, account_id, request.GET)
    asked = request.GET.get("part", "")
    part = asked if asked in PARTS else PARTS[0]
    told = {"threads": _threads, "roles": _roles, "keys": _keys, "matrix": _matrix}[part]
    context = {
        **frame_of(work.shell, _("Threads and coverage"), current="coverage:show"),
        "part": part,
        "parts": _parts(account_id, part),
        "template": f"coverage/{part}.html",
        "may_write": work.shell.rights.plan_write,
        "currency": work.setting.currency,
        **told(request, work),
    }
    return render(request, "coverage/show.html", context)


def _parts(account_id: int, current: str) -> list[dict[str, object]]:
    """The four questions as links."""
    here = reverse("coverage:show", args=[account_id])
    words = {
        "threads": _("What hangs on one person"),
        "roles": _("Required roles"),
        "keys": _("Key people"),
        "matrix": _("Our people × theirs"),
    }
    return [
        {
            "text": text,
            "url": here if code == PARTS[0] else f"{here}?part={code}",
            "current": code == current,
        }
        for code, text in words.items()
    ]


def _threads(request: Request, work: Work) -> dict[str, object]:
    assert request.person is not None
    checks = scope_checks(work.facts, setting=work.setting)
    shown = [present.shown_scope(one, work) for one in checks]
    scopes = [one for one in shown if not one.idle]
    return {
        "scopes": scopes,
        "opened": next((at for at, one in enumerate(scopes, start=1) if one.single), 0),
        "idle": [one for one in shown if one.idle],
        "summary": present.summary(checks),
        "asked": present.shown_questions(
            asked_here(request.person, work.shell.scope, parameters=work.setting.parameters)
        ),
        "may_answer": may_on(request.person, work.account_id, Category.OPINIONS, Act.WRITE),
    }


def _roles(request: Request, work: Work) -> dict[str, object]:
    return {"roles": present.role_grid(scope_checks(work.facts, setting=work.setting), work)}


def _keys(request: Request, work: Work) -> dict[str, object]:
    return {"keys": present.key_people(work)}


def _matrix(request: Request, work: Work) -> dict[str, object]:
    page = request.GET.get("page", "")
    shown = matrix.shown_matrix(work, page=int(page) if page.isdecimal() and len(page) < 6 else 1)
    here = f"{reverse('coverage:show', args=[work.account_id])}?part=matrix"
    return {
        "matrix": shown,
        "before_url": f"{here}&page={shown.page - 1}" if shown.page > 1 else "",
        "after_url": f"{here}&page={shown.page + 1}" if shown.last < shown.everybody else "",
    }
