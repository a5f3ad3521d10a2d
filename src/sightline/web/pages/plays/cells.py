"""Which cells a play is about, changed; and its products in the CRM written once more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sightline.actions import play_cells as verbs
from sightline.actions.plays import CellIds, StalePlay
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.records.queries.account_grid import WHOLE
from sightline.records.queries.plays import PlayRow
from sightline.records.queries.whitespace.said import place_of
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.plays.edits import act_on, found_play
from sightline.web.pages.plays.reading import Desk
from sightline.web.pages.plays.sources import MOST_CELLS, offered_cells
from sightline.web.pages.whitespace.place import Work, work_of
from sightline.web.pages.whitespace.present import line_names, unit_names


@dataclass(frozen=True, slots=True)
class Choice:
    """One cell to tick."""

    key: str
    line: str
    unit: str
    value: Money | None
    ticked: bool


@needs(Category.PLAN, Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def cells(request: Request, account_id: int, play_id: int) -> HttpResponse:
    """The play's cells and the best others; what is ticked when it is saved is what it is about."""
    desk, row = found_play(request, account_id, play_id)
    work = work_of(request, account_id)
    now = _keys(row)
    if request.method != "POST":
        return _page(request, desk, row, work, now, now)
    ticked = _ticked(request)
    refusal, status = "", 422
    assert request.person is not None
    try:
        places = [_place(work, key, known=key in now) for key in ticked]
        verbs.set_cells(
            request.person,
            play_id,
            places,
            seen_version=_version(request),
            values=[
                (place, likely)
                for place, key in zip(places, ticked, strict=True)
                if (likely := _likely(work, key)) is not None
            ],
            now=desk.shell.now,
        )
    except NotAllowed:
        raise
    except StalePlay as stale:
        refusal, status = str(stale), 409
    except PlanningError as error:
        refusal = str(error)
    else:
        say(request, _("Saved: %s") % row.play.name)
        return go(request, f"{reverse('plays:show', args=[account_id])}#play-{play_id}")
    return _page(request, desk, row, work, now, ticked, refusal=refusal, status=status)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def lines(request: Request, account_id: int, play_id: int) -> HttpResponse:
    """Have the opportunity's products say what the play says."""

    def asked(desk: Desk) -> None:
        assert request.person is not None
        verbs.write_lines(request.person, play_id, now=desk.shell.now)

    return act_on(request, account_id, play_id, asked, _("The CRM is asked to take the lines"))


def _keys(row: PlayRow) -> tuple[str, ...]:
    return tuple(f"{unit}-{line}" for unit, line in row.play.cells)


def _ticked(request: Request) -> tuple[str, ...]:
    """What was ticked, and the one that was chosen by its line and unit."""
    unit, line = request.POST.get("unit", ""), request.POST.get("line", "")
    other = [f"{unit}-{line}"] if line else []
    return tuple(dict.fromkeys([*request.POST.getlist("cell")[:MOST_CELLS], *other]))


def _version(request: Request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else 0


def _place(work: Work, key: str, *, known: bool) -> CellIds:
    """The ids of a cell; 404 where there is none. One that the play has already is taken as it is:
    its unit may be out of the person's sight."""
    unit, _dash, line = key.rpartition("-")
    if known:
        return None if unit == WHOLE else int(unit), int(line)
    work.score(unit, line)
    found = place_of(work.shell.scope.planning_id, unit=unit, line=line)
    if found is None:
        raise Http404(_("There is no such cell."))
    return found


def _likely(work: Work, key: str) -> int | None:
    unit, _dash, line = key.rpartition("-")
    score = work.grid.scores.get((unit, line))
    return score.likely.minor if score is not None and score.likely is not None else None


def _page(
    request: Request,
    desk: Desk,
    row: PlayRow,
    work: Work,
    now: Sequence[str],
    ticked: Sequence[str],
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    own = dict.fromkeys([*now, *ticked])
    offered = [one.key for one in offered_cells(work) if one.key not in own]
    context = {
        **frame_of(desk.shell, _("Cells of %s") % row.play.name, current="plays:show"),
        "desk": desk,
        "play": row,
        "refusal": refusal,
        "own": _choices(work, own, ticked),
        "offered": _choices(work, offered, ticked),
        "units": unit_names(work).items(),
        "lines": line_names(work).items(),
    }
    return render(request, "plays/cells.html", context, status=status)


def _choices(work: Work, keys: Iterable[str], ticked: Sequence[str]) -> list[Choice]:
    units, lines = unit_names(work), line_names(work)
    found = []
    for key in keys:
        unit, _dash, line = key.rpartition("-")
        score = work.grid.scores.get((unit, line))
        found.append(
            Choice(
                key=key,
                line=lines.get(line, _("A line that is not shown")),
                unit=units.get(unit, _("Another unit")),
                value=score.likely if score is not None else None,
                ticked=key in ticked,
            )
        )
    return found
