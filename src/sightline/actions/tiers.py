"""Deciding tiers: a person accepts what is proposed, or overrides it with a reason.

Computed results are stored by `store_results`; a decision never changes a computation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.tiering import CRITERIA
from sightline.records.models import (
    Account,
    ImportanceAnswer,
    TierDecision,
    TierMonth,
    TierResult,
)
from sightline.records.queries.company import company_facts
from sightline.records.scoping import Person, visible_accounts

Row = TypeVar("Row")
TIERS = (1, 2, 3)
MOST_POINTS = 3
BATCH = 500


class StaleDecision(PlanningError):
    """Somebody else decided in the meantime; carries what they decided."""

    code = "stale_decision"

    def __init__(self, message: str, *, theirs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Override:
    """Another tier than the proposed one: why, and when it is asked again."""

    tier: int
    reason: str
    lapses_on: date


def accept_tier(
    person: Person, account_id: int, *, seen_decision: int | None, now: datetime
) -> TierDecision:
    """Decide the tier that is proposed.

    `seen_decision` is the decision in force when the person looked (None: none); another one
    in the meantime raises `StaleDecision`. Raises `NotAllowed` or `InvalidValue`.
    """
    with transaction.atomic():
        result = _locked(person, account_id)
        if result.proposed_tier is None:
            raise InvalidValue("No tier has been computed for this account yet.", field="tier")
        return _decide(
            person,
            result,
            TierDecision(kind=TierDecision.Kind.ACCEPT, tier=result.proposed_tier),
            seen_decision=seen_decision,
            now=now,
        )


def override_tier(
    person: Person,
    account_id: int,
    override: Override,
    *,
    seen_decision: int | None,
    now: datetime,
) -> TierDecision:
    """Decide another tier, for a reason, until a day. Raises as `accept_tier` does."""
    if override.tier not in TIERS:
        raise InvalidValue("A tier is 1, 2 or 3.", field="tier")
    if not override.reason.strip():
        raise InvalidValue(
            "Say why: an override lapses, and its reason is read then.", field="reason"
        )
    if override.lapses_on <= company_facts().today(now):
        raise InvalidValue("The day it lapses lies in the future.", field="lapses_on")
    with transaction.atomic():
        result = _locked(person, account_id)
        decision = TierDecision(
            kind=TierDecision.Kind.OVERRIDE,
            tier=override.tier,
            reason=override.reason.strip(),
            lapses_on=override.lapses_on,
        )
        return _decide(person, result, decision, seen_decision=seen_decision, now=now)


def accept_many(person: Person, seen: Mapping[int, int | None], *, now: datetime) -> list[int]:
    """Accept what is proposed for several accounts at once; answers the new decisions' ids.

    `seen` maps each account to the decision in force when the person looked. Accounts that wait
    for nobody are left alone. All or none: raises `NotAllowed` or `StaleDecision`.
    """
    made: list[int] = []
    with transaction.atomic():
        for account_id in sorted(seen):
            result = _locked(person, account_id)
            if result.proposed_tier is None or not result.to_decide:
                continue
            decision = TierDecision(kind=TierDecision.Kind.ACCEPT, tier=result.proposed_tier)
            _decide(person, result, decision, seen_decision=seen[account_id], now=now)
            made.append(decision.pk)
    return made


def undo_many(person: Person, decision_ids: Collection[int], *, now: datetime) -> None:
    """Take several decisions back, all or none; raises as `undo_decision` does."""
    with transaction.atomic():
        for decision_id in sorted(decision_ids):
            undo_decision(person, decision_id, now=now)


def undo_decision(person: Person, decision_id: int, *, now: datetime) -> None:
    """Take a decision back; what was in force before it is in force again."""
    with transaction.atomic():
        decision = TierDecision.objects.filter(pk=decision_id, superseded_at=None).first()
        if decision is None:
            raise InvalidValue("That decision is no longer in force.")
        result = _locked(person, decision.account_id)
        before = (
            TierDecision.objects.filter(account_id=decision.account_id, pk__lt=decision.pk)
            .order_by("-pk")
            .first()
        )
        TierDecision.objects.filter(pk=decision.pk).update(superseded_at=now)
        if before is not None and before.superseded_at == decision.decided_at:
            TierDecision.objects.filter(pk=before.pk).update(superseded_at=None)
        else:
            before = None
        _settle(person, result, tier=before.tier if before else None, verb="undo_tier_decision")


def answer_importance(
    person: Person, account_id: int, points: Mapping[str, int], *, reason: str, now: datetime
) -> None:
    """Answer the three criteria of strategic importance with 0 to 3 each and one reason.

    Asks for a new computation. Raises `NotAllowed` or `InvalidValue`.
    """
    if set(points) != set(CRITERIA):
        raise InvalidValue("All three criteria need an answer.", field="importance")
    if any(not 0 <= value <= MOST_POINTS for value in points.values()):
        raise InvalidValue(f"An answer is 0 to {MOST_POINTS}.", field="importance")
    if not reason.strip():
        raise InvalidValue("One reason, in a few words, is needed.", field="reason")
    with transaction.atomic():
        _writable(person, account_id, Act.WRITE)
        Account.objects.select_for_update().get(pk=account_id)
        held = ImportanceAnswer.objects.filter(account_id=account_id, superseded_at=None)
        before = {answer.criterion: answer.points for answer in held}
        held.update(superseded_at=now)
        ImportanceAnswer.objects.bulk_create(
            ImportanceAnswer(
                account_id=account_id,
                criterion=criterion,
                points=value,
                reason=reason.strip(),
                answered_by_id=person.id,
                answered_at=now,
            )
            for criterion, value in points.items()
        )
        journal.record(
            "answer_importance",
            actor_id=person.id,
            account_id=account_id,
            changes={name: (before.get(name), value) for name, value in points.items()},
            note=reason.strip(),
        )
        outbox.request("requalify", key="all", by=person.id)


@dataclass(frozen=True, slots=True)
class ComputedTier:
    """One planning account's computation, as `records.TierResult` keeps it; money in minor
    units of the reporting currency."""

    account_id: int
    sort_name: str
    owner_id: int | None
    crm_tier: int | None
    computed_tier: int
    lenient_tier: int
    proposed_tier: int
    provisional: bool
    below_floor: bool
    to_decide: bool
    over_capacity: bool
    ask_importance: bool
    importance: int | None
    potential_low: int | None
    potential: int | None
    potential_high: int | None
    potential_kept: int | None
    wallet: int | None
    wallet_method: str
    potential_index: float | None
    potential_rank: int | None
    potential_is_high: bool
    vulnerability: int | None
    parts: list[dict[str, Any]]
    missing: list[str]
    reasons: list[dict[str, Any]]
    acv: int | None
    acv_source: str
    revenue: int | None
    revenue_before: int | None
    next_renewal_on: date | None
    touches: int | None
    attention_share: float | None
    single_threaded: bool
    under_served: bool
    requalify_on: date | None
    ledger_version: int
    parameters_version: str


def store_results(rows: Sequence[ComputedTier], *, month: date, currency: str, as_of: date) -> None:
    """Keep a whole computation, in batches of one short transaction each.

    What people decided is read again in the batch's own transaction, so that a decision made
    while the computation ran is kept. Results of accounts that no longer plan go.
    """
    names = [field.name for field in fields(ComputedTier) if field.name != "lenient_tier"]
    kept = [name for name in names if name != "account_id"]
    for batch in _batches(rows):
        with transaction.atomic():
            ids = [row.account_id for row in batch]
            decided, industries = _decided(ids), _industries(ids)
            TierResult.objects.bulk_create(
                [
                    TierResult(
                        **{name: getattr(row, name) for name in names},
                        decided_tier=decided.get(row.account_id),
                        industry=industries.get(row.account_id, ""),
                        currency=currency,
                        as_of=as_of,
                    )
                    for row in batch
                ],
                update_conflicts=True,
                unique_fields=["account"],
                update_fields=[
                    *(name.removesuffix("_id") for name in kept),
                    "decided_tier",
                    "industry",
                    "currency",
                    "as_of",
                    "computed_at",
                ],
            )
            _keep_month(batch, month=month)
    here = set(TierResult.objects.values_list("account_id", flat=True))
    for gone in _batches(sorted(here - {row.account_id for row in rows})):
        TierResult.objects.filter(account_id__in=gone).delete()


def _decided(account_ids: Collection[int]) -> dict[int, int]:
    rows = TierDecision.objects.filter(account_id__in=account_ids, superseded_at=None)
    return dict(rows.values_list("account_id", "tier"))


def _industries(account_ids: Collection[int]) -> dict[int, str]:
    return dict(Account.objects.filter(pk__in=account_ids).values_list("pk", "industry"))


def _keep_month(rows: Sequence[ComputedTier], *, month: date) -> None:
    values = (
        "computed_tier",
        "lenient_tier",
        "potential",
        "potential_index",
        "vulnerability",
        "importance",
    )
    TierMonth.objects.bulk_create(
        [
            TierMonth(
                account_id=row.account_id,
                month=month,
                **{name: getattr(row, name) for name in values},
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["account", "month"],
        update_fields=list(values),
    )


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _writable(person: Person, account_id: int, act: Act) -> None:
    allowed = visible_accounts(person, Category.WALLET_TIERS, act)
    if not allowed.filter(pk=account_id).exists():
        raise NotAllowed("You may not decide about this account.", field="tier")


def _locked(person: Person, account_id: int) -> TierResult:
    _writable(person, account_id, Act.DECIDE_TIER)
    result = TierResult.objects.select_for_update().filter(account_id=account_id).first()
    if result is None:
        raise InvalidValue("No tier has been computed for this account yet.", field="tier")
    return result


def _in_force(account_id: int) -> TierDecision | None:
    return TierDecision.objects.filter(account_id=account_id, superseded_at=None).first()


def _decide(
    person: Person,
    result: TierResult,
    decision: TierDecision,
    *,
    seen_decision: int | None,
    now: datetime,
) -> TierDecision:
    current = _in_force(result.account_id)
    if (current.pk if current else None) != seen_decision:
        raise StaleDecision(
            "Somebody decided this account's tier while you were looking.",
            theirs={
                "tier": current.tier if current else None,
                "reason": current.reason if current else "",
                "decided_at": current.decided_at if current else None,
                "decided_by": current.decided_by_id if current else None,
                "account": result.account_id,
                "decision": current.pk if current else None,
            },
        )
    if current is not None:
        TierDecision.objects.filter(pk=current.pk).update(superseded_at=now)
    decision.account_id = result.account_id
    decision.computed_tier = result.computed_tier
    decision.decided_by_id = person.id
    decision.decided_at = now
    decision.save()
    _settle(person, result, tier=decision.tier, verb=f"{decision.kind}_tier", note=decision.reason)
    return decision


def _settle(
    person: Person, result: TierResult, *, tier: int | None, verb: str, note: str = ""
) -> None:
    before = result.decided_tier
    to_decide = tier is None or (tier != result.proposed_tier and verb == "accept_tier")
    TierResult.objects.filter(pk=result.pk).update(decided_tier=tier, to_decide=to_decide)
    journal.record(
        verb,
        actor_id=person.id,
        account_id=result.account_id,
        changes={"decided_tier": (before, tier)},
        note=note,
    )
    outbox.request("draft_plan", key=str(result.account_id), payload={"account": result.account_id})
    outbox.request("portfolio_sums", key="all")
