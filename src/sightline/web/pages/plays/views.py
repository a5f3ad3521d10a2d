"""The board, the list, the time line, and activity that leads nowhere yet."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.records.queries.play_choices import choices_of
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.plays import present
from sightline.web.pages.plays.reading import Desk, desk_of

WAYS = ("board", "list", "time")
LOST = (
    ("price", gettext_lazy("Price")),
    ("competitor", gettext_lazy("A competitor")),
    ("in_house", gettext_lazy("They do it themselves")),
    ("no_decision", gettext_lazy("No decision")),
    ("no_budget", gettext_lazy("No budget")),
    ("fit", gettext_lazy("It did not fit")),
    ("other", gettext_lazy("Something else")),
)


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """Plays of an account; `?as=list` and `?as=time` show the same otherwise."""
    return board_page(request, desk_of(request, account_id))


def board_page(
    request: Request, desk: Desk, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The page of plays; `refusal` says why something was not done."""
    way = request.GET.get("as", "")
    context = {
        **frame_of(desk.shell, _("Plays"), current="plays:show"),
        "refusal": refusal,
        "desk": desk,
        "board": present.board_of(desk),
        "way": way if way in WAYS else "board",
        "drawing": present.timeline_of(desk) if way == "time" else None,
        "lost_why": LOST,
        "columns": [(one.value, words) for one, words in present.COLUMNS.items()],
        "choices": choices_of(desk.shell.scope.planning_id, reach=desk.shell.scope.seen_ids)
        if desk.may_write
        else None,
    }
    return render(request, "plays/show.html", context, status=status)


@needs(Category.PLAN, Act.READ)
@require_safe
def activity(request: Request, account_id: int) -> HttpResponse:
    """Open actions without a line of sight."""
    desk = desk_of(request, account_id)
    plays = [(row.id, row.play.name) for row in desk.book.plays if row.id and not row.closed]
    context = {
        **frame_of(desk.shell, _("Activity without a line of sight"), current="plays:activity"),
        "desk": desk,
        "steps": present.activity_of(desk),
        "plays": plays,
    }
    return render(request, "plays/activity.html", context)
