"""Every row of an import: what becomes of it, field by field; filtered, paged, or as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from sightline.exchange.imports import listing
from sightline.exchange.imports.listing import Fate, Listed, ListPage, Wanted
from sightline.exchange.imports.workspace import Workspace
from sightline.exchange.tables import written
from sightline.records.queries.imports import RunPage
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.imports.present import field_words
from sightline.web.pages.imports.views import page_or_404

MOST_TEXT = 100


class _Found(list[Listed]):
    """One page of rows that knows how many there are in all, for the pager."""

    def __init__(self, found: ListPage) -> None:
        super().__init__(found.rows)
        self.total = found.total


class _Pages(Paginator):  # type: ignore[type-arg]
    """The pager over rows of which only one page was read."""

    @cached_property
    def count(self) -> int:
        found = self.object_list
        assert isinstance(found, _Found)
        return found.total


@needs("settings", "write")
@require_http_methods(["GET"])
def rows(request: Request, run_id: int) -> HttpResponse:
    """One page of the rows."""
    page = page_or_404(run_id)
    wanted, number = wanted_of(request.GET), _number(request.GET.get("page", ""))
    found = listing.list_page(_staging(page), wanted, offset=(number - 1) * listing.PAGE)
    if found is None or (number > 1 and not found.rows):
        raise Http404
    files = page.line.counts.get("files", [])
    context = {
        "page_title": _("Every row"),
        "page_note": page.line.title[:80],
        "run": page,
        "rows": [_shown(one, files) for one in found.rows],
        "page": _Pages(_Found(found), listing.PAGE).get_page(number),
        "found": found,
        "wanted": wanted,
        "fates": [(fate.value, _FATES[fate]) for fate in Fate],
        "query": urlencode(_plain(wanted)),
    }
    return render(request, "imports/rows.html", context, partial="found")


@needs("settings", "write")
@require_http_methods(["GET"])
def rows_file(request: Request, run_id: int) -> HttpResponseBase:
    """The same rows as CSV: one line for each field that is new or changes."""
    page = page_or_404(run_id)
    if listing.list_page(_staging(page), Wanted(), limit=1) is None:
        raise Http404
    files = page.line.counts.get("files", [])
    chunks = written.csv_chunks(_header(), _cells(page, wanted_of(request.GET), files))
    answer = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{run_id}-rows.csv"'
    return answer


def wanted_of(given: Mapping[str, str]) -> Wanted:
    """The filter as the address says it; what it does not know filters nothing."""
    what = given.get("what", "")
    known = what in {fate.value for fate in Fate}
    return Wanted(
        what=what if known else "",
        target=given.get("kind", "")[:40],
        text=given.get("text", "").strip()[:MOST_TEXT],
    )


def _staging(page: RunPage) -> Path:
    return Workspace.of(page.line.id).staging if page.folder else Path("/nonexistent")


def _number(given: str) -> int:
    return max(1, int(given)) if given.isdecimal() and len(given) < 8 else 1


def _plain(wanted: Wanted) -> dict[str, str]:
    named = {"what": wanted.what, "kind": wanted.target, "text": wanted.text}
    return {name: value for name, value in named.items() if value}


def _shown(one: Listed, files: list[Mapping[str, str]]) -> dict[str, object]:
    """One row in words."""
    return {
        "what": one.what.value,
        "label": _FATES[one.what],
        "tone": _TONES[one.what],
        "record": one.name if one.what is not Fate.REFUSE else "",
        "target": one.target,
        "key": one.key,
        "file": _file(one, files),
        "row": one.row,
        "reason": one.reason,
        "fields": [
            {"field": field_words(field.field), "old": field.old, "new": field.new}
            for field in one.fields
        ],
    }


def _file(one: Listed, files: list[Mapping[str, str]]) -> str:
    return files[one.file]["name"] if one.file < len(files) else ""


def _header() -> list[str]:
    return [
        *(_("What"), _("Kind"), _("Record"), _("Id"), _("File"), _("Row"), _("Field")),
        *(_("Here now"), _("After loading"), _("Why it cannot be stored")),
    ]


def _cells(
    page: RunPage, wanted: Wanted, files: list[Mapping[str, str]]
) -> Iterator[list[written.Cell]]:
    for one in listing.list_all(_staging(page), wanted):
        head: list[written.Cell] = [
            *(str(_FATES[one.what]), one.target, "" if one.reason else one.name, one.key),
            *(_file(one, files), one.row),
        ]
        if not one.fields:
            yield [*head, None, None, None, one.reason]
        for field in one.fields:
            yield [*head, field.field, _cell(field.old), _cell(field.new), ""]


def _cell(value: object) -> written.Cell:
    return value if value is None or isinstance(value, str | int | float) else str(value)


_FATES = {
    Fate.CREATE: gettext_lazy("Create"),
    Fate.CHANGE: gettext_lazy("Change"),
    Fate.SKIP: gettext_lazy("Skip"),
    Fate.REFUSE: gettext_lazy("Refuse"),
}
_TONES = {Fate.CREATE: "pos", Fate.CHANGE: "accent", Fate.SKIP: "", Fate.REFUSE: "neg"}
