"""The target by kind, unit and product line, and the bridge split the same three ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import plans, targets
from sightline.actions.targets import WantedPart
from sightline.planning.bridge import BarCode, Bridge, BridgeParameters, build_bridge
from sightline.planning.bridge.split import Placed, Places, SplitRow, kinds_by_line, split_bridge
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.money import Converter, Money, total
from sightline.planning.permissions import Act, Category
from sightline.records.queries import bridging
from sightline.records.queries.account_grid import OTHER_UNITS, WHOLE, product_lines
from sightline.records.queries.account_head import PlanHead
from sightline.records.queries.company import rates
from sightline.records.queries.target_split import (
    PlacedTarget,
    SplitFacts,
    placed_targets,
    split_facts,
)
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.parts import Parts
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.plan.bridge import bar_words
from sightline.web.pages.plan.target_forms import Choices, PartRows, rows_form, rows_of

COLUMNS = (
    BarCode.BASELINE,
    BarCode.SINCE,
    BarCode.CHURN,
    BarCode.CONTRACTION,
    BarCode.UPLIFT,
    BarCode.PLAYS,
    BarCode.EXCHANGE,
)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One place of a split: its bars in the order of the columns."""

    label: str
    bars: tuple[Money, ...]
    landing: Money
    target: Money | None
    gap: Money | None


@dataclass(frozen=True, slots=True)
class ShownSplit:
    """The bridge one way: rows that add up to `whole`, which is the bridge itself."""

    anchor: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    whole: ShownRow


@needs(Category.PLAN, Act.READ)
@require_safe
def target_parts(request: Request, account_id: int) -> HttpResponse:
    """The target in parts, and where each part of it lands."""
    shell = _planned(request, account_id)
    return _page(request, shell)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def target_parts_set(request: Request, account_id: int) -> HttpResponse:
    """Agree the parts; 409 with theirs beside what was typed where somebody was quicker."""
    shell = _planned(request, account_id)
    if not shell.rights.plan_write:
        raise PermissionDenied(_("You may not change this plan."))
    assert request.person is not None and shell.plan is not None
    facts = _facts(shell, shell.plan)
    rows = rows_form(request.POST, choices=_choices(facts), currency=shell.plan.currency)
    if not rows.is_valid():
        return _page(request, shell, rows=rows, status=422)
    try:
        targets.set_target_parts(
            request.person,
            shell.plan.id,
            [WantedPart(*part) for part in rows.wanted],
            seen_version=rows.seen_version,
            on=shell.today,
            now=timezone.now(),
        )
    except InvalidValue as problem:
        return _page(request, shell, rows=rows, problem=str(problem), status=422)
    except NotAllowed as problem:
        raise PermissionDenied(str(problem)) from problem
    except plans.StalePlan:
        return _page(request, _planned(request, account_id), rows=rows, status=409)
    say(request, _("The target and its parts are saved."))
    return go(request, reverse("plan:target-parts", args=[account_id]))


def _facts(shell: Shell, plan: PlanHead) -> SplitFacts:
    convert = Converter(plan.currency, rates(shell.company.currency), plan.starts_on)
    return split_facts(shell.scope, first_day=plan.starts_on, convert=convert)


def _page(
    request: Request,
    shell: Shell,
    *,
    rows: PartRows | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    plan = shell.plan
    assert plan is not None
    facts = _facts(shell, plan)
    kept = placed_targets(plan.id, shell.scope)
    choices = _choices(facts)
    splits, refused = _splits(shell, facts, kept, choices)
    may_write = shell.rights.plan_write and not shell.scope.hidden_ids
    if rows is None:
        rows = rows_of(kept, choices=choices, currency=plan.currency, version=plan.version)
    context = {
        **frame_of(shell, _("Target"), current="plan:bridge"),
        "plan": plan,
        "target": Money(plan.target, plan.currency) if plan.target is not None else None,
        "rows": rows if may_write else None,
        "partly": shell.rights.plan_write and not may_write,
        "version": plan.version,
        "stale": status == 409,
        "theirs": tuple(_said(part, choices, plan.currency) for part in kept),
        "problem": problem,
        "splits": splits,
        "refused": refused,
    }
    return render(request, "plan/targets.html", context, status=status)


def _said(part: PlacedTarget, choices: Choices, currency: str) -> tuple[str, Money]:
    words = (
        choices.kind_name(part.kind),
        choices.unit_name(part.unit) if part.unit else _("all units"),
        choices.line_name(part.line) if part.line else _("all lines"),
    )
    return ", ".join(words), Money(part.amount, currency)


def _choices(facts: SplitFacts) -> Choices:
    names = {WHOLE: _("The account as a whole"), OTHER_UNITS: _("Other units")}
    units = tuple((unit.key, names.get(unit.key, unit.name)) for unit in facts.units)
    return Choices(units=units, lines=product_lines())


def _splits(
    shell: Shell, facts: SplitFacts, kept: tuple[PlacedTarget, ...], choices: Choices
) -> tuple[tuple[ShownSplit, ...], str]:
    """The three splits, or why there is no bridge."""
    parts = Parts(shell)
    assert shell.plan is not None
    numbers = parts.setting.parameters.section(BridgeParameters, "bridge")
    plan = bridging.plan_rows([shell.plan.id])[0]
    try:
        given = bridging.bridge_facts(plan, setting=parts.setting)
        bridge = build_bridge(given, today=shell.today, parameters=numbers)
    except PlanningError as problem:
        return (), str(problem)
    lines = _places(facts.by_line)
    ways: tuple[tuple[str, str, Places, Mapping[str | None, Money], dict[str, str]], ...] = (
        (
            "by-kind",
            _("By kind"),
            kinds_by_line(lines, held=facts.held),
            _summed(kept, "kind", bridge),
            dict(choices.kinds),
        ),
        (
            "by-unit",
            _("By unit"),
            _places(facts.by_unit),
            _summed(kept, "unit", bridge),
            dict(choices.units),
        ),
        (
            "by-line",
            _("By product line"),
            lines,
            _summed(kept, "line", bridge),
            dict(choices.lines),
        ),
    )
    return tuple(
        _shown(anchor, title, bridge, split_bridge(bridge, places=places, targets=wanted), names)
        for anchor, title, places, wanted, names in ways
    ), ""


def _places(of: Mapping[str, tuple[Placed, ...]]) -> Places:
    return lambda _code, part: of.get(part.key, ())


def _summed(kept: tuple[PlacedTarget, ...], way: str, bridge: Bridge) -> dict[str | None, Money]:
    """Parts of the target by place; the whole of an undivided target belongs to no place."""
    if bridge.target is None:
        return {}
    if not kept:
        return {None: bridge.target}
    found: dict[str | None, Money] = {}
    for part in kept:
        place = getattr(part, way)
        held = found.get(place, Money.zero(bridge.target.currency))
        found[place] = held + Money(part.amount, bridge.target.currency)
    return found


def _shown(
    anchor: str,
    title: str,
    bridge: Bridge,
    rows: tuple[SplitRow, ...],
    names: Mapping[str, str],
) -> ShownSplit:
    currency = bridge.landing.currency
    used = [code for code in COLUMNS if bridge.bar(code).amount.minor or code is BarCode.BASELINE]
    shown = tuple(
        ShownRow(
            label=names.get(row.place, row.place) if row.place is not None else _("No one place"),
            bars=tuple(row.bars[code] for code in used),
            landing=row.landing,
            target=row.target,
            gap=row.gap,
        )
        for row in rows
    )
    wanted = [row.target for row in rows if row.target is not None]
    whole = ShownRow(
        _("Together"),
        tuple(bridge.bar(code).amount for code in used),
        bridge.landing,
        total(wanted, currency=currency) if wanted else None,
        bridge.gap,
    )
    note = ""
    if any(row.place is None for row in rows):
        note = _(
            "No one place: money whose place the records do not tell, and parts of the target that "
            "any place may reach. Neither is spread over the others."
        )
    return ShownSplit(anchor, title, note, tuple(bar_words(code) for code in used), shown, whole)


def _planned(request: Request, account_id: int) -> Shell:
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan:
        raise PermissionDenied(_("You may not see the plan of this account."))
    if shell.plan is None:
        raise Http404(_("This account has no running plan."))
    return shell
