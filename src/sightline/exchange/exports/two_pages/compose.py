"""A plan as a paper for one reader: what they may not see is not on it.

Reads through records.queries, computes with planning, says it in words; `paper` holds no figure
that a page of the plan does not show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sightline.exchange.exports.two_pages.bridge import short_name, shown_bridge
from sightline.exchange.exports.two_pages.grid import shown_grid
from sightline.exchange.exports.two_pages.paper import Entry, KeyFigure, Paper, Stakeholder
from sightline.planning.challenges import Challenge
from sightline.planning.errors import PlanningError
from sightline.planning.money import Money
from sightline.planning.priorities import Chain, PriorityParameters
from sightline.planning.stakeholders import PersonView, how_telling, person_view
from sightline.records.prepared import each_once
from sightline.records.queries import (
    account_head,
    account_people,
    account_renewals,
    bridging,
    challenge_answers,
    company,
    hidden_parts,
    plan_challenges,
    priority_actions,
)
from sightline.records.queries.account_head import PlanHead
from sightline.records.queries.account_people import KnownPerson
from sightline.records.queries.account_renewals import ContractRow
from sightline.records.queries.account_scope import AccountScope, account_scope
from sightline.records.queries.bridging import BridgeSetting
from sightline.records.queries.plan_parts.priorities import chains, priorities_of
from sightline.records.scoping import Person
from sightline.wording import dates, labels
from sightline.wording.chances import percent
from sightline.wording.money import short_money

ACTION_DAYS = 90


class NoPlan(PlanningError):
    """There is no running plan here that this person may read."""

    code = "no_plan"


@dataclass(frozen=True)
class Source:
    """One account's plan and what all its parts are read with."""

    scope: AccountScope
    plan: PlanHead
    setting: BridgeSetting
    today: date
    now: datetime
    light: bool


def paper_of(person: Person, account_id: int, *, now: datetime) -> Paper:
    """The commercial summary of an account's running plan. Raises `NoPlan`. About seventy queries."""
    with each_once():
        return _paper(person, account_id, now=now)


def _paper(person: Person, account_id: int, *, now: datetime) -> Paper:
    source = _source(person, account_id, now=now)
    scope, plan = source.scope, source.plan
    head = account_head.head_of(scope)
    bridge = shown_bridge(source)
    return Paper(
        account=head.name,
        kicker=_("Commercial summary, %s") % plan.label,
        about=_about(source, head.industry, head.city, head.owner, head.sponsor),
        stamp=(
            _("Plan version %s") % plan.version,
            dates.day(source.today),
        ),
        short_title=_("Commercial summary %s") % plan.label,
        figures=_figures(source, bridge.landing, bridge.cover, bridge.chance),
        thesis=plan.thesis,
        priorities=_priorities(source),
        bridge=bridge.shown,
        actions=_actions(source),
        grid=None if source.light else shown_grid(source),
        stakeholders=_stakeholders(source),
        renewals=_renewals(source),
        challenges=_challenges(source),
        light=source.light,
        language=get_language() or "en",
    )


def _source(person: Person, account_id: int, *, now: datetime) -> Source:
    scope = account_scope(person, account_id)
    if scope is None or not scope.rights.plan or not scope.plans_itself:
        raise NoPlan("There is no plan here that you may read.")
    today = company.company_facts().today(now)
    plan = account_head.running_plan(scope.account_id, on=today)
    if plan is None:
        raise NoPlan("No plan runs here.")
    tier = account_head.tier_of(scope.planning_id)
    return Source(
        scope=scope,
        plan=plan,
        setting=bridging.bridge_setting(today),
        today=today,
        now=now,
        light=tier is not None and tier.tier == 2,
    )


def _about(source: Source, industry: str, city: str, owner: str, sponsor: str) -> str:
    parts = [", ".join(part for part in (industry, city) if part)]
    tier = account_head.tier_of(source.scope.planning_id)
    if tier is not None and tier.tier is not None:
        parts.append(_("Tier %s") % tier.tier)
    people = []
    if owner:
        people.append(_("account manager %s") % owner)
    if sponsor:
        people.append(_("sponsor %s") % sponsor)
    parts.append(", ".join(people))
    return ". ".join(part[0].upper() + part[1:] for part in parts if part)


def _figures(
    source: Source, landing: Money | None, cover: str, chance: str
) -> tuple[KeyFigure, ...]:
    plan, scope = source.plan, source.scope
    found = account_head.measured(scope.member_ids)
    figures = [_recurring(found.acv, found.currency) if found else _recurring(None, plan.currency)]
    target = Money(plan.target, plan.currency) if plan.target is not None else None
    agreed = _("agreed %s") % dates.day(plan.agreed_on) if plan.agreed_on else ""
    figures.append(KeyFigure(_("Target"), short_money(target) if target else _("none yet"), agreed))
    words = ", ".join(part for part in (cover, chance) if part)
    figures.append(
        KeyFigure(_("Expected landing"), short_money(landing) if landing else _("not known"), words)
    )
    tier = account_head.tier_of(scope.planning_id)
    if scope.rights.wallet and tier is not None:
        figures.append(_wallet(tier.wallet, tier.wallet_method, found.r12 if found else None))
        worth = _("%s of 100") % tier.vulnerability if tier.vulnerability is not None else _("none")
        figures.append(KeyFigure(_("Vulnerability"), worth))
    return tuple(figures)


def _recurring(acv: int | None, currency: str) -> KeyFigure:
    label = _("Recurring revenue")
    if acv is None:
        return KeyFigure(label, _("not known"))
    return KeyFigure(label, short_money(Money(acv, currency)), _("a year"))


def _wallet(wallet: int | None, method: str, own: int | None) -> KeyFigure:
    label = _("Wallet share")
    if not wallet or wallet < 0 or own is None:
        return KeyFigure(label, _("not known"))
    share = min(1.0, max(0.0, own / wallet))
    note = "" if method == "told" else _("inferred")
    return KeyFigure(label, _("about %s") % percent(share), note)


def _priorities(source: Source) -> tuple[Entry, ...]:
    """Goals in their words, those nothing answers first."""
    rows = priorities_of(source.scope.planning_id)
    numbers = source.setting.parameters.section(PriorityParameters, "priorities")
    found = chains(rows, today=source.today, parameters=numbers)
    return tuple(
        Entry(chain.goal.words, _standing(chain))
        for chain in sorted(found, key=lambda chain: chain.answered)
    )


def _standing(chain: Chain) -> str:
    goal = chain.goal
    said = f"{goal.said_by}, {dates.month(goal.said_on)}"
    words = {
        "achieved": _("Achieved"),
        "confirmed": _("Confirmed"),
        "unconfirmed": _("Not confirmed yet"),
    }[goal.standing.value]
    if goal.standing.value == "achieved":
        return f"{said}. {words}."
    answer = _("No play answers it") if not chain.answered else _("Answered by a play")
    return f"{said}. {words}. {answer}."


def _actions(source: Source) -> tuple[Entry, ...]:
    found = priority_actions.priority_actions(
        source.scope,
        until=source.today + timedelta(days=ACTION_DAYS),
        currency=source.plan.currency,
        rates=source.setting.rates,
        on=source.plan.starts_on,
    )
    entries = []
    for one in found:
        by = _("by %s") % dates.day_short(one.due_on, today=source.today)
        who = f"{one.owner}, {by}" if one.owner else _("nobody yet, %s") % by
        worth = short_money(one.money) if one.money is not None else ""
        serves = ", ".join(part for part in (short_name(one.serves), worth) if part)
        entries.append(Entry(one.subject, f"{who}. {serves}" if serves else f"{who}."))
    return tuple(entries)


def _stakeholders(source: Source) -> tuple[Stakeholder, ...]:
    found = account_people.account_people(
        source.scope, on=source.today, at_stake=True, parameters=source.setting.parameters
    )
    reader = source.scope.rights.reader
    viewed = [
        (one, person_view(one.person, known=one.known, reader=reader))
        for one in found.people
        if one.person.here or one.person.placeholder
    ]
    viewed.sort(
        key=lambda both: (
            *how_telling(both[1], two_way_days=len(both[0].log.two_way)),
            both[1].name.casefold(),
        )
    )
    return tuple(_stakeholder(one, view, source.today) for one, view in viewed)


def _stakeholder(one: KnownPerson, view: PersonView, today: date) -> Stakeholder:
    last = one.log.last_two_way
    roles = [_(labels.BUYING_ROLES[role.value].text) for role in view.roles or ()]
    return Stakeholder(
        name=view.name,
        title=view.title,
        role=", ".join(dict.fromkeys(roles)) or "–",
        level=view.level,
        stance=view.stance.value if view.stance is not None else None,
        unit=one.unit or "–",
        contact=dates.relative_day(last, today=today) if last is not None else _("never"),
    )


def _renewals(source: Source) -> tuple[Entry, ...]:
    """Contracts that run out, the soonest first."""
    rows = account_renewals.contracts_of(source.scope, on=source.today)
    return tuple(_renewal(row) for row in rows if row.ends_on is not None)


def _renewal(row: ContractRow) -> Entry:
    assert row.ends_on is not None, "only those that end are shown"
    goals = {
        "renew": _("renew as it is"),
        "grow": _("renew and grow"),
        "shorten": _("renew for less or shorter"),
        "let_go": _("let it end"),
    }
    strategy = row.strategy
    note = [
        row.name,
        _("goal: %s") % (goals.get(strategy.goal) or _("none yet")),
        _("owner: %s") % (strategy.owner or _("nobody yet")),
        _("decides: %s") % (strategy.decider or _("not known")),
    ]
    money = Money(row.value, row.currency) if row.value is not None and row.currency else None
    worth = short_money(money) if money is not None else ""
    return Entry(dates.day(row.ends_on), "; ".join(part for part in note if part), worth)


def _challenges(source: Source) -> tuple[Entry, ...]:
    try:
        told = plan_challenges.plan_challenges(source.plan.id, now=source.now)
    except PlanningError as problem:
        return (Entry(str(problem)),)
    listed = plan_challenges.readable(told, source.scope.rights)
    keys = {key for one in listed.open for key in (*one.about, one.cause)}
    names = challenge_answers.names_of(keys - hidden_parts.hidden_keys(source.scope.hidden_ids))
    names |= {key: _(name) for key, name in names.items() if key.startswith("metric:")}
    return tuple(_challenge(one, names) for one in listed.open)


def _challenge(one: Challenge, names: Mapping[str, str]) -> Entry:
    about = ", ".join(dict.fromkeys(names[key] for key in (*one.about, one.cause) if key in names))
    worth = short_money(one.money) if one.money is not None else ""
    return Entry(_(one.title), about, worth)
