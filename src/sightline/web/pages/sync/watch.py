"""What a page of an account says of the CRM while somebody looks at it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sightline.actions.sync import watching
from sightline.actions.sync.context import context_of
from sightline.planning.permissions import Act, Category
from sightline.records.queries import sync_live
from sightline.records.queries.sync_live import AccountState, FieldState
from sightline.records.scoping import may_on
from sightline.web.gate import Request, needs, roles_may
from sightline.web.pages.sync.values import field_word
from sightline.wording import dates

WORDS = {
    "waiting": gettext_lazy("on its way"),
    "unknown": gettext_lazy("sent, being checked"),
    "refused": gettext_lazy("refused"),
    "conflict": gettext_lazy("changed on both sides"),
}

# Why nothing crosses, and what becomes of what is typed meanwhile.
STOPPED = {
    "paused": gettext_lazy(
        "The sync with %(name)s is paused: what you change is kept here and waits"
    ),
    "needs_reconnect": gettext_lazy(
        "%(name)s needs to be connected again: what you change is kept here and waits"
    ),
}
# Longer ago than this, the last reading is told as what it is and agreement is not claimed.
FRESH = dt.timedelta(minutes=30)


@needs(Category.FACTS, Act.READ)
@require_POST
def watch(request: Request, account_id: int) -> HttpResponse:
    """Somebody looks at an account: its rows are read live meanwhile. Answers where they stand."""
    person = request.person
    assert person is not None
    if not may_on(person, account_id, Category.FACTS, Act.READ):
        raise Http404(_("There is no such account."))
    watching.watch(account_id, now=timezone.now())
    state = sync_live.account_state(account_id)
    if state is None:
        return JsonResponse({"connected": False})
    stopped = state.state in STOPPED
    # where nothing is read or sent, no field may be said to be saved there
    crosses = frozenset() if stopped else _crosses(state.connection_id)
    state = replace(state, fields=tuple(one for one in state.fields if _counts(one, crosses)))
    looks = (stopped or _stuck(state)) and roles_may(person, Category.SETTINGS, Act.READ)
    return JsonResponse(
        {
            "connected": True,
            "stopped": stopped,
            "look": reverse("sync:connection", args=[state.connection_id]) if looks else "",
            "moved": state.moved,
            "said": said(state, now=timezone.now()),
            "saved": _("saved in %(name)s") % {"name": state.connection},
            "crosses": sorted(crosses),
            "fields": [_plain(one) for one in state.fields],
        }
    )


def _crosses(connection_id: int) -> frozenset[str]:
    """The fields that cross in this org: mapped, and shown to the connection's user."""
    context = context_of(connection_id)
    return frozenset(
        f"{name}:{one.ours}"
        for name, rule in context.rules.two_way.items()
        for one in rule.fields
        if context.shape(name, one.theirs) is not None
    )


def _counts(one: FieldState, crosses: frozenset[str]) -> bool:
    return one.state != "waiting" or f"{one.target}:{one.field}" in crosses


def _stuck(state: AccountState) -> int:
    return sum(one.state in ("refused", "conflict") for one in state.fields)


def said(state: AccountState, *, now: dt.datetime) -> str:
    """The whole account in a few words: agreement is said only of what was read, and when."""
    name = {"name": state.connection}
    if state.state in STOPPED:
        return STOPPED[state.state] % name
    waiting = sum(one.state in ("waiting", "unknown") for one in state.fields)
    stuck = _stuck(state)
    if stuck:
        return _("%(count)s to look at in the sync with %(name)s") % {"count": stuck, **name}
    if waiting:
        return _("Saved here, on its way to %(name)s") % name
    if state.read_at is None:
        return _("Not read from %(name)s yet") % name
    ago = dates.time_ago(state.read_at, now=now)
    if now - state.read_at > FRESH:
        return _("Last read from %(name)s %(ago)s") % {"ago": ago, **name}
    return _("In step with %(name)s, read %(ago)s") % {"ago": ago, **name}


def _plain(one: FieldState) -> dict[str, Any]:
    word = str(WORDS[one.state])
    return {
        "row": f"{one.target}:{one.local_id}",
        "field": one.field,
        "label": field_word(one.field),
        "state": one.state,
        "words": f"{word}: {one.words}" if one.words and one.state == "refused" else word,
    }
