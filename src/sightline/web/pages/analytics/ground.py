"""Losing ground over the portfolio: everything that accounts lose, by money, nothing left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from sightline.exchange.tables import written
from sightline.exchange.tables.written import KINDS, XLSX, Cell
from sightline.planning.challenges import LostKind
from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.records.queries import company
from sightline.records.queries.analytics.ground import (
    GroundAsked,
    GroundEntry,
    GroundRow,
    GroundSums,
    KindLost,
    ground_page,
    ground_rows,
    ground_sums,
)
from sightline.records.queries.analytics.keeping import kept_picture
from sightline.records.queries.portfolio import is_large
from sightline.records.reach import Reach, reach_of
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.analytics.asking import SignalsAsked, signals_asked

ROWS = 40
PEOPLE = (LostKind.PERSON_GONE, LostKind.PERSON_COOLED)


@dataclass(frozen=True, slots=True)
class KindLine:
    """What all accounts lose beside revenue, of one kind, in words."""

    words: str
    count: int
    note: str
    money: Money | None


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account and what it loses, the dearest first."""

    row: GroundRow
    url: str
    losses: tuple[tuple[str, Money | None, bool], ...]


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """Sums by line and kind, and every account that loses anything, the dearest first."""
    asked = signals_asked(request.GET)
    reach = _reach(request)
    wanted = GroundAsked(asked.owner, asked.tier)
    found = ground_page(reach, wanted, skip=(asked.page - 1) * ROWS, most=ROWS)
    sums = _sums(reach)
    context = {
        "page_title": _("Losing ground"),
        "sums": sums,
        "kinds": [_kind_line(one) for one in sums.kinds] if sums else [],
        "rows": [_account(row) for row in found.rows],
        "tiers": [(tier, _("Tier %s") % tier, tier == asked.tier) for tier in (1, 2, 3)],
        "asked": asked,
        "query": _query(asked),
        "older": _query(asked, page=str(asked.page + 1)) if found.more else "",
        "newer": _query(asked, page=str(asked.page - 1)) if asked.page > 1 else "",
    }
    return render(request, "analytics/ground.html", context)


@needs(Category.PLAN, Act.READ)
@require_safe
def export(request: Request, kind: str) -> HttpResponseBase:
    """Every loss of every account, one line each, as CSV or XLSX."""
    if kind not in KINDS:
        raise Http404
    asked = signals_asked(request.GET)
    rows = _cells(ground_rows(_reach(request), GroundAsked(asked.owner, asked.tier)))
    answer: HttpResponseBase = (
        StreamingHttpResponse(
            written.csv_chunks(_header(), rows), content_type="text/csv; charset=utf-8"
        )
        if kind == "csv"
        else HttpResponse(written.workbook(_("Losing ground"), _header(), rows), content_type=XLSX)
    )
    today = company.company_facts().today(timezone.now())
    name = f"losing-ground-{today.isoformat()}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _reach(request: Request) -> Reach:
    assert request.person is not None
    return reach_of(request.person)


def _sums(reach: Reach) -> GroundSums | None:
    """Added now; over very many accounts as the job kept it."""
    if reach.wide and is_large():
        kept = kept_picture(reach)
        return kept[0].ground if kept is not None else None
    return ground_sums(reach)


def _query(asked: SignalsAsked, **changes: str) -> str:
    return asked.query(kind="", **changes)


def _account(row: GroundRow) -> AccountLine:
    return AccountLine(
        row=row,
        url=reverse("plan:losing-ground", args=[row.account_id]),
        losses=tuple((entry_words(one), one.money, one.named) for one in row.entries),
    )


def entry_words(one: GroundEntry) -> str:
    """What one account loses of one kind, in words."""
    words = {
        LostKind.CELL_LOST: ngettext(
            "%(line)s lost in %(n)s unit", "%(line)s lost in %(n)s units", one.count
        ),
        LostKind.CONTRACTION: _("%(line)s less than the year before"),
        LostKind.SHARE_FALLING: _("Wallet share falling"),
        LostKind.PERSON_GONE: ngettext("%(n)s person gone", "%(n)s people gone", one.count),
        LostKind.PERSON_COOLED: ngettext(
            "%(n)s person gone quiet", "%(n)s people gone quiet", one.count
        ),
        LostKind.HEALTH_RAISED: _("Health raised by hand"),
        LostKind.RENEWAL_SOFTENED: ngettext(
            "%(n)s renewal for less", "%(n)s renewals for less", one.count
        ),
    }[one.kind]
    said = words % {"line": one.line or _("A line"), "n": one.count}
    if one.kind in PEOPLE and one.money is not None:
        named = _("open plays name them") if one.count == 1 else _("the dearest in open plays of")
        said = f"{said}; {named}"
    return said


def _kind_line(one: KindLost) -> KindLine:
    words = {
        LostKind.SHARE_FALLING: _("Wallet share falling"),
        LostKind.PERSON_GONE: _("People gone"),
        LostKind.PERSON_COOLED: _("People gone quiet"),
        LostKind.HEALTH_RAISED: _("Health raised by hand"),
        LostKind.RENEWAL_SOFTENED: _("Renewals for less"),
    }[LostKind(one.kind)]
    note = ngettext("in %(n)s account", "in %(n)s accounts", one.accounts) % {"n": one.accounts}
    return KindLine(words, one.count, note, one.money)


def _header() -> list[str]:
    return [
        *(_("Account"), _("Tier"), _("Owner"), _("Loss"), _("Money"), _("Currency")),
        *(_("A play or risk speaks of it"), _("As of")),
    ]


def _cells(rows: Iterable[GroundRow]) -> Iterator[list[Cell]]:
    for row in rows:
        for one in row.entries:
            yield [
                *(row.name, row.tier, row.owner, entry_words(one)),
                one.money.amount if one.money else None,
                one.money.currency if one.money else None,
                _("yes") if one.named else _("no"),
                row.as_of,
            ]
