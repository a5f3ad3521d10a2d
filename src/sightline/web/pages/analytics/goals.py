"""Shares that a leader wants: retention and penetration, worked backwards to accounts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import outcomes
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries.analytics.goals import (
    Goal,
    GoalShare,
    Worked,
    goals_of,
    industries,
    worked,
)
from sightline.web.conflict import on_top
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.analytics.views import Setting, setting_of
from sightline.web.pages.portfolio.addresses import plan_address
from sightline.wording.money import short_money

KINDS = (
    ("grr", gettext_lazy("Gross revenue retention: less churn")),
    ("nrr", gettext_lazy("Net revenue retention")),
    ("penetration", gettext_lazy("Penetration: lines held of all lines")),
    ("new_lines", gettext_lazy("New lines: revenue from lines bought anew")),
)
HUNDRED = Decimal(100)


class GoalForm(forms.Form):
    """A percentage of which accounts; empty takes it back."""

    kind = forms.ChoiceField(choices=KINDS, label=gettext_lazy("What is wanted"))
    share = forms.DecimalField(
        required=False,
        min_value=0,
        max_value=500,
        decimal_places=2,
        label=gettext_lazy("Per cent"),
    )
    tier = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value="0",
        choices=((0, gettext_lazy("All tiers")), (1, "1"), (2, "2"), (3, "3")),
        label=gettext_lazy("Tier"),
    )
    industry = forms.ChoiceField(required=False, label=gettext_lazy("Industry"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: object, industries: tuple[str, ...], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        known = [(name, name) for name in industries]
        self.fields["industry"].choices = [("", _("All industries")), *known]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class GoalWords:
    """One goal in words; bars in the goal's own unit."""

    goal: Goal
    title: str
    percent: str
    said: str
    bar_carried: float
    bar_wanted: float
    shares: tuple[tuple[GoalShare, str, str], ...]
    note: str


@needs(Category.WALLET_TIERS, Act.DECIDE_TIER)
@require_safe
def show(request: Request) -> HttpResponse:
    """Every share wanted of the running year, each worked backwards."""
    setting = setting_of(request)
    return _shown(request, setting, GoalForm(industries=industries(setting.reach)))


@needs(Category.WALLET_TIERS, Act.DECIDE_TIER)
@require_POST
def want(request: Request) -> HttpResponse:
    """Set, change or take back one share of the leader's own."""
    setting = setting_of(request)
    form = GoalForm(request.POST, industries=industries(setting.reach))
    if not form.is_valid():
        return _shown(request, setting, form, status=422)
    data = form.cleaned_data
    share = data["share"] / HUNDRED if data["share"] is not None else None
    try:
        outcomes.want_share(
            setting.reach.person,
            setting.year_words,
            outcomes.ShareWanted(data["kind"], int(data["tier"]), data["industry"]),
            share,
            seen=data["version"],
            now=timezone.now(),
        )
    except InvalidValue as error:
        form.add_error("share" if error.field == "share" else "kind", str(error))
        return _shown(request, setting, form, status=422)
    except outcomes.StaleShare as stale:
        return _stale(request, setting, form, stale)
    say(request, _("The outcome is kept.") if share else _("The outcome is taken back."))
    return go(request, reverse("analytics:goals"))


def _shown(request: Request, setting: Setting, form: GoalForm, status: int = 200) -> HttpResponse:
    goals = goals_of(setting.reach.person, setting.year_words)
    context = {
        "page_title": _("Outcomes wanted"),
        "form": form,
        "year": setting.year_words,
        "goals": [_words(_worked(setting, goal)) for goal in goals],
    }
    return render(request, "analytics/goals.html", context, status=status)


def _worked(setting: Setting, goal: Goal) -> Worked:
    if (held := setting.outcomes.worked(goal)) is not None:
        return held
    return setting.remembered(f"goal-{goal}", lambda: worked(setting.reach, setting.basis, goal))


def _words(one: Worked) -> GoalWords:
    goal = one.goal
    title = str(dict(KINDS).get(goal.kind, goal.kind))
    scope = [_("tier %s") % goal.tier if goal.tier else "", goal.industry]
    of = ", ".join(part for part in scope if part)
    said, carried, wanted = _said(one)
    return GoalWords(
        goal=goal,
        title=f"{title}, {of}" if of else title,
        percent=f"{goal.share * HUNDRED:.1f}%",
        said=said,
        bar_carried=carried,
        bar_wanted=wanted,
        shares=tuple(
            (share, plan_address(share.account_id), _lacks(share)) for share in one.shares
        ),
        note=_("%(n)s plans are left out: their bridge or a rate is not known.")
        % {"n": one.without}
        if one.without
        else "",
    )


def _said(one: Worked) -> tuple[str, float, float]:
    if one.retention is not None:
        found = one.retention
        words = ngettext(
            "%(plans)s plan opens with %(opening)s and is expected at %(share)s. ",
            "%(plans)s plans open with %(opening)s and are expected at %(share)s. ",
            one.plans,
        ) % {
            "plans": one.plans,
            "opening": short_money(found.opening),
            "share": f"{found.expected:.1%}",
        }
        rest = (
            _("%(missing)s is missing.") % {"missing": short_money(found.missing)}
            if found.missing
            else _("That is what is wanted.")
        )
        wanted = float(one.goal.share) * float(found.opening.amount)
        return words + rest, float(found.kept.amount), wanted
    if one.penetration is not None:
        held = one.penetration
        words = _(
            "%(held)s of %(possible)s lines are held (%(share)s), %(coming)s more are in open plays. "
        ) % {
            "held": held.held,
            "possible": held.possible,
            "share": f"{held.share:.1%}",
            "coming": held.coming,
        }
        rest = (
            _("%(n)s lines are missing.") % {"n": held.missing}
            if held.missing
            else _("That is what is wanted.")
        )
        return words + rest, float(held.held), float(one.goal.share) * held.possible
    return _said_of_new(one)


def _said_of_new(one: Worked) -> tuple[str, float, float]:
    found = one.begun
    if found is None:
        return _("Nothing is known of these accounts yet."), 0.0, 1.0
    words = _(
        "%(new)s of the last twelve months came from lines new to their accounts, open deals are "
        "expected to bring %(coming)s more: %(share)s of %(whole)s. "
    ) % {
        "new": short_money(found.new),
        "coming": short_money(found.coming),
        "share": f"{found.expected:.1%}",
        "whole": short_money(found.whole + found.coming),
    }
    rest = (
        _("%(missing)s from new lines is missing.") % {"missing": short_money(found.missing)}
        if found.missing
        else _("That is what is wanted.")
    )
    carried = float((found.new + found.coming).amount)
    return words + rest, carried, carried + float(found.missing.amount)


def _lacks(share: GoalShare) -> str:
    if share.lines is not None:
        lines = ngettext(
            "%(n)s line neither held nor in play",
            "%(n)s lines neither held nor in play",
            share.lines,
        )
        return lines % {"n": share.lines}
    said = [_("plan below target")] if share.no_path else []
    if share.challenges:
        words = ngettext("%(n)s challenge open", "%(n)s challenges open", share.challenges)
        said.append(words % {"n": share.challenges})
    return ", ".join(said)


def _stale(
    request: Request, setting: Setting, form: GoalForm, stale: outcomes.StaleShare
) -> HttpResponse:
    """Both values and what was typed; saving again is on top of what stands now."""
    theirs = f"{stale.theirs * HUNDRED:.2f}%" if stale.theirs is not None else _("no outcome")
    words = _("It was changed since you read it: %(theirs)s stands now. Saving again replaces it.")
    form.add_error("share", words % {"theirs": theirs})
    on_top(form, stale.version)
    return _shown(request, setting, form, status=409)
