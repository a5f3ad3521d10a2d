"""Changing a play: fields, column, outcome, its opportunity."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import plays as verbs
from sightline.actions.play_figures import take_crm_figures
from sightline.actions.play_moves import move_play
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.planning.plays import Column
from sightline.records.queries.plays import PlayRow
from sightline.web.conflict import Conflict, conflict_panel
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.plays.reading import Desk, desk_of
from sightline.web.pages.plays.views import board_page
from sightline.web.pages.whitespace.forms import amount_of


class ChangeForm(forms.Form):
    """One field of a play at a time, with the version it was read at."""

    version = forms.IntegerField(min_value=1)
    name = forms.CharField(max_length=255, required=False)
    value = forms.CharField(max_length=24, required=False)
    target_close = forms.DateField(required=False)
    answers = forms.CharField(max_length=255, required=False)
    owner = forms.IntegerField(min_value=1, required=False)
    stage = forms.IntegerField(min_value=1, required=False)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def change(request: Request, account_id: int, play_id: int) -> HttpResponse:
    """Name, value, date or what it answers; only what was posted changes."""
    desk, row = found_play(request, account_id, play_id)
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _refused(request, desk, str(next(iter(form.errors.values()))[0]))
    values: dict[str, object] = {}
    assert request.person is not None
    try:
        values = _given(request, form, desk.book.currency)
        verbs.change_play(
            request.person,
            play_id,
            values,
            seen_version=form.cleaned_data["version"],
            now=desk.shell.now,
        )
    except verbs.StalePlay as stale:
        return _clash(request, desk, row, values, stale)
    except NotAllowed:
        raise
    except PlanningError as error:
        return _refused(request, desk, str(error))
    say(request, _("Saved: %s") % row.play.name)
    return _back(request, desk, play_id)


_FIELDS = {
    "name": "name",
    "target_close": "target_close",
    "answers": "answers",
    "owner": "owner_id",
    "stage": "stage_id",
}


def _given(request: Request, form: ChangeForm, currency: str) -> dict[str, object]:
    """The fields that were posted. Raises UnreadableAmount."""
    values = {
        field: form.cleaned_data[name] for name, field in _FIELDS.items() if name in request.POST
    }
    if "value" in request.POST:
        money = amount_of(form.cleaned_data["value"], currency)
        values["value"] = money.minor if money else None
    return values


@needs(Category.PLAN, Act.WRITE)
@require_POST
def move(request: Request, account_id: int, play_id: int) -> HttpResponse:
    """To another column of the board; of an opportunity it moves the stage."""
    column = request.POST.get("column", "")

    def moved(desk: Desk) -> None:
        assert request.person is not None
        asked = move_play(
            request.person, play_id, Column(column), now=desk.shell.now, on=desk.shell.today
        )
        if asked:
            say(request, _("The CRM is asked for an opportunity first."))

    if column not in {one.value for one in Column}:
        raise Http404(_("There is no such column."))
    return act_on(request, account_id, play_id, moved, _("Moved"))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def settle(request: Request, account_id: int, play_id: int) -> HttpResponse:
    """Won, or lost with why."""

    def settled(desk: Desk) -> None:
        assert request.person is not None
        verbs.settle_play(
            request.person,
            play_id,
            request.POST.get("outcome", ""),
            reason=request.POST.get("reason", ""),
            note=request.POST.get("note", ""),
            now=desk.shell.now,
            on=desk.shell.today,
        )

    return act_on(request, account_id, play_id, settled, _("Kept"))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def opportunity(request: Request, account_id: int, play_id: int) -> HttpResponse:
    """Ask the CRM for an opportunity, or say which one it is."""
    chosen = request.POST.get("opportunity", "")

    def tied(desk: Desk) -> None:
        assert request.person is not None
        if chosen.isdecimal():
            verbs.link_opportunity(request.person, play_id, int(chosen), now=desk.shell.now)
        else:
            verbs.request_opportunity(request.person, play_id, now=desk.shell.now)

    done = _("Linked") if chosen.isdecimal() else _("The CRM is asked for an opportunity")
    return act_on(request, account_id, play_id, tied, done)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def follow(request: Request, account_id: int, play_id: int) -> HttpResponse:
    """The plan takes amount, date, owner and stage as the CRM has them."""

    def taken(desk: Desk) -> None:
        assert request.person is not None
        take_crm_figures(request.person, play_id, now=desk.shell.now)

    return act_on(request, account_id, play_id, taken, _("As the CRM has it"))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def people(request: Request, account_id: int, play_id: int) -> HttpResponse:
    """Whom of theirs the play needs."""
    chosen = request.POST.getlist("people")

    def kept(desk: Desk) -> None:
        assert request.person is not None
        if not all(one.isdecimal() for one in chosen):
            raise InvalidValue(_("Somebody chosen is not in this account."), field="people")
        ids = [int(one) for one in chosen]
        verbs.set_people(request.person, play_id, ids, now=desk.shell.now)

    return act_on(request, account_id, play_id, kept, _("Kept"))


def found_play(request: Request, account_id: int, play_id: int) -> tuple[Desk, PlayRow]:
    """The play among those of its account; 404 unknown, 403 where it may not be changed."""
    desk = desk_of(request, account_id)
    row = next((one for one in desk.book.plays if one.id == play_id), None)
    if row is None:
        raise Http404(_("There is no such play."))
    if not desk.may_write:
        raise PermissionDenied(_("You may see this plan, but not change it."))
    return desk, row


def act_on(
    request: Request, account_id: int, play_id: int, act: Callable[[Desk], None], done: str
) -> HttpResponse:
    """Do it and go back to the board; 422 with the reason where it was refused."""
    desk, row = found_play(request, account_id, play_id)
    try:
        act(desk)
    except NotAllowed:
        raise
    except PlanningError as error:
        return _refused(request, desk, str(error))
    say(request, f"{done}: {row.play.name}")
    return _back(request, desk, play_id)


def _refused(request: Request, desk: Desk, why: str) -> HttpResponse:
    return board_page(request, desk, refusal=why, status=422)


def _back(request: Request, desk: Desk, play_id: int) -> HttpResponse:
    return go(request, f"{reverse('plays:show', args=[desk.account_id])}#play-{play_id}")


def _clash(
    request: Request,
    desk: Desk,
    row: PlayRow,
    values: dict[str, object],
    stale: verbs.StalePlay,
) -> HttpResponse:
    """Both values of the first field that differs."""
    name = next(iter(values))
    theirs = stale.theirs.get(name)
    mine = request.POST.get(name, "")
    shown = "" if theirs is None else str(theirs)
    if name == "value" and isinstance(theirs, int):
        shown = f"{Money(theirs, desk.book.currency).amount:,.0f}"
    found = Conflict(
        heading=_("Two values for one field of %s") % row.play.name,
        url=reverse("plays:change", args=[desk.account_id, row.id]),
        name=name,
        mine=mine,
        theirs=shown,
        who=_("Now in the plan"),
        version=str(stale.theirs["version"]),
        mine_shown=mine,
        theirs_shown=shown,
    )
    return conflict_panel(request, found)
