"""Accounts that may fall quiet: alarm and watch list with their evidence, and how it held up."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.exchange.tables.written import KINDS
from sightline.planning.calibration import Calibration, CalibrationParameters, calibrate
from sightline.planning.permissions import Act, Category
from sightline.records.queries import company
from sightline.records.queries.analytics import quiet
from sightline.records.queries.analytics.quiet import Fitted, QuietRow
from sightline.records.reach import reach_of
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.analytics.asking import signals_asked
from sightline.web.pages.analytics.sheets import Column, Line, Sheet, as_file
from sightline.web.pages.portfolio.addresses import plan_address

ROWS = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """One account in words."""

    row: QuietRow
    url: str
    chance: str
    why: str
    like: str


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """The watch list, or every account that could be judged."""
    assert request.person is not None
    asked, every = signals_asked(request.GET), request.GET.get("of") == "all"
    reach = reach_of(request.person)
    found = quiet.quiet_page(reach, every=every, skip=(asked.page - 1) * ROWS, most=ROWS)
    today = company.company_facts().today(timezone.now())
    numbers = company.parameters_in_force(today).section(CalibrationParameters, "calibration")
    fit, past = quiet.fitted(), calibrate(quiet.scored(), parameters=numbers)
    base = "of=all&" if every else ""
    context = {
        "page_title": _("Who may fall quiet"),
        "rows": [_shown(row) for row in found.rows],
        "fit": fit,
        "fit_words": _fit_words(fit),
        "past_words": _past_words(past),
        "every": every,
        "older": f"{base}page={asked.page + 1}" if found.more else "",
        "newer": f"{base}page={asked.page - 1}" if asked.page > 1 else "",
    }
    return render(request, "analytics/quiet.html", context)


@needs(Category.PLAN, Act.READ)
@require_safe
def export(request: Request, kind: str) -> HttpResponseBase:
    """Every account that could be judged as CSV or XLSX."""
    if kind not in KINDS:
        raise Http404
    assert request.person is not None
    reach = reach_of(request.person)
    sheet = Sheet(
        slug="quiet",
        title=_("Who may fall quiet"),
        note="",
        columns=(
            Column(_("Account")),
            Column(_("Chance of no purchase in 180 days"), "share"),
            Column(_("Alarm")),
            Column(_("Days silent"), "number"),
            Column(_("Usual gap, days"), "number"),
            Column(_("Own accounts that looked alike"), "number"),
            Column(_("Of them fell quiet"), "number"),
            Column(_("Revenue, 12 months"), "money"),
        ),
        read=lambda _skip, _most: ([], False),
        all_rows=lambda: (_line(row) for row in quiet.quiet_accounts(reach)),
        none="",
    )
    return as_file(sheet, kind, on=company.company_facts().today(timezone.now()))


def _line(row: QuietRow) -> Line:
    return Line(
        "",
        (
            *(row.account, row.probability, _("yes") if row.alarm else _("no")),
            *(row.days_silent, row.usual_gap, row.alike, row.alike_quiet, row.revenue),
        ),
    )


def _shown(row: QuietRow) -> Shown:
    why = _("No purchase for %(silent)s days; 9 in 10 of its gaps are %(gap)s days or shorter.")
    like = _("uncalibrated")
    if row.alike is not None:
        like = _("%(quiet)s of %(alike)s own accounts that looked like this bought nothing") % {
            "quiet": row.alike_quiet,
            "alike": row.alike,
        }
    return Shown(
        row=row,
        url=plan_address(row.account_id, part="figures"),
        chance=f"{row.probability:.0%}",
        why=why % {"silent": row.days_silent, "gap": row.usual_gap},
        like=like,
    )


def _fit_words(fit: Fitted | None) -> str:
    if fit is None:
        return _("Nothing was judged yet.")
    if fit.recalibrated:
        said = _(
            "Recalibrated on %(outcomes)s outcomes of your own earlier cuts, %(events)s of them quiet."
        )
    else:
        said = _(
            "Uncalibrated until enough of your own outcomes are known: %(events)s of %(outcomes)s "
            "earlier accounts fell quiet."
        )
    return said % {"outcomes": fit.outcomes, "events": fit.events}


def _past_words(past: Calibration) -> str:
    """How the chances that were shown held up."""
    if past.brier is None or past.base_brier is None:
        return _(
            "Every month's chances are kept and scored half a year later: %(known)s known so far, "
            "%(open)s not yet."
        ) % {"known": past.resolved, "open": past.open}
    return _(
        "Of %(known)s chances shown and known by now: Brier score %(brier)s against %(base)s of "
        "always saying the base rate."
    ) % {
        "known": past.resolved,
        "brier": f"{past.brier:.3f}",
        "base": f"{past.base_brier:.3f}",
    }
