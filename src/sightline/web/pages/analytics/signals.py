"""The feed of signals over all accounts, with their reasons and sources, and as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.exchange.tables import written
from sightline.exchange.tables.written import KINDS, XLSX, Cell
from sightline.planning.permissions import Act, Category
from sightline.planning.portfolio import PortfolioParameters
from sightline.records.queries import company
from sightline.records.queries.analytics.feed import FeedPage, FeedRow, feed, owners_of
from sightline.records.queries.views import saved_views
from sightline.records.reach import reach_of
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.analytics.asking import KIND_WORDS, SignalsAsked, signals_asked
from sightline.web.pages.plan.signals import shown_kept
from sightline.web.pages.portfolio.addresses import plan_address

PAGE = "analytics-signals"
ROWS = 50
MOST_IN_FILE = 5_000


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """The newest signals in force that nobody put aside."""
    asked = signals_asked(request.GET)
    found, days = _read(request, asked, skip=(asked.page - 1) * ROWS, most=ROWS)
    assert request.person is not None
    context = {
        "page_title": _("Signals"),
        "days": days,
        "asked": asked,
        "rows": [_line(row) for row in found.rows],
        "kinds": [(kind, str(words), kind == asked.kind) for kind, words in KIND_WORDS.items()],
        "tiers": [(tier, _("Tier %s") % tier, tier == asked.tier) for tier in (1, 2, 3)],
        "owners": owners_of(reach_of(request.person)),
        "query": asked.query(),
        "older": asked.query(page=str(asked.page + 1)) if found.more else "",
        "newer": asked.query(page=str(asked.page - 1)) if asked.page > 1 else "",
        "saved": saved_views(request.person, PAGE),
        "saved_page": PAGE,
    }
    return render(request, "analytics/signals.html", context)


@needs(Category.PLAN, Act.READ)
@require_safe
def export(request: Request, kind: str) -> HttpResponseBase:
    """The signals as asked for, the newest 5,000, as CSV or XLSX."""
    if kind not in KINDS:
        raise Http404
    found, _days = _read(request, signals_asked(request.GET), skip=0, most=MOST_IN_FILE)
    rows = map(_cells, found.rows)
    response: HttpResponseBase = (
        StreamingHttpResponse(
            written.csv_chunks(_header(), rows), content_type="text/csv; charset=utf-8"
        )
        if kind == "csv"
        else HttpResponse(written.workbook(_("Signals"), _header(), rows), content_type=XLSX)
    )
    response["Content-Disposition"] = f'attachment; filename="signals.{kind}"'
    return response


def _read(request: Request, asked: SignalsAsked, *, skip: int, most: int) -> tuple[FeedPage, int]:
    person = request.person
    assert person is not None
    today = company.company_facts().today(timezone.now())
    numbers = company.parameters_in_force(today).section(PortfolioParameters, "portfolio")
    since = today - timedelta(days=numbers.signal_days)
    found = feed(reach_of(person), asked.wanted, since=since, skip=skip, most=most)
    return found, numbers.signal_days


def _line(row: FeedRow) -> dict[str, Any]:
    shown = shown_kept(row.signal, whole=row.account)
    url = plan_address(row.signal.account_id, planned=True)
    account = row.signal.account_id
    return {"account": row.account, "account_id": account, "url": url, "shown": shown}


def _header() -> list[str]:
    return [
        _("Day"),
        _("Account"),
        _("Signal"),
        _("Reason"),
        _("Source"),
        _("Amount"),
        _("Currency"),
    ]


def _cells(row: FeedRow) -> list[Cell]:
    shown = shown_kept(row.signal, whole=row.account)
    money = shown.money
    return [
        *(shown.on.isoformat(), row.account, shown.title, shown.why, shown.source),
        *(money.amount if money else None, money.currency if money else None),
    ]
