"""What others changed: `changes?since=N` for the poll, and the fragments it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.records.queries.reviews.changes import changes_since
from sightline.web.frame import frame_of
from sightline.web.gate import Request, needs
from sightline.web.htmx import no_queries
from sightline.web.pages.review_room import views
from sightline.web.pages.review_room.forms import MinuteForm, SettleForm

MOST_FRAGMENTS = 60
LONGEST_SILENCE = timedelta(hours=12)
NAMES = frozenset({"head", "clock", "minutes", "people", "closing"})


@needs(Category.PLAN, Act.READ)
@require_safe
def changes(request: Request, review_id: int) -> HttpResponse:
    """What happened since a moment in milliseconds: ids and fragments. 204 where nothing did."""
    assert request.person is not None
    asked = request.GET.get("since", "")
    now = timezone.now()
    if not asked.isdecimal() or len(asked) > 14:
        return JsonResponse({"error": "since"}, status=400)
    since = datetime.fromtimestamp(int(asked) / 1000, tz=UTC)
    if now - since > LONGEST_SILENCE:
        return JsonResponse({"since": _millis(now), "whole": True, "changes": []})
    found = changes_since(request.person, review_id, since)
    if found is None:
        raise Http404(_("There is no such review, or you may not see it."))
    if not found:
        return HttpResponse(status=204)
    return JsonResponse(
        {
            "since": _millis(found[-1].at),
            "changes": [
                {"id": one.id, "fragments": list(one.fragments), "whole": one.whole}
                for one in found
            ],
        }
    )


@needs(Category.PLAN, Act.READ)
@require_safe
def fragments(request: Request, review_id: int) -> HttpResponse:
    """Some fragments of the room as they are now."""
    asked = [name for name in request.GET.get("names", "").split(",") if name]
    return fragment_answer(request, review_id, asked[:MOST_FRAGMENTS])


def fragment_answer(
    request: Request,
    review_id: int,
    names: Sequence[str],
    *,
    bound: Mapping[int, SettleForm] | None = None,
    problems: Mapping[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The named fragments, one after the other; unknown names are left out."""
    review, scope = views.entered(request, review_id)
    ids = views.item_ids(names)
    context = views.room_context(review, scope, only=names, bound=bound, problems=problems)
    context["minute_form"] = MinuteForm()
    frame_of(request)
    drawn = []
    with no_queries():
        for pk in ids:
            item = context["items"].get(pk)
            if item is not None:
                drawn.append(
                    render_to_string("review_room/item.html", {**context, "item": item}, request)
                )
        for name in names:
            if name in NAMES:
                drawn.append(render_to_string(f"review_room/{name}.html", context, request))
        drawn.append(render_to_string("frame/toasts.html#arriving", {}, request))
    return HttpResponse("".join(drawn), status=status)


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
