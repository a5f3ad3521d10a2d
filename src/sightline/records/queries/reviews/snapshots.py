"""A plan as a snapshot holds it, and snapshots read back.

Entries hold keys, references, whole numbers, yes or no (planning.reviews.snapshots refuses the
rest); wordings are kept by digest beside them, ratings stay with the person they are about.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Value

from sightline.planning.errors import PlanningError
from sightline.planning.money import Money, Rates
from sightline.planning.reviews import Area, Entry, Snapshot, entry, snapshot
from sightline.records.models import (
    Account,
    Contact,
    Contract,
    Opinion,
    Opportunity,
    OpportunityContactRole,
    Plan,
    PlanResult,
    PlanSnapshot,
    PlanText,
    Play,
)
from sightline.records.prepared import prepared
from sightline.records.queries import company, strategies
from sightline.records.queries.account_head import tier_result
from sightline.records.queries.account_scope import AccountScope, Rights
from sightline.records.queries.bridging import BridgeSetting, PlanRow, plan_rows
from sightline.records.queries.reviews import parts
from sightline.records.queries.whitespace.grid import GridSetting, scored_grid


class SnapshotAltered(RuntimeError):
    """A snapshot is not what was written: its digest does not fit."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of a plan as it stands."""

    key: str
    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class PlanNow:
    """A plan as it stands, to be frozen or compared: entries, and the wordings they refer to."""

    snapshot: Snapshot
    texts: tuple[Wording, ...]


def plan_now(
    plan_id: int, *, on: date, plan: PlanRow | None = None, setting: BridgeSetting | None = None
) -> PlanNow:
    """The plan today, with everything in it that exists. About forty queries, seven fewer where the
    plan and the company's setting are known."""
    plan = plan or plan_rows([plan_id])[0]
    told = setting.company if setting else company.company_facts()
    grid = GridSetting(
        on, told.currency, setting.parameters if setting else company.parameters_in_force(on)
    )
    rates = setting.rates if setting else company.rates(told.currency)
    with_swot = "swot" in told.plan_fields
    texts = _texts(plan, with_swot=with_swot)
    entries = [
        *_grid(plan, grid, rates),
        *_map(plan),
        *_goals(plan),
        *(parts.swot(plan_id) if with_swot else ()),
        *_money(plan),
        *(entry(Area.TEXT, one.key, {"words": one.digest}) for one in texts),
    ]
    return PlanNow(snapshot(f"plan:{plan_id}", taken_on=on, entries=entries), tuple(texts))


def frozen(snapshot_id: int, *, plan_id: int) -> Snapshot | None:
    """A snapshot of a plan; None where there is no such. Raises `SnapshotAltered`. One query."""
    row = PlanSnapshot.objects.filter(pk=snapshot_id, plan_id=plan_id).first()
    return _read(row) if row is not None else None


def frozen_by(review_id: int) -> Snapshot | None:
    """The snapshot with which a review closed. One query."""
    return next((_read(row) for row in _closed_with(review_id)), None)


def frozen_at_opening(plan_id: int, opened_at: Any) -> Snapshot | None:
    """The snapshot taken when a room opened. One query."""
    row = PlanSnapshot.objects.filter(plan_id=plan_id, taken_at=opened_at).first()
    return _read(row) if row is not None else None


def as_json(found: Snapshot) -> list[list[Any]]:
    """Entries as the record keeps them: area, key, fields in order."""
    return [
        [one.area.value, one.key, [[name, value] for name, value in one.fields]]
        for one in found.entries
    ]


def digest_of(entries: object) -> str:
    """What proves that entries are what was written: SHA-256 of their canonical JSON."""
    text = json.dumps(entries, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def wordings(plan_id: int, digests: Iterable[str]) -> dict[str, str]:
    """Kept wordings by digest. One query."""
    rows = PlanText.objects.filter(plan_id=plan_id, digest__in=set(digests))
    return dict(rows.values_list("digest", "text"))


def _read(row: PlanSnapshot) -> Snapshot:
    if digest_of(row.entries) != row.digest:
        raise SnapshotAltered(str(row.pk))
    entries = tuple(
        Entry(Area(area), key, tuple((name, value) for name, value in fields))
        for area, key, fields in row.entries
    )
    return Snapshot(f"plan:{row.plan_id}", row.taken_on, entries)


@prepared
def _closed_with(review_id: int) -> QuerySet[PlanSnapshot]:
    return PlanSnapshot.objects.filter(review_id=review_id).order_by("pk")[:1]


def _whole_scope(plan: PlanRow) -> AccountScope:
    """The account with all of its family: what is frozen does not depend on who froze it."""
    return AccountScope(
        account_id=plan.account_id,
        name="",
        planning_id=plan.account_id,
        planning_name="",
        member_ids=plan.account_ids,
        seen_ids=plan.account_ids,
        rights=Rights(facts=True, plan=True, whitespace=True),
    )


def _grid(plan: PlanRow, setting: GridSetting, rates: Rates) -> Iterator[Entry]:
    try:
        grid = scored_grid(_whole_scope(plan), setting=setting, rates=rates)
    except PlanningError:
        return
    for (unit, line), score in sorted(grid.scores.items()):
        if score.state.state.value == "unknown" and score.value is None:
            continue
        yield entry(
            Area.GRID,
            f"cell:{unit}:{line}",
            {
                "state": score.state.state.value,
                "standing": score.standing.value,
                "value": _minor(score.likely),
                "rank": _minor(score.rank),
                "need": score.need,
                "in_target": score.cell.in_target,
                "currency": grid.currency,
            },
        )


def _map(plan: PlanRow) -> Iterator[Entry]:
    rows = _contacts(list(plan.account_ids))
    ids = [row[0] for row in rows]
    views: dict[int, dict[str, list[int]]] = {}
    for contact, kind, pk in _opinions(ids):
        views.setdefault(contact, {}).setdefault(kind, []).append(pk)
    roles: dict[int, set[str]] = {}
    for contact, role in _roles(ids):
        roles.setdefault(contact, set()).add(role)
    for pk, status, unit, account, above in rows:
        held = views.get(pk, {})
        yield entry(
            Area.MAP,
            f"contact:{pk}",
            {
                "status": status,
                "unit": f"unit:{unit}" if unit else None,
                "account": f"account:{account}",
                "reports_to": f"contact:{above}" if above else None,
                "roles": "+".join(sorted(roles.get(pk, ()))) or None,
                "stance": _reference(held.get(Opinion.Kind.STANCE.value)),
                "strength": _reference(held.get(Opinion.Kind.STRENGTH.value)),
            },
        )


def _reference(ids: list[int] | None) -> str | None:
    """One reference for all ratings in force: any new one makes it another."""
    return f"opinion:{ids[-1]}/{len(ids)}" if ids else None


def _goals(plan: PlanRow) -> Iterator[Entry]:
    yield entry(
        Area.GOALS,
        "target",
        {"target": plan.target, "currency": plan.currency, "source": plan.target_source or None},
    )
    for play in _plays(plan.account_id):
        yield entry(
            Area.GOALS,
            f"play:{play.pk}",
            {
                "value": play.value,
                "currency": play.currency or None,
                "close": _day(play.target_close),
                "owner": f"user:{play.owner_id}" if play.owner_id else None,
                "outcome": play.outcome or None,
                "parked": play.parked,
            },
        )
    for deal in _deals(list(plan.account_ids)):
        if deal.is_closed and (deal.close_date is None or deal.close_date < plan.starts_on):
            continue
        yield entry(
            Area.GOALS,
            f"opportunity:{deal.pk}",
            {
                "value": deal.amount,
                "currency": deal.currency or None,
                "close": _day(deal.close_date),
                "owner": f"user:{deal.owner_id}" if deal.owner_id else None,
                "stage": f"stage:{deal.stage_id}" if deal.stage_id else None,
                "closed": deal.is_closed,
                "won": deal.is_won,
            },
        )
    yield from _renewals(plan)
    yield from parts.goals(plan.id)


def _renewals(plan: PlanRow) -> Iterator[Entry]:
    ids = _contracts(list(plan.account_ids))
    held = strategies.strategies(ids) if ids else {}
    for pk in ids:
        one = held.get(pk)
        if one is None:
            continue
        yield entry(
            Area.GOALS,
            f"contract:{pk}",
            {
                "goal": one.goal or None,
                "risk": one.risk or None,
                "owner": f"user:{one.owner_id}" if one.owner_id else None,
                "decider": f"contact:{one.decider_id}" if one.decider_id else None,
            },
        )


def _money(plan: PlanRow) -> Iterator[Entry]:
    for result in _results(plan.id):
        chance = round(float(result.chance) * 1000) if result.chance is not None else None
        figures: dict[str, int | str | None] = {
            "base": result.base,
            "landing": result.landing,
            "gap": result.gap,
            "single_threaded": result.single_threaded,
            "chance_per_mille": chance,
            "challenges": result.challenges,
            "currency": plan.currency,
        }
        yield entry(Area.MONEY, "path", figures)
        for name, minor in sorted(dict(result.parts).items()):
            yield entry(Area.MONEY, f"bar:{name}", {"money": minor, "currency": plan.currency})
    tier = tier_result(plan.account_id)
    if tier is not None:
        yield entry(
            Area.MONEY,
            "standing",
            {
                "tier": tier.decided_tier or tier.proposed_tier,
                "potential": tier.potential,
                "vulnerability": tier.vulnerability,
                "wallet": tier.wallet,
                "currency": tier.currency or None,
            },
        )


def _texts(plan: PlanRow, *, with_swot: bool) -> list[Wording]:
    found = {name: text for name, text in _theses(plan.id) if text}
    notes = _renewal_notes(list(plan.account_ids))
    found |= {f"renewal_notes:{pk}": text for pk, text in notes if text}
    found |= parts.texts(plan.id, plan.account_id, with_swot=with_swot)
    return [
        Wording(key, hashlib.sha256(text.encode()).hexdigest(), text) for key, text in found.items()
    ]


@prepared
def _contacts(account_ids: list[int]) -> QuerySet[Contact, Any]:
    rows = Contact.objects.filter(account_id__in=account_ids, removed_at=None).order_by("pk")
    return rows.values_list("pk", "status", "unit_id", "account_id", "reports_to_id")


@prepared
def _opinions(contact_ids: list[int]) -> QuerySet[Opinion, Any]:
    rows = Opinion.here.filter(contact_id__in=contact_ids, superseded_at=None)
    rows = rows.exclude(kind=Opinion.Kind.INTEREST)
    return rows.order_by("pk").values_list("contact_id", "kind", "pk")


@prepared
def _roles(contact_ids: list[int]) -> QuerySet[OpportunityContactRole, Any]:
    rows = OpportunityContactRole.objects.filter(
        opportunity__account__planning_account=F("contact__account__planning_account"),
        contact_id__in=contact_ids,
        removed_at=None,
    )
    return rows.exclude(buying_role="").values_list("contact_id", "buying_role")


@prepared
def _plays(account_id: int) -> QuerySet[Play]:
    return Play.objects.filter(account_id=account_id, removed_at=None).order_by("pk")


@prepared
def _deals(account_ids: list[int]) -> QuerySet[Opportunity]:
    rows = Opportunity.objects.filter(account_id__in=account_ids, removed_at=None, is_renewal=False)
    return rows.order_by("pk")


@prepared
def _contracts(account_ids: list[int]) -> QuerySet[Contract, int]:
    rows = Contract.objects.filter(account_id__in=account_ids, removed_at=None, is_active=True)
    return rows.order_by("pk").values_list("pk", flat=True)


@prepared
def _renewal_notes(account_ids: list[int]) -> QuerySet[Contract, Any]:
    rows = Contract.objects.filter(account_id__in=account_ids, removed_at=None, is_active=True)
    rows = rows.exclude(strategy__notes="")
    return rows.order_by("pk").values_list("pk", "strategy__notes")


@prepared
def _results(plan_id: int) -> QuerySet[PlanResult]:
    return PlanResult.objects.filter(plan_id=plan_id)


@prepared
def _theses(plan_id: int) -> QuerySet[Plan, Any]:
    return Plan.objects.filter(pk=plan_id).values_list(Value("thesis"), "thesis")


def _minor(value: Money | None) -> int | None:
    return value.minor if value is not None else None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None


def account_name(account_id: int) -> str:
    """The account's name. One query."""
    return Account.objects.filter(pk=account_id).values_list("name", flat=True).first() or ""


Names = Mapping[str, str]
