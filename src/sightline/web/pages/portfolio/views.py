"""The list, one account's tier, and the list as a file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.actions.portfolio_sums import ask_for_sums
from sightline.planning.parameters import Parameters
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.planning.tiering import parameters as numbers_of
from sightline.records.queries import company, state
from sightline.records.queries.analytics.keeping import counting
from sightline.records.queries.company import CompanyFacts
from sightline.records.queries.jobs import why_not_computed
from sightline.records.queries.portfolio import (
    Overview,
    PortfolioPage,
    account_tier,
    is_large,
    kept_overview,
    overview,
    owner_name,
    pending_overview,
    portfolio_page,
    portfolio_rows,
)
from sightline.records.queries.views import is_pinned, saved_views
from sightline.records.reach import Reach, reach_of
from sightline.records.scoping import Person, may_on
from sightline.web.gate import Request, needs
from sightline.web.htmx import render, wants_fragment
from sightline.web.pages.portfolio import charts, detail, present, strip
from sightline.web.pages.portfolio import export as files
from sightline.web.pages.portfolio.asking import COLUMNS, TABS, Question, question_of
from sightline.web.pages.portfolio.forms import ImportanceForm, OverrideForm

CLOSED_COLUMNS = frozenset({"potential", "vulnerability", "share"})
DECIDING = "to_decide"
PAGE = "portfolio"


@dataclass(frozen=True, slots=True)
class Setting:
    """What every view of the portfolio starts from."""

    person: Person
    reach: Reach
    company: CompanyFacts
    today: date
    parameters: Parameters

    @property
    def numbers(self) -> numbers_of.TieringParameters:
        """Cuts, floor and capacity in force."""
        return numbers_of.tiering(self.parameters)

    def may(self, category: Category, act: Act) -> bool:
        """Whether the person's roles allow it anywhere."""
        return bool(relations_that_may(self.person.roles, category=category, act=act))


def setting_of(request: Request) -> Setting:
    """Three queries."""
    person = request.person
    assert person is not None
    told = company.company_facts()
    today = told.today(timezone.now())
    return Setting(person, reach_of(person), told, today, company.parameters_in_force(today))


@needs(Category.WALLET_TIERS, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """The planning accounts a person may see: sums above, rows by page, charts below."""
    return listed(request, setting_of(request))


def listed(
    request: Request,
    setting: Setting,
    *,
    notice: str = "",
    selected: Collection[int] = (),
    status: int = 200,
) -> HttpResponse:
    """The list with an answer to what was posted: a notice, and what was selected kept."""
    question = question_of(request.GET)
    page = portfolio_page(
        setting.reach, question.asked, today=setting.today, parameters=setting.parameters
    )
    found = overview_of(setting)
    chosen = frozenset(selected)
    context = _list_context(request, setting, question, page, found, chosen) | {"notice": notice}
    if not (wants_fragment(request) and status == 200):
        context |= _frame_context(setting, question, found)
    return render(request, "portfolio/list.html", context, partial="list", status=status)


def overview_of(setting: Setting, *, curve: bool = False) -> Overview:
    """The sums; where they would read very many rows, those that a job kept last."""
    if setting.reach.wide and is_large():
        kept = kept_overview(setting.reach, curve=curve)
        if kept is None:
            ask_for_sums()
        return kept or pending_overview(setting.reach, currency=setting.company.currency)
    return overview(
        setting.reach,
        today=setting.today,
        currency=setting.company.currency,
        rates=company.rates(),
        parameters=setting.parameters,
    )


def _list_context(
    request: Request,
    setting: Setting,
    question: Question,
    page: PortfolioPage,
    found: Overview,
    selected: frozenset[int],
) -> dict[str, Any]:
    lines = present.lines_of(
        page.rows,
        today=setting.today,
        high_from=setting.numbers.vulnerability_high,
        factor=numbers_of.vulnerability(setting.parameters).competitor_factor,
        selected=selected,
    )
    open_columns = _open_columns(lines, question)
    shown = {name: name in open_columns and name not in question.hidden for name in COLUMNS}
    first_over = next((line for line in lines if line.row.over_capacity), None)
    if first_over is not None and question.asked.owner and question.asked.sort == "-potential":
        lines = [
            replace(line, line_before=_capacity_words(setting, found))
            if line is first_over
            else line
            for line in lines
        ]
    return {
        "lines": lines,
        "question": question,
        "tabs": _tabs(question, found),
        "current_tab": "?" + question.query(),
        "shown": shown,
        "columns": 3 + sum(shown.values()),
        "choices": [(name, COLUMNS[name]) for name in open_columns],
        "found": found,
        "filters": _filters(question, found),
        "saved": saved_views(setting.person, PAGE),
        "saved_query": question.query(),
        "next_query": question.query(after=page.next_key) if page.next_key else "",
        "previous_query": question.query(before=page.previous_key) if page.previous_key else "",
        "bulk": [line for line in lines if line.bulk],
        "scale": max((line.span[2] for line in lines if line.span), default=1.0),
        "here": request.get_full_path() if request.method == "GET" else reverse("portfolio:list"),
        "sort": question.asked.sort,
        "empty_tab": TABS[question.asked.view],
    }


def _open_columns(lines: Sequence[present.Line], question: Question) -> list[str]:
    """The columns that hold anything for this reader, on this tab."""
    full = any(line.row.full for line in lines)
    plans = any(line.row.plans_open for line in lines)
    return [
        name
        for name in COLUMNS
        if (full or name not in CLOSED_COLUMNS)
        and (plans or name != "landing")
        and (name != "share" or question.asked.view == DECIDING)
    ]


def _frame_context(setting: Setting, question: Question, found: Overview) -> dict[str, Any]:
    year = setting.company.calendar.year_of(setting.today).year
    full = bool(setting.reach.full & setting.reach.seen)
    return {
        "page_title": _("Portfolio"),
        "heads": strip.heads(found, year=year, question=question)
        if full and not found.pending
        else [],
        "counting": counting() if found.pending else None,
        "waiting": strip.waiting_words(found) if found.counts["to_decide"] else "",
        "settled": found.decided,
        "asked_of": found.decided + found.counts["to_decide"],
        "decides": bool(setting.reach.decided & setting.reach.seen),
        "year": year,
        "full": full,
        "failed": why_not_computed() if full else "",
        "may_set": setting.may(Category.SETTINGS, Act.WRITE),
        "loaded": bool(found.accounts) or state.has_accounts(),
        "may_measure": setting.may(Category.SETTINGS, Act.WRITE)
        or setting.may(Category.WALLET_TIERS, Act.DECIDE_TIER),
        "may_try": may_try(setting),
        "decide_query": "view=to_decide",
        "tier_3_potential": present.money_of(found.tier_3_potential, found.currency),
    }


def may_try(setting: Setting) -> bool:
    """Trying other numbers is open to Operations, who adopt them, and to who decides tiers."""
    return setting.may(Category.SETTINGS, Act.WRITE) or setting.may(
        Category.WALLET_TIERS, Act.DECIDE_TIER
    )


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the list."""

    label: str
    url: str
    count: int | None


def _tabs(question: Question, found: Overview) -> list[Tab]:
    return [
        Tab(
            str(label),
            "?" + question.query(view="" if view == "all" else view),
            None if found.pending else found.counts[view],
        )
        for view, label in TABS.items()
        if view == "all" or found.counts[view] or found.pending or view == question.asked.view
    ]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address without it."""

    text: str
    url: str


def _filters(question: Question, found: Overview) -> list[Chip]:
    asked = question.asked
    owner = dict(found.owners).get(asked.owner or 0, "")
    if asked.owner and not owner and found.many_owners:
        owner = owner_name(asked.owner)
    said = (
        ("q", asked.text, _("Name: %s") % asked.text),
        ("owner", asked.owner, _("Owner: %s") % (owner or _("somebody else"))),
        ("owner_name", asked.owner_name, _("Owner: %s") % asked.owner_name),
        ("tier", asked.tier, _("Tier %s") % asked.tier),
        ("industry", asked.industry, asked.industry),
    )
    return [Chip(text, "?" + question.query(**{name: ""})) for name, value, text in said if value]


def _capacity_words(setting: Setting, found: Overview) -> str:
    return _("%(full)s full and %(light)s light plans are what one account manager can carry.") % {
        "full": setting.numbers.capacity_tier_1,
        "light": setting.numbers.capacity_tier_2,
    }


@needs(Category.WALLET_TIERS, Act.READ)
@require_safe
def where(request: Request) -> HttpResponse:
    """The curve of potential, potential by vulnerability, and each manager's capacity.

    A page of its own, which the list fetches once it is shown: drawing takes as long as the list.
    """
    setting = setting_of(request)
    found = overview_of(setting, curve=True)
    full = bool(setting.reach.full & setting.reach.seen)
    numbers = setting.numbers
    context = {
        "page_title": _("Where the potential is"),
        "found": found,
        "curve": charts.curve(found, numbers=numbers) if full else None,
        "at_risk": charts.at_risk(found, numbers=numbers) if full else None,
        "managers": strip.managers(found, numbers=numbers) if full else [],
        "over_money": present.money_of(found.over_money or None, found.currency),
    }
    return render(request, "portfolio/where.html", context, partial="charts")


@needs(Category.WALLET_TIERS, Act.READ)
@require_safe
def account(request: Request, account_id: int) -> HttpResponse:
    """One account: tiers side by side, why, what moved, deciding, and every decision so far."""
    return account_page(request, setting_of(request), account_id)


def account_page(
    request: Request,
    setting: Setting,
    account_id: int,
    *,
    override: OverrideForm | None = None,
    importance: ImportanceForm | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page, or its part for a row of the list; forms that were refused keep what was typed."""
    may_answer = may_on(setting.person, account_id, Category.WALLET_TIERS, Act.WRITE)
    found = account_tier(
        setting.reach,
        account_id,
        today=setting.today,
        zone=setting.company.time_zone,
        may_answer=may_answer,
    )
    if found is None:
        raise Http404
    numbers = setting.numbers
    line = present.line_of(found.row, today=setting.today, high_from=numbers.vulnerability_high)
    months = numbers.requalify_months
    context = {
        "page_title": found.row.name,
        "page_note": _("Its tier: what was computed, what was decided, and why."),
        "line": line,
        "of": found,
        "detail": detail.detail_of(found, numbers=numbers),
        "figure": present.potential_figure(found.row),
        "override": override
        or OverrideForm(
            today=setting.today,
            initial={"lapses_on": detail.months_on(setting.today, months)},
            auto_id=f"o{account_id}_%s",
        ),
        "importance": importance
        or ImportanceForm(
            initial={name: str(value) for name, value in found.points().items()},
            auto_id=f"i{account_id}_%s",
        ),
        "stale": stale,
        "seen": found.row.decision.id if found.row.decision else "",
        "pinned": is_pinned(setting.person, account_id),
        "back": request.POST.get("next") or request.GET.get("next", ""),
        "in_row": wants_fragment(request),
    }
    return render(request, "portfolio/account.html", context, partial="detail", status=status)


@needs(Category.WALLET_TIERS, Act.READ)
@require_safe
def export(request: Request, kind: str) -> HttpResponseBase:
    """The list as asked for, whole, as CSV or XLSX; cells that a spreadsheet would run are text."""
    if kind not in files.KINDS:
        raise Http404
    setting = setting_of(request)
    rows = portfolio_rows(
        setting.reach,
        question_of(request.GET).asked,
        today=setting.today,
        parameters=setting.parameters,
    )
    name = f"portfolio-{setting.today.isoformat()}.{kind}"
    response: HttpResponseBase = (
        StreamingHttpResponse(files.csv_chunks(rows), content_type="text/csv; charset=utf-8")
        if kind == "csv"
        else HttpResponse(files.workbook(rows), content_type=files.XLSX)
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
