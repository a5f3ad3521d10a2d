"""The grid as a spreadsheet: taken out, and brought back with what was changed in it."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from sightline.actions.whitespace import Place, Saying, StaleCell
from sightline.actions.whitespace_bulk import Bulk, CellChange, change_cells
from sightline.exchange.exports.grid_sheet import write_grid, write_workbook
from sightline.exchange.imports.grid_sheet import Sheet, read_sheet
from sightline.exchange.tables.errors import TableRefused
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.queries.account_grid import WHOLE
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.whitespace.place import Work, work_of
from sightline.web.pages.whitespace.present import line_names, unit_names

SOURCE = "spreadsheet"
_SALT = "sightline.whitespace.sheet"
_HOURS_24 = 24 * 60 * 60
_MOST_BYTES = 20 * 1024 * 1024
_SHOWN = 100
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DAYS = ("ends", "until")


@needs(Category.PLAN, Act.READ)
@require_safe
def take_out(request: Request, account_id: int, kind: str) -> HttpResponse:
    """Every cell as CSV or as a workbook."""
    work = work_of(request, account_id)
    if not work.shell.rights.plan:
        raise PermissionDenied(_("You may see the grid, but not take it out."))
    people = work.shell.rights.opinions
    if kind == "xlsx":
        book = BytesIO()
        write_workbook(book, work.grid, with_people=people)
        answer = HttpResponse(book.getvalue(), content_type=_XLSX)
    else:
        file = StringIO()
        write_grid(file, work.grid, with_people=people)
        answer = HttpResponse("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="whitespace-{account_id}.{kind}"'
    return answer


@needs(Category.PLAN, Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def bring_back(request: Request, account_id: int) -> HttpResponse:
    """Choose a file; see what would change and which rows are refused; change it."""
    work = work_of(request, account_id)
    if not work.may_write:
        raise PermissionDenied(_("You may see this plan, but not change it."))
    if request.method != "POST":
        return _page(request, work)
    if request.POST.get("changes"):
        return _apply(request, work)
    upload = request.FILES.get("file")
    if upload is None:
        return _page(request, work, refusal=_("Choose a file."))
    if (upload.size or 0) > _MOST_BYTES:
        return _page(request, work, refusal=_("The file is larger than 20 MB."))
    try:
        return _page(request, work, sheet=_read(upload, work))
    except TableRefused as refused:
        return _page(request, work, refusal=str(refused))


def _read(upload: Any, work: Work) -> Sheet:
    folder = Path(tempfile.mkdtemp(prefix="grid-"))
    try:
        suffix = Path(str(upload.name)).suffix.lower()
        target = folder / f"grid{suffix if suffix in ('.xlsx', '.xlsm') else '.csv'}"
        with target.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return read_sheet(target, work.grid, account_id=work.shell.scope.planning_id)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _page(
    request: Request, work: Work, *, sheet: Sheet | None = None, refusal: str = ""
) -> HttpResponse:
    units, lines = unit_names(work), line_names(work)
    changes = sheet.changes if sheet is not None else []
    rows = [
        {
            "line": lines[one.line],
            "unit": units[one.unit],
            "what": _WHAT[one.kind](),
            "before": one.before,
            "after": one.after,
        }
        for one in changes[:_SHOWN]
    ]
    context = {
        **frame_of(work.shell, _("Spreadsheet"), current="whitespace:show"),
        "work": work,
        "sheet": sheet,
        "rows": rows,
        "count": len(changes),
        "more": len(changes) - len(rows),
        "cells": len({(one.unit, one.line) for one in changes}),
        "signed": _signed(work, sheet) if changes and sheet is not None else "",
        "refusal": refusal,
    }
    return render(request, "whitespace/sheet.html", context, status=422 if refusal else 200)


_WHAT = {
    "holder": lambda: _("Who holds it"),
    "eligibility": lambda: _("Eligibility"),
    "need": lambda: _("Need"),
    "value_hand": lambda: _("Value by hand"),
}


def _signed(work: Work, sheet: Sheet) -> str:
    """What was previewed, so that exactly this is changed."""
    told = [
        [one.unit, one.line, one.said.kind, _plain(one.said), one.seen] for one in sheet.changes
    ]
    return signing.dumps([work.account_id, told], salt=_SALT, compress=True)


def _plain(said: Bulk) -> dict[str, Any]:
    return {
        name: value.isoformat() if name in _DAYS and value is not None else value
        for name, value in said.values.items()
    }


def _apply(request: Request, work: Work) -> HttpResponse:
    assert request.person is not None
    try:
        account, told = signing.loads(request.POST["changes"], salt=_SALT, max_age=_HOURS_24)
    except signing.BadSignature:
        return _page(request, work, refusal=_("Choose the file again: the preview is too old."))
    if account != work.account_id:
        return _page(request, work, refusal=_("That preview was of another account."))
    changes = [_change(work, *one) for one in told]
    saying = Saying(request.person, work.shell.now, work.shell.today, None, source=SOURCE)
    try:
        batch = change_cells(changes, saying=saying)
    except StaleCell:
        return _page(
            request,
            work,
            refusal=_("Somebody changed one of these cells meanwhile. Choose the file again."),
        )
    except NotAllowed:
        raise
    except PlanningError as error:
        return _page(request, work, refusal=str(error))
    count = len({one.place for one in changes})
    say(
        request,
        ngettext("%s cell changed", "%s cells changed", count) % count,
        undo=reverse("whitespace:bulk-undo", args=[work.account_id, batch]),
    )
    return go(request, f"{reverse('whitespace:show', args=[work.account_id])}?as=table")


def _change(
    work: Work, unit: str, line: str, kind: str, values: dict[str, Any], seen: int
) -> CellChange:
    given: dict[str, Any] = {
        name: date.fromisoformat(value) if name in _DAYS and value else value
        for name, value in values.items()
    }
    if "amounts" in given:
        given["amounts"] = tuple(given["amounts"])
    place = Place(work.shell.scope.planning_id, None if unit == WHOLE else int(unit), int(line))
    return CellChange(place, Bulk(kind, given), seen)
