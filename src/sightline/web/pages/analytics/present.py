"""Plans and their sums as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.money import Money
from sightline.planning.portfolio import RollUp
from sightline.records.queries.analytics import Backwards, Group, Picture, PlanRow
from sightline.web.figures import Figure, Input
from sightline.web.pages.analytics.asking import NOBODY, Asked
from sightline.web.pages.portfolio.addresses import plan_address
from sightline.wording.money import full_money, money_title, short_money


@dataclass(frozen=True, slots=True)
class Head:
    """One headline figure; `url` leads to the plans behind it."""

    label: str
    value: str
    note: str
    title: str = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the list of plans."""

    label: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Plans of one owner or tier; bars in major units. `counted` 0: no figure is known."""

    name: str
    tier: int | None
    url: str
    words: str
    counted: int
    target: Money
    landing: Money
    gap: Money
    share: str
    bar_landing: float
    bar_target: float
    no_path: int
    no_path_url: str
    threaded: Money
    figure: Figure
    short: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan; None is not known. `unsure` says where its chance is marked as uncalibrated: beside
    it ("row"), or above all of them, none of which is calibrated ("head")."""

    row: PlanRow
    url: str
    owner_url: str
    target: Money | None
    landing: Money | None
    gap: Money | None
    gap_text: str
    chance: str
    unsure: str
    threaded: Money | None
    bar_landing: float
    bar_target: float
    why: str


def heads(found: Picture, *, year: str) -> list[Head]:
    """The strip above; empty where no plan is open to the person."""
    whole = found.whole
    if whole is None:
        return []
    return [
        Head(
            _("Target FY%(year)s") % {"year": year},
            short_money(whole.target),
            _("from %(counted)s of %(plans)s plans")
            % {"counted": whole.counted, "plans": whole.plans},
            money_title(whole.target),
            url=plans_url("left_out") if whole.counted < whole.plans else plans_url(),
        ),
        Head(
            _("Expected landing"),
            short_money(whole.landing),
            _share(whole.landing, whole.target),
            money_title(whole.landing),
            url=plans_url(),
        ),
        Head(
            _("Uncovered"),
            short_money(whole.gap),
            _("gaps added plan by plan"),
            money_title(whole.gap),
            tone="warn" if whole.gap.minor else "",
            url=plans_url("gap"),
        ),
        *_risk_heads(found, whole),
    ]


def _risk_heads(found: Picture, whole: RollUp) -> list[Head]:
    short = len(whole.no_path)
    threaded, lacking = found.plans.threaded, found.plans.no_path_gap
    return [
        Head(
            _("No credible path"),
            ngettext("%(n)s plan", "%(n)s plans", short) % {"n": short},
            _("%(money)s of gaps") % {"money": short_money(lacking)},
            money_title(lacking),
            tone="neg" if short else "",
            url=plans_url("no_path"),
        ),
        Head(
            _("Single-threaded"),
            short_money(whole.single_threaded),
            ngettext("ACV in %(n)s plan", "ACV in %(n)s plans", threaded) % {"n": threaded},
            money_title(whole.single_threaded, period=_("yearly recurring value")),
            url=plans_url("threaded"),
        ),
        Head(
            _("Challenges unanswered"),
            str(whole.open_challenges),
            _("in %(n)s plans") % {"n": found.plans.challenged},
            url=plans_url("challenges"),
        ),
    ]


def group_rows(found: Sequence[Group], *, by: Literal["owner", "tier"]) -> list[GroupRow]:
    """Owners or tiers on one scale, the largest uncovered gap first."""
    return [_group_row(one, by=by) for one in found]


def _group_row(one: Group, *, by: Literal["owner", "tier"]) -> GroupRow:
    sums = one.sums
    asked = {by: one.key or NOBODY}
    name = _("Tier %s") % one.key if by == "tier" else one.name or _("Nobody named")
    out = sums.plans - sums.counted
    words = ngettext("%(n)s plan", "%(n)s plans", sums.plans) % {"n": sums.plans}
    if out:
        words = _("%(words)s, %(out)s not in the sums") % {"words": words, "out": out}
    return GroupRow(
        name=name,
        tier=int(one.key) if by == "tier" else None,
        url=plans_url(**asked),
        words=words,
        counted=sums.counted,
        target=sums.target,
        landing=sums.landing,
        gap=sums.gap,
        share=_share(sums.landing, sums.target),
        bar_landing=float(sums.landing.amount),
        bar_target=float(sums.target.amount),
        no_path=len(sums.no_path),
        no_path_url=plans_url("no_path", **asked),
        threaded=sums.single_threaded,
        figure=Figure(
            inputs=(
                Input(_("Target"), full_money(sums.target)),
                Input(_("Expected landing"), full_money(sums.landing)),
                Input(_("Surplus and gaps together"), full_money(sums.net, sign="always")),
            ),
            explanation=_("Gaps are added plan by plan: one plan's surplus hides no other's gap."),
            source=_("%(counted)s of %(plans)s plans with both target and landing")
            % {"counted": sums.counted, "plans": sums.plans},
        ),
        short=short_money(sums.gap),
    )


def plan_lines(rows: Iterable[PlanRow]) -> list[PlanLine]:
    """Plans with their words."""
    listed = list(rows)
    shown = [row.facts for row in listed if row.facts.chance is not None]
    where = "row" if any(facts.calibrated for facts in shown) else "head"
    return [_plan_line(row, where if shown else "") for row in listed]


def _plan_line(row: PlanRow, unsure: str) -> PlanLine:
    facts, gap = row.facts, row.gap
    bars = facts.target is not None and facts.landing is not None
    return PlanLine(
        row=row,
        url=plan_address(row.account_id, planned=True),
        owner_url=plans_url(owner=str(row.owner_id or NOBODY)),
        target=facts.target,
        landing=facts.landing,
        gap=gap,
        gap_text=_gap_text(row),
        chance=f"{facts.chance:.0%}" if facts.chance is not None else "",
        unsure="" if facts.calibrated and unsure == "row" else unsure,
        threaded=facts.single_threaded
        if facts.single_threaded and facts.single_threaded.minor > 0
        else None,
        bar_landing=float(facts.landing.amount) if bars and facts.landing else 0.0,
        bar_target=float(facts.target.amount) if bars and facts.target else 0.0,
        why=_why(row),
    )


def _gap_text(row: PlanRow) -> str:
    wanted, expected = row.facts.target, row.facts.landing
    if wanted is None or expected is None:
        return ""
    return short_money(expected - wanted, sign="always") if expected != wanted else _("met")


def _why(row: PlanRow) -> str:
    facts = row.facts
    if facts.target is None:
        return _("no target yet")
    if facts.landing is None:
        return _("landing not computed yet")
    return ""


@dataclass(frozen=True, slots=True)
class BackwardsWords:
    """An outcome worked backwards; `shares` name account, address, share and what it lacks."""

    found: Backwards
    said: str
    bar_carried: float
    bar_wanted: float
    shares: tuple[tuple[str, str, Money, str], ...]


def backwards_words(found: Backwards) -> BackwardsWords:
    """What is missing of the outcome, and on whom it could be put."""
    if found.missing:
        said = _("The plans carry %(carried)s of it. %(missing)s is missing.")
    else:
        said = _("The plans carry %(carried)s: all of it is expected to land.")
    return BackwardsWords(
        found=found,
        said=said % {"carried": short_money(found.carried), "missing": short_money(found.missing)},
        bar_carried=float(found.carried.amount),
        bar_wanted=float(found.wanted.amount),
        shares=tuple(
            (
                one.name,
                plan_address(one.account_id, planned=one.planned),
                one.share,
                "" if one.planned else _("no plan with target and landing"),
            )
            for one in found.shares
        ),
    )


def sums_words(plans: int, gap: Money) -> str:
    """What the listed plans add up to, in a sentence."""
    if not plans:
        return _("No plan")
    count = ngettext("%(n)s plan", "%(n)s plans", plans) % {"n": plans}
    return _("%(count)s, %(gap)s uncovered") % {"count": count, "gap": short_money(gap)}


def plans_url(only: str = "", **asked: str) -> str:
    """The list of plans behind a figure."""
    query = Asked(only=only).query(**asked)
    return reverse("analytics:plans") + (f"?{query}" if query else "")


def _share(landing: Money, target: Money) -> str:
    if target.minor <= 0:
        return ""
    return _("%(share)d%% of target") % {"share": 100 * landing.minor // target.minor}
