"""The calendar of renewals, and one contract with its clauses, steps and outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.actions.portfolio_sums import ask_for_sums
from sightline.planning.permissions import Act, Category
from sightline.planning.renewals import co_terms, last_notice_day
from sightline.records.queries import company
from sightline.records.queries.analytics import Basis
from sightline.records.queries.analytics.dearest import Slice
from sightline.records.queries.analytics.keeping import counting
from sightline.records.queries.kept import are_kept, kept_list
from sightline.records.queries.renewals import (
    ABOUT,
    ContractPage,
    Judged,
    RenewalSums,
    contract_page,
    judged,
    plans_written,
    plays_of_renewals,
    spans_of,
    sums_of,
    upcoming,
    upcoming_page,
)
from sightline.records.reach import Reach, reach_of
from sightline.records.scoping import Person
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.renewals import present
from sightline.web.pages.renewals.forms import ClausesForm, OutcomeForm, TogetherForm

ROWS = 50
# the contracts of a quarter by its key and the number of the page
Read = Callable[[str, int], Sequence[Judged]]


@dataclass
class Forms:
    """The forms of one contract; one that came back is put in before the page is drawn."""

    outcome: OutcomeForm
    clauses: ClausesForm
    together: TogetherForm


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """Every renewal the person may plan for, by quarter and money. About fifteen queries."""
    person = request.person
    assert person is not None
    told = company.company_facts()
    today = told.today(timezone.now())
    parameters = company.parameters_in_force(today)
    basis = Basis(today, told.calendar, told.currency, company.rates(), parameters)
    reach = reach_of(person)
    sums, read, kept_at = _kept(reach, basis) if are_kept(reach) else _fresh(person, basis)
    context: dict[str, object] = {
        "page_title": _("Renewals"),
        "page_note": _("What ends, what it is worth a year in %s, and what is at risk.")
        % told.currency,
        "kept_at": kept_at,
    }
    if sums is None:
        ask_for_sums()
        return render(request, "renewals/show.html", context | {"progress": counting()})
    page = present.calendar_of(sums, asked=request.GET.get("quarter", ""))
    current = next((one for one in page.quarters if one.key == page.current), None)
    rows = Paginator(range(current.contracts if current else 0), ROWS).get_page(
        request.GET.get("page")
    )
    shown = present.rows_of(read(page.current, rows.number), today=today, parameters=parameters)
    context |= {
        "page": page,
        "rows": rows,
        "shown": _with_ways(person, shown),
        "any": bool(sums.contracts),
    }
    return render(request, "renewals/show.html", context)


def _fresh(person: Person, basis: Basis) -> tuple[RenewalSums | None, Read, None]:
    """Everything read now: sums, and how a page of a quarter is taken from it."""
    spans = spans_of(basis.calendar, basis.today)
    found = upcoming(
        person,
        since=spans[0].first,
        until=spans[-1].last,
        currency=basis.currency,
        rates=basis.rates,
        on=basis.today,
    )
    told = judged(found, today=basis.today, parameters=basis.parameters)
    by_key = {span.key: span for span in spans}

    def read(quarter: str, number: int) -> list[Judged]:
        span = by_key[quarter]
        rows = [pair for pair in told if span.first <= pair[0].ends_on <= span.last]
        return present.by_money(rows)[(number - 1) * ROWS : number * ROWS]

    return sums_of(told, spans=spans, currency=basis.currency), read, None


def _kept(
    reach: Reach, basis: Basis
) -> tuple[RenewalSums, Read, datetime] | tuple[None, Read, None]:
    """Sums that a job kept, and how a page of a quarter is read along its index; no sums before
    a job kept them."""
    by_key = {span.key: span for span in spans_of(basis.calendar, basis.today)}

    def read(quarter: str, number: int) -> list[Judged]:
        span = by_key.get(quarter)
        if span is None:  # kept before a new quarter began
            return []
        rows = upcoming_page(
            reach,
            since=span.first,
            until=span.last,
            part=Slice((number - 1) * ROWS, ROWS),
            currency=basis.currency,
            rates=basis.rates,
            on=basis.today,
        )
        return judged(rows, today=basis.today, parameters=basis.parameters)

    found = kept_list(reach, Category.PLAN, ABOUT, RenewalSums)
    return (found[0], read, found[1]) if found else (None, read, None)


def _with_ways(
    person: Person, rows: Sequence[present.Row]
) -> list[tuple[present.Row, present.Way | None]]:
    """Each row of the page with its play, or the way to one. Two queries."""
    made = plays_of_renewals(row.of.id for row in rows)
    written = plans_written(person, (row.of.planning_id for row in rows))
    return [
        (
            row,
            present.way_to_play(
                row.of.id,
                made=made,
                start=row.of.planning_id if row.of.planning_id in written else None,
            ),
        )
        for row in rows
    ]


@needs(Category.PLAN, Act.READ)
@require_safe
def contract(request: Request, account_id: int, contract_id: int) -> HttpResponse:
    """One contract: clauses, steps, those renewed with it, and what became of it."""
    shell, page = read(request, account_id, contract_id)
    return drawn(request, shell, page, forms_of(shell, page))


def read(
    request: Request, account_id: int, contract_id: int, *, write: bool = False
) -> tuple[Shell, ContractPage]:
    """The contract: 404 unknown or unseen, 403 where the right is missing."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    page = contract_page(shell.scope, contract_id)
    if page is None:
        raise Http404(_("There is no such contract here."))
    if not shell.rights.plan or (write and not shell.rights.plan_write):
        raise PermissionDenied(_("You may not change this renewal."))
    return shell, page


def forms_of(shell: Shell, page: ContractPage) -> Forms:
    """The forms, filled with what is likely: the same value with its uplift, a year on."""
    likely = None
    if page.up is not None:
        rise = (page.uplift_percent or 0) / 100
        likely = page.up.times(1 + rise).amount
    ends = page.group_ends or page.ends_on
    outcome = OutcomeForm(
        currency=page.currency,
        initial={
            "went": "renewed",
            "renewed": likely,
            "until": _a_year_on(ends) if ends else None,
            "decided_on": shell.today,
        },
    )
    last = max((one.ends_on for one in page.others), default=page.ends_on)
    if last and page.ends_on:
        last = max(last, page.ends_on)
    return Forms(outcome, ClausesForm.of(page), TogetherForm(page=page, initial={"ends_on": last}))


def _a_year_on(day: date) -> date:
    """The same day of the next year; the last of February for a leap day."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)


def drawn(
    request: Request,
    shell: Shell,
    page: ContractPage,
    forms: Forms,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of one contract."""
    parameters = company.parameters_in_force(shell.today)
    proposals = (
        co_terms(
            page.renewal_facts(),
            on=shell.today,
            currency=page.money.currency,
            parameters=parameters,
        )
        if page.money is not None
        else ()
    )
    own = next(
        (one for one in proposals if any(step.contract == str(page.id) for step in one.steps)),
        None,
    )
    startable = shell.rights.plan_write and shell.scope.plans_itself and page.ends_on is not None
    names = {str(one.id): one.name for one in page.others} | {str(page.id): page.name}
    context = {
        **frame_of(shell, page.name or _("Renewal"), current="account:renewals"),
        "contract": page,
        "forms": forms,
        "problem": problem,
        "may_write": shell.rights.plan_write,
        "way": present.way_to_play(
            page.id,
            made=plays_of_renewals([page.id]),
            start=shell.scope.account_id if startable else None,
        ),
        "notice_on": last_notice_day(page.ends_on, page.notice_days) if page.ends_on else None,
        "proposal": own,
        "proposed": [(names.get(step.contract, ""), step) for step in own.steps] if own else [],
        "past": page.ends_on is not None and page.ends_on < shell.today,
    }
    return render(request, "renewals/contract.html", context, status=status)
