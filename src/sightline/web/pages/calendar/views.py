"""The feed: whoever holds the secret reads one person's days, account and act only."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.actions.messages.wishes import hash_of
from sightline.messages.calendar import calendar_text
from sightline.records.queries.company import company_facts
from sightline.records.queries.messages import calendar_days, feed_owner
from sightline.web.gate import Request, public


@public("a secret address of 256 random bits, revocable by its owner")
@require_safe
def feed(request: Request, secret: str) -> HttpResponse:
    """The calendar; a secret that was revoked is not found."""
    person = feed_owner(hash_of(secret))
    if person is None:
        raise Http404(_("There is no such calendar."))
    days = calendar_days(person, on=company_facts().today(timezone.now()))
    host = urlsplit(str(settings.SIGHTLINE_URL)).hostname or "sightline"
    text = calendar_text(days, name="Sightline", host=host)
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
