"""How this company sells: stages on the board, where a family is sold, what categories mean."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import selling
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.plays import Column, Stage, stage_column
from sightline.records.queries import selling as queries
from sightline.records.scoping import Person
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.settings.tabs import settings_tabs

COLUMNS = {
    Column.QUALIFIED: gettext_lazy("Qualified"),
    Column.IN_MOTION: gettext_lazy("In motion"),
    Column.LANDED: gettext_lazy("Landed"),
    Column.LOST: gettext_lazy("Lost"),
}


@needs(Category.SETTINGS, Act.READ)
@require_safe
def stages(request: Request) -> HttpResponse:
    """The org's own stages and the board's columns."""
    return _stages(request)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def set_stage(request: Request, stage_id: int) -> HttpResponse:
    """The column of one stage."""
    column = request.POST.get("column", "")

    def act(person: Person) -> None:
        selling.set_stage_column(person, stage_id, column, now=timezone.now())

    return _act(request, act, "settings:stages", _stages)


@needs(Category.SETTINGS, Act.READ)
@require_safe
def families(request: Request) -> HttpResponse:
    """Where each family is sold."""
    return _families(request)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def set_family(request: Request, family_id: int) -> HttpResponse:
    """The size of the units that a family is sold to; both empty takes the rule back."""

    def act(person: Person) -> None:
        least, most = _count(request, "least"), _count(request, "most")
        reason = request.POST.get("reason", "")
        selling.set_family_rule(person, family_id, least=least, most=most, reason=reason)

    return _act(request, act, "settings:families", _families)


@needs(Category.SETTINGS, Act.READ)
@require_safe
def categories(request: Request) -> HttpResponse:
    """What customers call the things that we sell."""
    return _categories(request)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def set_category(request: Request) -> HttpResponse:
    """The lines that one category means."""

    def act(person: Person) -> None:
        ids = request.POST.getlist("lines")
        if not all(one.isdecimal() for one in ids):
            raise InvalidValue(_("There is no such product line."), field="lines")
        name = request.POST.get("category", "")
        selling.set_category_lines(person, name, [int(one) for one in ids])

    return _act(request, act, "settings:categories", _categories)


def _act(
    request: Request,
    act: Callable[[Person], None],
    where: str,
    page: Callable[..., HttpResponse],
) -> HttpResponse:
    assert request.person is not None
    try:
        act(request.person)
    except NotAllowed:
        raise
    except PlanningError as error:
        return page(request, refusal=str(error), status=422)
    say(request, _("Kept."))
    return go(request, reverse(where))


def _stages(request: Request, *, refusal: str = "", status: int = 200) -> HttpResponse:
    found = queries.stage_rows()
    plain = [Stage(row.name, row.position, row.closed, row.won) for row in found]
    rows = [
        {
            "row": row,
            "default": COLUMNS[stage_column(stage, stages=plain)],
            "options": [
                (column.value, words)
                for column, words in COLUMNS.items()
                if column in (selling.CLOSED if row.closed else selling.OPEN)
            ],
        }
        for row, stage in zip(found, plain, strict=True)
    ]
    return _page(request, "stages", {"rows": rows}, refusal, status)


def _families(request: Request, *, refusal: str = "", status: int = 200) -> HttpResponse:
    return _page(request, "families", {"rows": queries.family_rows()}, refusal, status)


def _categories(request: Request, *, refusal: str = "", status: int = 200) -> HttpResponse:
    lines = queries.line_choices()
    names = dict(lines)
    rows = [
        {"row": row, "names": [names[line] for line in row.lines if line in names]}
        for row in queries.category_rows()
    ]
    return _page(request, "categories", {"rows": rows, "lines": lines}, refusal, status)


def _page(
    request: Request, name: str, context: dict[str, object], refusal: str, status: int
) -> HttpResponse:
    frame = {
        "page_title": _("Settings"),
        "refusal": refusal,
        **settings_tabs(f"settings:{name}"),
    }
    return render(request, f"settings/{name}.html", {**frame, **context}, status=status)


def _count(request: Request, name: str) -> int | None:
    text = request.POST.get(name, "").strip().replace(",", "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 8:
        raise InvalidValue(_("Staff is a whole number."), field=name)
    return int(text)
