"""Actions: a new one, done, moved or dropped with a reason, given a purpose."""

from __future__ import annotations

from datetime import date, datetime
from itertools import zip_longest

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from sightline.actions import play_actions as verbs
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.plays import Serves
from sightline.records.queries.plays import ActionRow
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.plays.reading import Desk, desk_of
from sightline.web.pages.plays.views import board_page

MOST_LINES, MOST_ITEMS = 30, 20


@needs(Category.PLAN, Act.WRITE)
@require_POST
def add(request: Request, account_id: int) -> HttpResponse:
    """A new action, for a play or for nothing yet."""
    desk = _desk(request, account_id)
    assert request.person is not None
    try:
        new = _new(request, request.POST.get("subject", ""), _day(request, required=False))
        verbs.add_action(request.person, desk.shell.scope.planning_id, new)
    except NotAllowed:
        raise
    except PlanningError as error:
        return board_page(request, desk, refusal=str(error), status=422)
    say(request, _("Added: %s") % new.subject)
    return _back(request, desk)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def settle(request: Request, account_id: int, action_id: int) -> HttpResponse:
    """`act`: done, move, drop, open, serve or block."""
    desk = _desk(request, account_id)
    row = next((one for one in desk.book.actions if one.id == action_id), None)
    if row is None:
        raise Http404(_("There is no such action."))
    try:
        _do(request, desk, row)
    except verbs.StaleAction as stale:
        return board_page(request, desk, refusal=str(stale), status=409)
    except NotAllowed:
        raise
    except PlanningError as error:
        return board_page(request, desk, refusal=str(error), status=422)
    say(request, _("Kept: %s") % row.action.name)
    return _back(request, desk)


def _do(request: Request, desk: Desk, row: ActionRow) -> None:
    person, now = request.person, desk.shell.now
    assert person is not None
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() else row.version
    if act == "done":
        verbs.finish_action(person, row.id, seen_version=version, now=now, on=desk.today)
    elif act == "move":
        due = _day(request, required=True)
        assert due is not None
        verbs.move_action(person, row.id, due, reason=reason, seen_version=version, now=now)
    elif act == "drop":
        verbs.drop_action(person, row.id, reason=reason, seen_version=version, now=now)
    elif act == "open":
        verbs.reopen_action(person, row.id, now=now)
    elif act == "serve":
        play = request.POST.get("play", "")
        if not play.isdecimal():
            raise MissingValue(_("Choose what it is for."), field="play")
        new = verbs.NewAction(row.action.name, serves=Serves.PLAY, target_id=int(play))
        verbs.serve(person, row.id, new, now=now)
    elif act in ("block", "tick"):
        _mark(request, row, act, now)
    else:
        raise InvalidValue(_("There is nothing like that to do with an action."), field="act")


def _mark(request: Request, row: ActionRow, act: str, now: datetime) -> None:
    """What stands in its way and who clears it; or one line of its checklist."""
    assert request.person is not None
    if act == "tick":
        item = request.POST.get("item", "")
        if not item.isdecimal():
            raise InvalidValue(_("There is no such line."), field="item")
        done = not row.checklist[int(item)][1] if int(item) < len(row.checklist) else True
        verbs.tick_item(request.person, row.id, int(item), done=done, now=now)
        return
    to = request.POST.get("escalate", "")
    verbs.block_action(
        request.person,
        row.id,
        request.POST.get("reason", ""),
        escalate_to=int(to) if to.isdecimal() else None,
        now=now,
    )


def _new(request: Request, subject: str, due: date | None) -> verbs.NewAction:
    """As posted: what it serves, whose it is, how often it comes again, its checklist."""
    play, owner = request.POST.get("play", ""), request.POST.get("owner", "")
    repeat = request.POST.get("repeat", "")
    assert request.person is not None
    return verbs.NewAction(
        subject=subject,
        owner_id=int(owner) if owner.isdecimal() else request.person.crm_user_id,
        due_on=due,
        serves=Serves.PLAY if play.isdecimal() else None,
        target_id=int(play) if play.isdecimal() else None,
        repeat_days=int(repeat) if repeat.isdecimal() and len(repeat) < 5 else None,
        checklist=tuple(request.POST.get("checklist", "").splitlines())[:MOST_ITEMS],
    )


@needs(Category.PLAN, Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def from_note(request: Request, account_id: int) -> HttpResponse:
    """Actions from a note: what is selected in it becomes a line with a date."""
    desk = _desk(request, account_id)
    refusal = ""
    if request.method == "POST":
        try:
            count = _keep_lines(request, desk)
        except NotAllowed:
            raise
        except PlanningError as error:
            refusal = str(error)
        else:
            say(request, ngettext("%s action added", "%s actions added", count) % count)
            return _back(request, desk)
    told = request.POST if request.method == "POST" else request.GET
    subjects, days = told.getlist("subject"), told.getlist("due")
    rows = [
        (subject[:255], due)
        for subject, due in list(zip_longest(subjects, days, fillvalue=""))[:MOST_LINES]
    ]
    plays = [(row.id, row.play.name) for row in desk.book.plays if row.id and not row.closed]
    context = {
        **frame_of(desk.shell, _("Actions from a note"), current="plays:show"),
        "desk": desk,
        "note": request.POST.get("note", request.GET.get("text", "")[:20_000]),
        "rows": [*rows, *[("", "")] * max(1, 3 - len(rows))],
        "plays": plays,
        "play": request.POST.get("play", request.GET.get("play", "")),
        "refusal": refusal,
    }
    return render(request, "plays/from_note.html", context, status=422 if refusal else 200)


def _keep_lines(request: Request, desk: Desk) -> int:
    """All lines or none; answers how many."""
    assert request.person is not None
    subjects, days = request.POST.getlist("subject"), request.POST.getlist("due")
    new = [
        _new(request, subject, _read_day(day, required=False))
        for subject, day in zip_longest(subjects, days, fillvalue="")
        if subject.strip()
    ][:MOST_LINES]
    if not new:
        raise MissingValue(_("Select what is to be done, or type it."), field="subject")
    verbs.add_actions(request.person, desk.shell.scope.planning_id, new)
    return len(new)


def _desk(request: Request, account_id: int) -> Desk:
    desk = desk_of(request, account_id)
    if not desk.may_write:
        raise PermissionDenied(_("You may see this plan, but not change it."))
    return desk


def _day(request: Request, *, required: bool) -> date | None:
    return _read_day(request.POST.get("due", ""), required=required)


def _read_day(text: str, *, required: bool) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None and (required or text):
        raise InvalidValue(_("Give a date."), field="due")
    return found


def _back(request: Request, desk: Desk) -> HttpResponse:
    where = "plays:activity" if request.POST.get("from") == "activity" else "plays:show"
    return go(request, reverse(where, args=[desk.account_id]))
