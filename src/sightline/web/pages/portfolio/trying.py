"""Trying other weights: who would move and how sensitive the line is, before anything is adopted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import weights
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.permissions import Act, Category
from sightline.planning.tiering import Move, Sensitivity, line_sensitivity, try_parameters
from sightline.records.queries.portfolio import names_of
from sightline.records.queries.trying import KeptFacts, kept_facts
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.portfolio.addresses import plan_address
from sightline.web.pages.portfolio.forms import AdoptForm
from sightline.web.pages.portfolio.views import Setting, setting_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_MOVES = 100
CRITERIA = ("reference", "signal", "door_opener")
WEIGHTS = "tiering.importance_weights"


@dataclass(frozen=True, slots=True)
class Knob:
    """A number that may be tried: `name` in the address, `path` in the parameters."""

    name: str
    path: str
    label: StrOrPromise
    group: StrOrPromise
    least: float
    most: float
    step: float
    part: str = ""


_CUTS = gettext_lazy("Cuts and capacity")
_WEIGHTS = gettext_lazy("Weights of importance")
_PARTS = gettext_lazy("Parts of vulnerability")
KNOBS = (
    Knob(
        "potential",
        "tiering.potential_high_share",
        gettext_lazy("High potential holds"),
        _CUTS,
        0.3,
        0.95,
        0.05,
    ),
    Knob("floor", "tiering.floor_share", gettext_lazy("No plan beyond"), _CUTS, 0.5, 1, 0.01),
    Knob(
        "importance",
        "tiering.importance_high",
        gettext_lazy("Importance is high from"),
        _CUTS,
        1,
        9,
        1,
    ),
    Knob(
        "vulnerability",
        "tiering.vulnerability_high",
        gettext_lazy("Vulnerability is high from"),
        _CUTS,
        5,
        95,
        5,
    ),
    Knob(
        "tier1",
        "tiering.capacity_tier_1",
        gettext_lazy("Tier 1 per account manager"),
        _CUTS,
        1,
        30,
        1,
    ),
    Knob(
        "tier2",
        "tiering.capacity_tier_2",
        gettext_lazy("Tier 2 per account manager"),
        _CUTS,
        1,
        80,
        1,
    ),
    Knob("reference", WEIGHTS, gettext_lazy("Reference value"), _WEIGHTS, 0, 5, 0.5, "reference"),
    Knob("signal", WEIGHTS, gettext_lazy("Market signal"), _WEIGHTS, 0, 5, 0.5, "signal"),
    Knob("door", WEIGHTS, gettext_lazy("Door-opener"), _WEIGHTS, 0, 5, 0.5, "door_opener"),
    Knob(
        "renewal",
        "vulnerability.renewal_unprepared",
        gettext_lazy("Renewal nobody prepared"),
        _PARTS,
        0,
        1,
        0.05,
    ),
    Knob(
        "thread", "vulnerability.single_thread", gettext_lazy("Single thread"), _PARTS, 0, 1, 0.05
    ),
    Knob(
        "trend",
        "vulnerability.off_trend",
        gettext_lazy("Revenue off its trend"),
        _PARTS,
        0,
        1,
        0.05,
    ),
    Knob(
        "quiet",
        "vulnerability.quiet_each",
        gettext_lazy("Each deciding person quiet"),
        _PARTS,
        0,
        0.5,
        0.05,
    ),
)


@dataclass(frozen=True, slots=True)
class Setter:
    """A knob with the number in force and the one that is tried."""

    knob: Knob
    held: float
    tried: float
    unit: str

    @property
    def held_text(self) -> str:
        """The number in force."""
        return f"{self.held:g}"

    @property
    def tried_text(self) -> str:
        """The number that is tried, as a field holds it."""
        return f"{self.tried:g}"

    @property
    def least_text(self) -> str:
        """The least that may be tried."""
        return f"{self.knob.least:g}"

    @property
    def most_text(self) -> str:
        """The most that may be tried."""
        return f"{self.knob.most:g}"

    @property
    def changed(self) -> bool:
        """Whether another number is tried."""
        return self.held != self.tried


@dataclass(frozen=True, slots=True)
class MoveLine:
    """An account that would move, of those the person may see."""

    name: str
    url: str
    before: int
    after: int
    potential: Money | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the trial found. `hidden` moves are of accounts that are not open to the person:
    they are counted, and neither named nor in `money`."""

    moves: tuple[MoveLine, ...]
    promoted: int
    demoted: int
    hidden: int
    money: Money
    sizes: tuple[tuple[int, int, int], ...]
    sensitivity: tuple[tuple[str, str, int, int], ...]


@needs(Category.WALLET_TIERS, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """The numbers, and where some were changed, what they would do to the accounts one sees."""
    setting = setting_of(request)
    return _page(request, setting, request.GET, AdoptForm(initial={"since": setting.today}))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def adopt(request: Request) -> HttpResponse:
    """Make the tried numbers the company's own, from a day on, with a reason."""
    setting = setting_of(request)
    form = AdoptForm(request.POST)
    if not form.is_valid():
        return _page(request, setting, request.POST, form, status=422)
    try:
        count = weights.adopt(
            setting.person,
            changes_of(request.POST, setting.parameters),
            reason=form.cleaned_data["reason"],
            since=form.cleaned_data["since"],
            now=timezone.now(),
        )
    except NotAllowed:
        raise
    except PlanningError as error:
        form.add_error(None, str(error))
        return _page(request, setting, request.POST, form, status=422)
    if count:
        words = ngettext(
            "%(n)s number is the company's own now. Tiers are being computed.",
            "%(n)s numbers are the company's own now. Tiers are being computed.",
            count,
        )
        say(request, words % {"n": count})
    else:
        say(request, _("Nothing was changed: these numbers are in force."), tone="warn")
    return go(request, reverse("portfolio:list"))


def _page(
    request: Request, setting: Setting, values: QueryDict, form: AdoptForm, *, status: int = 200
) -> HttpResponse:
    setters = setters_of(values, setting.parameters)
    changed = [one for one in setters if one.changed]
    refused, found = "", None
    kept = kept_facts(parameters=setting.parameters)
    try:
        trial = weights.with_numbers(setting.parameters, changes_of(values, setting.parameters))
        found = outcome_of(setting, kept, trial)
    except PlanningError as error:
        refused = str(error)
    context = {
        "page_title": _("Try weights"),
        "page_note": _("Nothing changes until it is adopted."),
        "groups": _groups(setters),
        "changed": changed,
        "outcome": found,
        "refused": refused,
        "form": form,
        "may_adopt": setting.may(Category.SETTINGS, Act.WRITE),
        "stale": bool(kept.account_ids) and kept.parameters_version != setting.parameters.version,
        "as_of": kept.as_of,
        "computed": bool(kept.account_ids),
    }
    return render(request, "portfolio/try.html", context, partial="trial", status=status)


def setters_of(values: QueryDict, parameters: Parameters) -> list[Setter]:
    """Every knob with the number in force and what the address tries; nonsense tries nothing."""
    return [_setter(knob, values.get(knob.name, ""), parameters) for knob in KNOBS]


def changes_of(values: QueryDict, parameters: Parameters) -> dict[str, object]:
    """What differs, as overrides of parameters."""
    changes: dict[str, object] = {}
    for one in setters_of(values, parameters):
        if not one.changed:
            continue
        path, held = one.knob.path, parameters.entry(one.knob.path).value
        if one.knob.part:
            whole: Any = changes.get(path) or dict(held)  # type: ignore[call-overload]
            changes[path] = {**whole, one.knob.part: one.tried}
        else:
            changes[path] = int(one.tried) if isinstance(held, int) else one.tried
    return changes


def outcome_of(setting: Setting, kept: KeptFacts, trial: Parameters) -> Outcome:
    """Who would move, and how sensitive the line is under the tried numbers."""
    found = try_parameters(kept.facts, now=setting.parameters, trial=trial)
    ids = [kept.account_ids[move.row] for move in found.moves]
    names = names_of(setting.reach, ids)
    currency = setting.company.currency
    lines = [
        MoveLine(
            names[account], plan_address(account), move.before, move.after, _money(move, currency)
        )
        for move, account in zip(found.moves, ids, strict=True)
        if account in names
    ]
    sizes = tuple(
        (
            tier,
            int((found.before.proposed == tier).sum()),
            int((found.after.proposed == tier).sum()),
        )
        for tier in (1, 2, 3)
    )
    money = sum(line.potential.minor for line in lines if line.potential is not None)
    return Outcome(
        moves=tuple(lines[:MOST_MOVES]),
        promoted=found.promoted,
        demoted=found.demoted,
        hidden=len(found.moves) - len(lines),
        money=Money(money, currency),
        sizes=sizes,
        sensitivity=tuple(_steps(one) for one in line_sensitivity(kept.facts, parameters=trial)),
    )


def _money(move: Move, currency: str) -> Money | None:
    return None if move.potential != move.potential else Money(round(move.potential), currency)


def _steps(one: Sensitivity) -> tuple[str, str, int, int]:
    label = next(str(knob.label) for knob in KNOBS if knob.path == one.key)
    return label, f"{one.value:g} ± {one.step:g}", one.changed_below, one.changed_above


def _setter(knob: Knob, text: str, parameters: Parameters) -> Setter:
    entry = parameters.entry(knob.path)
    value: Any = entry.value
    held = float(value[knob.part] if knob.part else value)
    try:
        tried = min(max(float(text), knob.least), knob.most) if text else held
    except ValueError:
        tried = held
    return Setter(knob, held, held if tried != tried else tried, entry.unit)


def _groups(setters: list[Setter]) -> list[tuple[str, list[Setter]]]:
    groups: dict[str, list[Setter]] = {}
    for one in setters:
        groups.setdefault(str(one.knob.group), []).append(one)
    return list(groups.items())
