"""The page that a link in a mail opens. Opening it changes nothing; only its POST acts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sightline.actions.monday import LinkSpent, NotOffered, use_link
from sightline.messages.acts import act_said, link_id_of
from sightline.planning.errors import PlanningError
from sightline.records.queries.company import company_facts
from sightline.records.queries.messages import LinkFound, link_found, person_by_id
from sightline.web.gate import Request, public
from sightline.web.htmx import render

ANSWERS = ("done", "snoozed")


@public("a signed link: one act, one person, seven days, single use")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: Request, token: str) -> HttpResponse:
    """The act with its two answers; 410 where the link is spent."""
    link_id = link_id_of(token)
    link = link_found(link_id) if link_id is not None else None
    if link is None:
        raise Http404(_("There is no such link."))
    now = timezone.now()
    if link.used or link.expires_at <= now:
        return _told(request, _("This link was used already, or is past its seven days."), 410)
    if request.method == "POST":
        return _answer(request, link, now)
    return _asked(request, link, now)


def _answer(request: Request, link: LinkFound, now: datetime) -> HttpResponse:
    said = request.POST.get("answer", "")
    if said not in ANSWERS:
        return _asked(request, link, now, problem=_("Say done, or next week."), status=422)
    today = company_facts().today(now)
    until = today + timedelta(days=7 - today.weekday()) if said == "snoozed" else None
    try:
        use_link(link.id, answer=said, until=until, now=now)
    except (LinkSpent, NotOffered) as gone:
        return _told(request, str(gone), 410)
    except PlanningError as wrong:
        return _asked(request, link, now, problem=str(wrong), status=422)
    words = _("Done for this week.") if said == "done" else _("Asked again next week.")
    return _told(request, words, 200)


def _asked(
    request: Request, link: LinkFound, now: datetime, *, problem: str = "", status: int = 200
) -> HttpResponse:
    person = person_by_id(link.sign_in_id)
    title = act_said(person, link.act, now=now) if person is not None else ""
    if not title:
        return _told(request, _("This is not asked any more."), 410)
    context = {
        "page_title": _("One act"),
        "account": link.account,
        "act": title,
        "problem": problem,
    }
    return render(request, "mail/act.html", context, status=status)


def _told(request: Request, words: str, status: int) -> HttpResponse:
    context = {"page_title": _("Your answer"), "told": words}
    return render(request, "mail/act.html", context, status=status)
