"""The portfolio's headline figures, the bar of what waits, and the capacity of each manager."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.money import Money
from sightline.planning.tiering.parameters import TieringParameters
from sightline.records.queries.portfolio import Overview
from sightline.web.pages.portfolio.asking import Question
from sightline.wording.money import money_title, short_money

MOST_SLOTS = 8


@dataclass(frozen=True, slots=True)
class Head:
    """One headline figure; `query` leads to the accounts behind it."""

    label: str
    value: str
    note: str
    title: str = ""
    tone: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Manager:
    """One account manager's places: how many are taken, free, and asked for beyond."""

    owner_id: int | None
    name: str
    words: str
    taken: range
    free: range
    over: range
    over_money: Money | None


def heads(found: Overview, *, year: int, question: Question) -> list[Head]:
    """The strip: commercial figures where plans are open to the person, else what tiers say."""
    figures = _plan_heads(found, year, question) if found.plans else _tier_heads(found, question)
    return [
        *figures,
        _head(
            _("Single-threaded"),
            found.threaded_acv,
            found,
            ngettext("ACV in %(n)s account", "ACV in %(n)s accounts", _n(found, "single_threaded"))
            % {"n": _n(found, "single_threaded")},
            query=question.query(view="single_threaded"),
            period=_("yearly recurring value"),
        ),
        _head(
            _("Renewals, 270 days"),
            found.renewal_acv,
            found,
            _renewal_note(found),
            tone="warn" if found.renewals_unprepared else "",
            query=question.query(view="renewal"),
            period=_("yearly recurring value of the accounts"),
        ),
    ]


def _plan_heads(found: Overview, year: int, question: Question) -> list[Head]:
    plans = found.plans
    assert plans is not None
    share = (
        _("%(share)d%% of target") % {"share": 100 * plans.landing.minor // plans.target.minor}
        if plans.target.minor > 0
        else ""
    )
    counted = _("from %(counted)s of %(plans)s plans") % {
        "counted": plans.counted,
        "plans": plans.plans,
    }
    short = _n(found, "no_path")
    return [
        Head(
            _("Target FY%(year)s") % {"year": f"{year % 100:02d}"},
            short_money(plans.target),
            counted,
            money_title(plans.target),
        ),
        Head(_("Expected landing"), short_money(plans.landing), share, money_title(plans.landing)),
        Head(
            _("Uncovered"),
            short_money(plans.gap),
            _("gaps added plan by plan"),
            money_title(plans.gap),
            tone="warn" if plans.gap.minor else "",
        ),
        Head(
            _("No credible path"),
            ngettext("%(n)s plan", "%(n)s plans", short) % {"n": short},
            _("%(money)s of gaps")
            % {"money": short_money(Money(found.no_path_gap, found.currency))},
            tone="neg" if short else "",
            query=question.query(view="no_path"),
        ),
    ]


def _tier_heads(found: Overview, question: Question) -> list[Head]:
    waiting = _n(found, "to_decide")
    return [
        _head(
            _("Potential"),
            found.potential_total,
            found,
            _("over three years"),
            period=_("3 years"),
        )
        if found.potential_total
        else Head(_("Potential"), _("not known"), _("no account's potential is computed")),
        Head(
            _("To decide"),
            ngettext("%(n)s account", "%(n)s accounts", waiting) % {"n": waiting},
            _("tiers wait for a leader"),
            query=question.query(view="to_decide"),
        ),
        _head(_("Over capacity"), found.over_money, found, _("potential one tier lower")),
    ]


def _head(
    label: str,
    minor: int,
    found: Overview,
    note: str,
    *,
    tone: str = "",
    query: str = "",
    period: str = "",
) -> Head:
    money = Money(minor, found.currency)
    return Head(label, short_money(money), note, money_title(money, period=period), tone, query)


def _renewal_note(found: Overview) -> str:
    count, alone = _n(found, "renewal"), found.renewals_unprepared
    words = ngettext("ACV in %(n)s account", "ACV in %(n)s accounts", count) % {"n": count}
    if not alone:
        return words
    return _("%(words)s, %(alone)s without strategy") % {"words": words, "alone": alone}


def waiting_words(found: Overview) -> str:
    """Who waits for a decision, largest first, in a sentence."""
    parts = []
    for one in found.to_decide:
        if one.over_capacity:
            words = _("%(name)s to tier %(tier)s for lack of capacity")
        elif one.decided_tier is None:
            words = _("%(name)s new in tier %(tier)s")
        elif one.proposed_tier == one.decided_tier:
            words = _("%(name)s again tier %(tier)s")
        elif (one.proposed_tier or 3) < one.decided_tier:
            words = _("%(name)s up to tier %(tier)s")
        else:
            words = _("%(name)s down to tier %(tier)s")
        parts.append(words % {"name": one.name, "tier": one.proposed_tier})
    more = _n(found, "to_decide") - len(parts)
    text = ", ".join(parts)
    return _("%(text)s and %(more)s more.") % {"text": text, "more": more} if more else f"{text}."


def managers(found: Overview, *, numbers: TieringParameters) -> list[Manager]:
    """Capacity per account manager, those with an overflow first."""
    rows = []
    for one in found.capacity:
        taken = min(one.full, MOST_SLOTS)
        room = max(0, min(numbers.capacity_tier_1, MOST_SLOTS) - one.full)
        rows.append(
            Manager(
                owner_id=one.owner_id,
                name=one.owner or _("Nobody named"),
                words=_("%(full)s of %(most)s tier 1, %(light)s of %(many)s tier 2")
                % {
                    "full": one.full,
                    "most": numbers.capacity_tier_1,
                    "light": one.light,
                    "many": numbers.capacity_tier_2,
                },
                taken=range(taken),
                free=range(room),
                over=range(min(one.over, 3)),
                over_money=Money(one.over_money, found.currency) if one.over else None,
            )
        )
    return rows


def _n(found: Overview, view: str) -> int:
    return found.counts[view]
