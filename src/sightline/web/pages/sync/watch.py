"""What a page of an account says of the CRM while somebody looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sightline.actions.sync import watching
from sightline.planning.permissions import Act, Category
from sightline.records.queries import sync_live
from sightline.records.queries.sync_live import FieldState
from sightline.records.scoping import may_on
from sightline.web.gate import Request, needs
from sightline.web.pages.sync.present import field_word

WORDS = {
    "waiting": gettext_lazy("on its way"),
    "unknown": gettext_lazy("sent, being checked"),
    "refused": gettext_lazy("refused"),
    "conflict": gettext_lazy("changed on both sides"),
}


@needs(Category.FACTS, Act.READ)
@require_POST
def watch(request: Request, account_id: int) -> HttpResponse:
    """Somebody looks at an account: its rows are read live meanwhile. Answers where they stand."""
    person = request.person
    assert person is not None
    if not may_on(person, account_id, Category.FACTS, Act.READ):
        raise Http404(_("There is no such account."))
    connected = watching.watch(account_id, now=timezone.now())
    state = sync_live.account_state(account_id) if connected else None
    if state is None:
        return JsonResponse({"connected": False})
    return JsonResponse(
        {
            "connected": True,
            "moved": state.moved,
            "said": _said(state.connection, state.fields),
            "saved": _("saved in %(name)s") % {"name": state.connection},
            "fields": [_plain(one) for one in state.fields],
        }
    )


def _said(name: str, fields: Sequence[FieldState]) -> str:
    """The whole account in a few words."""
    waiting = sum(one.state in ("waiting", "unknown") for one in fields)
    stuck = sum(one.state in ("refused", "conflict") for one in fields)
    if stuck:
        return _("%(count)s to look at in the sync with %(name)s") % {"count": stuck, "name": name}
    if waiting:
        return _("Saved here, on its way to %(name)s") % {"name": name}
    return _("In step with %(name)s") % {"name": name}


def _plain(one: FieldState) -> dict[str, Any]:
    word = str(WORDS[one.state])
    return {
        "row": f"{one.target}:{one.local_id}",
        "field": one.field,
        "label": field_word(one.field),
        "state": one.state,
        "words": f"{word}: {one.words}" if one.words and one.state == "refused" else word,
    }
