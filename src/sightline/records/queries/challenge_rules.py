"""The company's own challenge rules: those in force, the draft that waits, what a draft would find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from sightline.planning.bridge import BridgeParameters, build_bridge, chance_of_target
from sightline.planning.challenges import (
    RULES,
    BadRule,
    ChallengeParameters,
    Finding,
    Rule,
    merged,
    read_rules,
)
from sightline.planning.errors import PlanningError
from sightline.planning.money import Money
from sightline.records.models import ChallengeRules, Plan
from sightline.records.queries import bridging
from sightline.records.queries.challenging import Challenged, challenge_facts

MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """What `challenges_of` takes beside its parameters.

    `unreadable` says why the own rules are left out: a file kept by another version.
    """

    extra: Mapping[str, tuple[str, Rule]] = field(default_factory=dict)
    switched_off: frozenset[str] = frozenset()
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What one rule of a draft would find: plans, money where it has any, examples."""

    code: str
    title: str
    plans: int
    money: Money | None
    examples: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """One version of the file. `tried_plans` is None while it is being tried."""

    id: int
    text: str
    switched_off: frozenset[str]
    note: str
    by: str
    at: datetime
    adopted_at: datetime | None
    tried_plans: int | None
    tried: tuple[Tried, ...]


def rules_in_force() -> RulesInForce:
    """The newest adopted version as rules. One query."""
    row = _adopted().first()
    if row is None:
        return RulesInForce()
    try:
        extra = read_rules(row.text)
    except BadRule as wrong:
        return RulesInForce({}, _known(row.switched_off, {}), str(wrong))
    return RulesInForce(extra, _known(row.switched_off, extra))


def version_in_force() -> RulesVersion | None:
    """The newest adopted version as a page shows it. Two queries."""
    row = _adopted().select_related("set_by").first()
    return _version(row) if row is not None else None


def draft() -> RulesVersion | None:
    """What was uploaded and not adopted yet. Two queries."""
    row = ChallengeRules.objects.select_related("set_by").filter(adopted_at=None).last()
    return _version(row) if row is not None else None


def version(version_id: int) -> RulesVersion | None:
    """One version. Two queries."""
    row = ChallengeRules.objects.select_related("set_by").filter(pk=version_id).first()
    return _version(row) if row is not None else None


def earlier(most: int = 8) -> tuple[RulesVersion, ...]:
    """The adopted versions before the one in force, newest first. Two queries."""
    rows = _adopted().select_related("set_by")[1 : most + 1]
    return tuple(_version(row, named={}) for row in rows)


def would_find(
    text: str,
    plan_ids: Collection[int],
    *,
    now: datetime,
    setting: bridging.BridgeSetting,
    progress: Callable[[int], None],
) -> dict[str, tuple[int, int | None, list[int]]]:
    """What the own rules of a file find over plans: by code (plans, minor units of the company's
    currency or None, some plan ids). Plans whose figures are refused are passed over.

    About thirty queries a plan: for a job.
    """
    rules = read_rules(text)
    counts: dict[str, int] = defaultdict(int)
    sums: dict[str, Money] = {}
    examples: dict[str, list[int]] = defaultdict(list)
    zero = Money.zero(setting.company.currency)
    for done, plan in enumerate(bridging.plan_rows(plan_ids), start=1):
        for code, findings in _findings(rules, plan, setting=setting, now=now).items():
            if not findings:
                continue
            counts[code] += 1
            if len(examples[code]) < MOST_EXAMPLES:
                examples[code].append(plan.id)
            for one in merged(findings, titles={code: rules[code][0]}, currency=plan.currency):
                money = _in(one.money, setting, plan)
                if money is not None:
                    sums[code] = sums.get(code, zero) + money
        progress(done)
    return {
        code: (counts[code], sums[code].minor if code in sums else None, examples[code])
        for code in rules
    }


def _findings(
    rules: Mapping[str, tuple[str, Rule]],
    plan: bridging.PlanRow,
    *,
    setting: bridging.BridgeSetting,
    now: datetime,
) -> dict[str, list[Finding]]:
    numbers = setting.parameters.section(BridgeParameters, "bridge")
    limits = setting.parameters.section(ChallengeParameters, "challenges")
    try:
        bridge = build_bridge(
            bridging.bridge_facts(plan, setting=setting),
            today=setting.company.today(now),
            parameters=numbers,
        )
        chance = chance_of_target(bridge, parameters=numbers)
        facts = challenge_facts(Challenged(plan, setting, bridge, chance, now))
    except PlanningError:
        return {}
    return {code: list(rule(facts, parameters=limits)) for code, (_, rule) in rules.items()}


def _in(
    money: Money | None, setting: bridging.BridgeSetting, plan: bridging.PlanRow
) -> Money | None:
    if money is None or money.currency == setting.company.currency:
        return money
    try:
        return setting.rates.convert(money, setting.company.currency, on=plan.starts_on)
    except PlanningError:
        return None


def _adopted() -> QuerySet[ChallengeRules]:
    return ChallengeRules.objects.filter(adopted_at__isnull=False).order_by("-adopted_at", "-pk")


def _known(codes: Collection[str], extra: Mapping[str, object]) -> frozenset[str]:
    return frozenset(code for code in codes if code in RULES or code in extra)


def _version(
    row: ChallengeRules, *, named: Mapping[int, tuple[int, str]] | None = None
) -> RulesVersion:
    if named is None:
        ids = {plan for _, _, plans in row.tried.values() for plan in plans}
        accounts = Plan.objects.filter(pk__in=ids).values_list("pk", "account_id", "account__name")
        named = {pk: (account, name) for pk, account, name in accounts}
    try:
        titles = {code: title for code, (title, _) in read_rules(row.text).items()}
    except BadRule:
        titles = {}
    return RulesVersion(
        id=row.pk,
        text=row.text,
        switched_off=frozenset(row.switched_off),
        note=row.note,
        by=row.set_by.name if row.set_by else "",
        at=row.set_at,
        adopted_at=row.adopted_at,
        tried_plans=row.tried_plans,
        tried=tuple(
            Tried(
                code=code,
                title=titles.get(code, code),
                plans=plans,
                money=Money(minor, row.tried_in) if minor is not None else None,
                examples=tuple(named[plan] for plan in examples if plan in named),
            )
            for code, (plans, minor, examples) in row.tried.items()
        ),
    )
