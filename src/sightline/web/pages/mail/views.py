"""A person's own settings of messages, and what became of the last ones."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import messages as verbs
from sightline.messages.acts import address
from sightline.messages.chat import allowed_hosts
from sightline.planning.errors import PlanningError
from sightline.planning.notices import Kind, Quiet
from sightline.records.queries.messages import newest_messages, wishes_of
from sightline.web.gate import Request, signed_in
from sightline.web.htmx import go, render, say

KINDS = {
    "monday": gettext_lazy("Monday's week"),
    "question": gettext_lazy("A question for me"),
    "answer": gettext_lazy("An answer to my question"),
    "blocked": gettext_lazy("A blocked action that I can clear"),
    "mention": gettext_lazy("Named in a note"),
    "passed_on": gettext_lazy("An act passed on to me"),
    "review": gettext_lazy("A review that is near, with what it lacks"),
}
WAYS = (
    ("at_once", gettext_lazy("At once")),
    ("digest", gettext_lazy("In the morning's digest")),
    ("off", gettext_lazy("Not at all")),
)
BRANDS = {"slack": "Slack", "teams": "Teams"}
BY = {"mail": gettext_lazy("mail"), **BRANDS}
STATES = {
    "waiting": (gettext_lazy("Waiting"), ""),
    "sent": (gettext_lazy("Sent"), "pos"),
    "failed": (gettext_lazy("Failed"), "neg"),
    "nothing": (gettext_lazy("Nothing to say"), ""),
}


class QuietForm(forms.Form):
    """Quiet hours."""

    starts = forms.TimeField()
    ends = forms.TimeField()
    weekends = forms.BooleanField(required=False)


@signed_in
@require_safe
def show(request: Request) -> HttpResponse:
    """Everything of one's own messages."""
    return _show(request)


@signed_in
@require_POST
def wishes(request: Request) -> HttpResponse:
    """How each kind is wanted."""
    assert request.person is not None
    wanted = {kind.value: request.POST[kind.value] for kind in Kind if kind.value in request.POST}
    try:
        verbs.set_wishes(request.person, wanted)
    except PlanningError as wrong:
        return _show(request, refusal=str(wrong), status=422)
    return _kept(request)


@signed_in
@require_POST
def quiet(request: Request) -> HttpResponse:
    """The quiet hours."""
    assert request.person is not None
    form = QuietForm(request.POST)
    if not form.is_valid():
        return _show(request, refusal=_("Enter two times of day, like 18:00."), status=422)
    data = form.cleaned_data
    verbs.set_quiet(request.person, Quiet(data["starts"], data["ends"], data["weekends"]))
    return _kept(request)


@signed_in
@require_POST
def hook(request: Request, brand: str) -> HttpResponse:
    """A chat's webhook, set or removed."""
    assert request.person is not None
    if brand not in BRANDS:
        raise Http404(_("That chat is not known."))
    if "remove" in request.POST:
        verbs.remove_hook(request.person, brand)
        return _kept(request)
    typed = request.POST.get("address", "").strip()[:1000]
    try:
        verbs.set_hook(
            request.person,
            brand,
            typed,
            hosts=allowed_hosts(),
            now=timezone.now(),
        )
    except PlanningError as wrong:
        refusal = f"{BRANDS[brand]}: {wrong}"
        return _show(request, refusal=refusal, typed={brand: typed}, status=422)
    return _kept(request)


@signed_in
@never_cache
@require_POST
def make_feed(request: Request) -> HttpResponse:
    """A new secret address, shown in the answer and never again."""
    assert request.person is not None
    secret = verbs.make_feed(request.person, now=timezone.now())
    return _show(request, secret=address(reverse("calendar:feed", args=[secret])))


@signed_in
@require_POST
def revoke_feed(request: Request) -> HttpResponse:
    """The address leads nowhere any more."""
    assert request.person is not None
    verbs.revoke_feed(request.person)
    return _kept(request)


def _kept(request: Request) -> HttpResponse:
    say(request, _("Kept."))
    return go(request, reverse("mail:settings"))


def _show(
    request: Request,
    *,
    refusal: str = "",
    typed: Mapping[str, str] | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    assert request.person is not None
    typed = typed or {}
    wanted = wishes_of(request.person)
    context = {
        "page_title": _("Messages"),
        "page_note": _("What you are told, and when. Subjects name account and act only."),
        "kinds": [(kind.value, KINDS[kind.value], how.value) for kind, how in wanted.how.items()],
        "ways": WAYS,
        "quiet": wanted.quiet,
        "zone": wanted.zone.key,
        "chats": [
            (brand, label, wanted.hooks.get(brand), typed.get(brand, ""))
            for brand, label in BRANDS.items()
        ],
        "feed_made_at": wanted.feed_made_at,
        "secret": secret,
        "sent": [
            (one, KINDS.get(one.kind, one.kind), BY.get(one.way, one.way), *STATES[one.state])
            for one in newest_messages(request.person)
        ],
        "refusal": refusal,
    }
    return render(request, "mail/settings.html", context, status=status)
