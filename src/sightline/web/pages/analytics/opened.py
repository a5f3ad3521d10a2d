"""The rows behind one of the portfolio's figures, as a page and as a file."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from sightline.exchange.tables.written import KINDS
from sightline.planning.permissions import Act, Category
from sightline.records.scoping import Person
from sightline.web.gate import Request, may_open, needs, roles_may
from sightline.web.htmx import render
from sightline.web.pages.analytics import sheets
from sightline.web.pages.analytics.lists import LISTS
from sightline.web.pages.analytics.views import Setting, being_counted, setting_of

ROWS = 50
MOST_PAGES = 200


@needs(Category.WALLET_TIERS, Act.READ)
@require_safe
def show(request: Request, slug: str) -> HttpResponse:
    """One page of the list."""
    assert request.person is not None
    setting = setting_of(request)
    sheet = _sheet_of(setting, request, slug)
    if setting.pending:
        return being_counted(request, sheet.title)
    page = _page(request.GET.get("page", "1"))
    lines, more = sheet.read((page - 1) * ROWS, ROWS)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page_title": sheet.title,
        "sheet": sheet,
        "lines": sheets.shown(sheet, [_for(request.person, line) for line in lines]),
        "may_ask": roles_may(request.person, Category.PLAN, Act.READ),
        "currency": setting.basis.currency,
        "query": query.urlencode(),
        "older": _turned(query.urlencode(), page + 1) if more else "",
        "newer": _turned(query.urlencode(), page - 1) if page > 1 else "",
    }
    return render(request, "analytics/behind.html", context)


@needs(Category.WALLET_TIERS, Act.READ)
@require_safe
def export(request: Request, slug: str, kind: str) -> HttpResponseBase:
    """The whole list as CSV or XLSX."""
    if kind not in KINDS:
        raise Http404
    setting = setting_of(request, for_file=True)
    sheet = _sheet_of(setting, request, slug)
    return sheets.as_file(sheet, kind, on=setting.today)


def _for(person: Person, line: sheets.Line) -> sheets.Line:
    """The row, without a way to a page that none of the person's roles opens."""
    return line if may_open(person, line.url) else replace(line, url="")


def _sheet_of(setting: Setting, request: Request, slug: str) -> sheets.Sheet:
    if slug not in LISTS:
        raise Http404
    return LISTS[slug](setting, request.GET)


def _page(text: str) -> int:
    return min(MOST_PAGES, max(1, int(text))) if text.isascii() and text.isdecimal() else 1


def _turned(query: str, page: int) -> str:
    return f"{query}&page={page}" if query else f"page={page}"
