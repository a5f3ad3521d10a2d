"""Actions: a new one, done, moved or dropped with a reason, given a purpose."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import play_actions as verbs
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.plays import Serves
from sightline.records.queries.plays import ActionRow
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.plays.reading import Desk, desk_of
from sightline.web.pages.plays.views import board_page


@needs(Category.PLAN, Act.WRITE)
@require_POST
def add(request: Request, account_id: int) -> HttpResponse:
    """A new action, for a play or for nothing yet."""
    desk = _desk(request, account_id)
    assert request.person is not None
    play, owner = request.POST.get("play", ""), request.POST.get("owner", "")
    try:
        new = verbs.NewAction(
            subject=request.POST.get("subject", ""),
            owner_id=int(owner) if owner.isdecimal() else request.person.crm_user_id,
            due_on=_day(request, required=False),
            serves=Serves.PLAY if play.isdecimal() else None,
            target_id=int(play) if play.isdecimal() else None,
        )
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
    elif act == "block":
        verbs.block_action(person, row.id, reason, escalate_to=None, now=now)
    else:
        raise InvalidValue(_("There is nothing like that to do with an action."), field="act")


def _desk(request: Request, account_id: int) -> Desk:
    desk = desk_of(request, account_id)
    if not desk.may_write:
        raise PermissionDenied(_("You may see this plan, but not change it."))
    return desk


def _day(request: Request, *, required: bool) -> date | None:
    text = request.POST.get("due", "")
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
