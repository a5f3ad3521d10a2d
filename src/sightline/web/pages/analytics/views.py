"""The picture of the portfolio, the plans behind each of its figures, and those as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any, TypeVar

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.actions.portfolio_sums import ask_for_sums
from sightline.planning.parameters import Parameters
from sightline.planning.permissions import Act, Category
from sightline.planning.tiering.parameters import attention
from sightline.records.queries import company
from sightline.records.queries.analytics import (
    Backwards,
    Basis,
    Picture,
    PlanTable,
    Wanted,
    all_plans,
    backwards,
    blank_picture,
    outcome_of,
    picture,
    plan_table,
)
from sightline.records.queries.analytics.accounts import (
    AccountLine,
    Balance,
    Spread,
    account_lines,
    balance_of,
    spread_of,
)
from sightline.records.queries.analytics.columns import Mask
from sightline.records.queries.analytics.keeping import (
    Outcomes,
    counting,
    kept_outcomes,
    kept_picture,
    kept_plans,
)
from sightline.records.queries.company import CompanyFacts
from sightline.records.queries.portfolio import is_large
from sightline.records.queries.views import saved_views
from sightline.records.reach import Reach, reach_of
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.analytics import charts, helping, moving, present, renewing
from sightline.web.pages.analytics import export as files
from sightline.web.pages.analytics.asking import TABS, Asked, asked_of
from sightline.web.pages.analytics.forms import OutcomeForm

ROWS = 50
REMEMBERED_SECONDS = 24 * 3600
Value = TypeVar("Value")
PLANS = "analytics-plans"


@dataclass(frozen=True)
class Setting:
    """What every view starts from; `kept` is what a job computed of the picture, and when.

    `pending`: the sums over very many accounts are still being counted, and the picture is blank.
    """

    reach: Reach
    company: CompanyFacts
    basis: Basis
    kept: tuple[Picture, datetime] | None = None
    pending: bool = False

    @cached_property
    def found(self) -> Picture:
        """The picture; lists that need none of it do not compute it."""
        if self.pending:
            return blank_picture(self.basis.currency)
        return self.kept[0] if self.kept else picture(self.reach, self.basis)

    @cached_property
    def outcomes(self) -> Outcomes:
        """What was kept of the outcomes wanted; nothing where nothing is kept."""
        return kept_outcomes(self.reach) if self.kept else Outcomes()

    @cached_property
    def spread(self) -> Spread:
        """The picture's concentration, without the rest of it."""
        return self.found.spread if self.kept or self.pending else spread_of(self._accounts)

    @cached_property
    def balance(self) -> Balance | None:
        """The picture's contact against potential, without the rest of it and without names."""
        if self.kept or self.pending:
            return self.found.balance
        return balance_of(self._accounts, names={}, parameters=self.parameters)

    @cached_property
    def _accounts(self) -> list[AccountLine]:
        return list(account_lines(self.reach.for_all_rows()).values())

    @property
    def kept_at(self) -> datetime | None:
        """When a job computed the picture; None for now."""
        return self.kept[1] if self.kept else None

    @property
    def today(self) -> date:
        """The day in the company's time zone."""
        return self.basis.today

    @property
    def parameters(self) -> Parameters:
        """The numbers in force."""
        return self.basis.parameters

    @property
    def year_words(self) -> int:
        """The fiscal year's number."""
        return self.company.calendar.year_of(self.today).year

    @property
    def year(self) -> str:
        """The fiscal year in two digits."""
        return f"{self.company.calendar.year_of(self.today).year % 100:02d}"

    @property
    def plans(self) -> PlanTable:
        """Every plan in the sums, the largest gap first."""
        currency = self.basis.currency
        kept = kept_plans(self.reach, currency) if self.kept else None
        return kept or plan_table(all_plans(self.reach, self.basis), currency=currency)

    def remembered(self, what: str, compute: Callable[[], Value]) -> Value:
        """An answer over very many accounts, computed once for sums of one age; else at once."""
        if self.kept is None:
            return compute()
        name = f"{self.reach.scope}-{self.kept_at}-{self.today}-{what}"
        key = f"analytics-{blake2b(name.encode(), digest_size=16).hexdigest()}"
        found: Value | None = cache.get(key)
        if found is None:
            found = compute()
            cache.set(key, found, REMEMBERED_SECONDS)
        return found


def setting_of(request: Request, *, for_file: bool = False) -> Setting:
    """The picture of what the person may see; over very many accounts the one a job kept.

    Where none is kept yet a page says so, and a file, which may take its time, is computed.
    """
    person = request.person
    assert person is not None
    told = company.company_facts()
    today = told.today(timezone.now())
    parameters = company.parameters_in_force(today)
    reach = reach_of(person)
    basis = Basis(today, told.calendar, told.currency, company.rates(), parameters)
    if not reach.wide or not is_large():
        return Setting(reach, told, basis)
    kept = kept_picture(reach)
    if kept is None:
        ask_for_sums()
    return Setting(reach, told, basis, kept, pending=kept is None and not for_file)


@needs(Category.WALLET_TIERS, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """Target against landing, what is missing, renewals, contact and concentration."""
    return shown(request, setting_of(request))


def shown(
    request: Request, setting: Setting, *, form: OutcomeForm | None = None, status: int = 200
) -> HttpResponse:
    """The page; a form that was refused keeps what was typed."""
    if setting.pending:
        return being_counted(request, _("Portfolio analytics"))
    found = setting.found
    short = len(found.whole.no_path) if found.whole else 0
    context = {
        "page_title": _("Portfolio analytics"),
        "found": found,
        "year": setting.year_words,
        "heads": present.heads(found, year=setting.year),
        "owners": present.group_rows(found.by_owner, by="owner"),
        "more_owners": found.owners - len(found.by_owner),
        "tiers": present.group_rows(found.by_tier, by="tier"),
        "without_path": present.plan_lines(found.plans.without_path),
        "more_without_path": max(0, short - len(found.plans.without_path)),
        "helps": helping.helps(found),
        "quarters": renewing.quarter_rows(found.quarters, currency=found.currency),
        "renewals_total": renewing.total_row(found.quarters, currency=found.currency),
        "said_of_contact": helping.balance_words(found),
        "worth": helping.worth(found.balance, found.currency) if found.balance else None,
        "contact": charts.contact(found, highest=2 * attention(setting.parameters).ratio_high),
        "swaps": helping.swap_lines(found),
        "spread": helping.spread_lines(found),
        "moving": moving.moving_words(found),
        "kept_at": setting.kept_at,
    }
    context |= _outcome_context(setting, form)
    return render(request, "analytics/show.html", context, status=status)


def _outcome_context(setting: Setting, form: OutcomeForm | None) -> dict[str, Any]:
    leads = bool(setting.reach.decided & setting.reach.seen)
    wanted = outcome_of(setting.reach.person, setting.year_words) if leads else None
    held = setting.outcomes.reached(wanted) if wanted else None
    worked = (
        held.worked
        if held
        else setting.remembered(f"outcome-{wanted}", lambda: _backwards(setting, wanted))
    )
    currency = wanted.amount.currency if wanted else setting.found.currency
    return {
        "leads": leads,
        "wanted": wanted,
        "worked": present.backwards_words(worked) if worked else None,
        "outcome_form": form or OutcomeForm.of(wanted, currency=currency),
    }


def _backwards(setting: Setting, wanted: Wanted | None) -> Backwards | None:
    if wanted is None:
        return None
    return backwards(
        setting.reach,
        setting.found,
        wanted,
        rates=company.rates(),
        on=setting.today,
        parameters=setting.parameters,
    )


def being_counted(request: Request, title: str) -> HttpResponse:
    """The page while a job adds up what it shows."""
    context = {"page_title": title, "progress": counting()}
    return render(request, "analytics/pending.html", context)


@needs(Category.WALLET_TIERS, Act.READ)
@require_safe
def plans(request: Request) -> HttpResponse:
    """The plans behind a figure, the largest uncovered gap first."""
    setting = setting_of(request)
    if setting.pending:
        return being_counted(request, _("Plans behind the figures"))
    asked, table = asked_of(request.GET), setting.plans
    held = _held(table, asked)
    page = Paginator(range(int(held.sum())), ROWS).get_page(asked.page)
    rows = table.listed(held, skip=(page.number - 1) * ROWS, most=ROWS)
    context = {
        "page_title": _("Plans behind the figures"),
        "currency": setting.basis.currency,
        "year": setting.year_words,
        "asked": asked,
        "tabs": _tabs(table, asked),
        "current_tab": "?" + asked.query(),
        "rows": present.plan_lines(rows),
        "page": page,
        "sums": present.sums_words(int(held.sum()), table.uncovered(held)),
        "narrowed": _narrowed([row.owner for row in rows], asked),
        "query": asked.query(),
        "saved": saved_views(setting.reach.person, PLANS),
        "saved_page": PLANS,
    }
    return render(request, "analytics/plans.html", context)


@needs(Category.WALLET_TIERS, Act.READ)
@require_safe
def export(request: Request, kind: str) -> HttpResponseBase:
    """The plans as asked for, whole, as CSV or XLSX; cells a spreadsheet would run are text."""
    if kind not in files.KINDS:
        raise Http404
    setting = setting_of(request, for_file=True)
    table = setting.plans
    rows = table.every(_held(table, asked_of(request.GET)))
    response: HttpResponseBase = (
        StreamingHttpResponse(files.csv_chunks(rows), content_type="text/csv; charset=utf-8")
        if kind == "csv"
        else HttpResponse(files.workbook(rows), content_type=files.XLSX)
    )
    name = f"plans-{setting.today.isoformat()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _held(table: PlanTable, asked: Asked) -> Mask:
    return table.holding(asked.only, owner=asked.owner_id, tier=asked.tier)


def _tabs(table: PlanTable, asked: Asked) -> list[present.Tab]:
    counts = {
        only: int(table.holding(only, owner=asked.owner_id, tier=asked.tier).sum()) for only in TABS
    }
    return [
        present.Tab(str(label), "?" + asked.query(only=only), counts[only])
        for only, label in TABS.items()
        if not only or counts[only] or only == asked.only
    ]


def _narrowed(owners: Sequence[str], asked: Asked) -> Sequence[dict[str, Any]]:
    said = []
    if asked.owner:
        name = next(iter(owners), "") or _("nobody named")
        said.append({"text": _("Owner: %s") % name, "url": "?" + asked.query(owner="")})
    if asked.tier:
        said.append({"text": _("Tier %s") % asked.tier, "url": "?" + asked.query(tier="")})
    return said
