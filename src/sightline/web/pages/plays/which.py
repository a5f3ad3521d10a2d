"""From a page outside an account: which account is it about? Then on to what was meant."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.records.queries.company import company_facts
from sightline.records.queries.own_plans import MOST, own_plans
from sightline.web.gate import Request, needs
from sightline.web.htmx import render

MOST_WORDS = 255
WAYS = {
    "note": ("plays:from-note", gettext_lazy("An action from selected words")),
    "saw": ("whitespace:sighting", gettext_lazy("Saw a competitor")),
}


@needs(Category.PLAN, Act.WRITE)
@require_safe
def which(request: Request) -> HttpResponse:
    """`?then=note&subject=…` or `?then=saw`: the accounts whose plans one may write, as links."""
    assert request.person is not None
    then = request.GET.get("then", "")
    if then not in WAYS:
        raise Http404(_("There is no such step."))
    name, title = WAYS[then]
    subject = request.GET.get("subject", "")[:MOST_WORDS]
    words = request.GET.get("account", "").strip()[:100]
    today = company_facts().today(timezone.now())
    found = own_plans(request.person, on=today, words=words)
    said = request.GET.get("said", "").strip()[:MOST_WORDS]
    kept = {"subject": subject} if then == "note" else {"said": said}
    tail = f"?{urlencode(kept)}" if any(kept.values()) else ""
    context = {
        "page_title": str(title),
        "subject": subject if then == "note" else "",
        "said": said,
        "then": then,
        "words": words,
        "accounts": [(name_, f"{reverse(name, args=[pk])}{tail}") for pk, name_ in found],
        "many": len(found) >= MOST or bool(words),
    }
    return render(request, "plays/which.html", context)
