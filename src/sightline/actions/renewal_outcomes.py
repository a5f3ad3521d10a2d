"""What became of a renewal: renewed, renewed for more or less, lost; and what follows from it.

The contract goes on to its next end, its strategy starts anew, the bridge counts what was decided.
A contract that the CRM owns is left to the CRM; until it moves there the outcome stands for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sightline.actions import journal, renewal_steps
from sightline.actions.whitespace import ask_for_plans
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed
from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.planning.renewals import OutcomeKind, kind_of_outcome
from sightline.records.models import (
    Account,
    Contract,
    RenewalMember,
    RenewalOutcome,
    RenewalStrategy,
)
from sightline.records.queries.contract_names import name_of
from sightline.records.queries.renewal_outcomes import settled_ends
from sightline.records.scoping import Person, may_on, visible_accounts

REASONS = (
    "price",
    "competitor",
    "value",
    "budget",
    "sponsor_left",
    "service",
    "need_gone",
    "merged",
    "other",
)


@dataclass(frozen=True, slots=True)
class Decided:
    """How it went. `renewed` is the new yearly value, in minor units of the contracts' currency,
    for all contracts that are renewed as one; None where all is lost. `until` is the next end."""

    lost: bool
    renewed: int | None
    until: date | None
    decided_on: date
    reason: str = ""
    note: str = ""


def record_outcome(
    person: Person, contract_id: int, decided: Decided, *, today: date, now: datetime
) -> list[int]:
    """Keep what became of a contract, and of those that are renewed with it; answers the ids.

    The new value is shared by what each was worth. Raises `NotAllowed`, `InvalidValue` or
    `MissingValue`, naming the field.
    """
    with transaction.atomic():
        contracts = _together(person, contract_id)
        _check(decided, contracts, today=today)
        shares = _shares(decided, contracts)
        made = [
            _keep(person, contract, decided, share, now=now)
            for contract, share in zip(contracts, shares, strict=True)
        ]
        for planning in {_planning(contract) for contract in contracts}:
            renewal_steps.keep_steps(today, planning_ids=[planning])
            ask_for_plans(planning, by=person.id)
    return made


def take_back_outcome(person: Person, outcome_id: int, *, today: date, now: datetime) -> None:
    """Undo an outcome: contract and strategy are what they were, unless changed meanwhile."""
    with transaction.atomic():
        row = (
            RenewalOutcome.objects.select_for_update()
            .filter(pk=outcome_id, undone_at=None)
            .select_related("contract__account")
            .first()
        )
        if row is None:
            raise InvalidValue("That outcome is not in force any more.", field="outcome")
        planning = require(person, row.contract)
        kept: dict[str, Any] = row.before
        contract = row.contract
        if "contract" in kept and contract.ends_on == row.until:
            end = kept["contract"]["ends_on"]
            contract.ends_on = date.fromisoformat(end) if end else None
            contract.annual_value = kept["contract"]["annual_value"]
            contract.version, contract.changed_at = contract.version + 1, now
            contract.save()
        if "strategy" in kept:
            # a person's notes are not kept twice: they never left the strategy
            RenewalStrategy.objects.filter(contract=contract, goal="", risk="").update(
                goal=kept["strategy"]["goal"], risk=kept["strategy"]["risk"], changed_at=now
            )
        RenewalOutcome.objects.filter(pk=row.pk).update(undone_at=now)
        journal.record(
            "take_back_outcome", actor_id=person.id, account_id=contract.account_id, subject=row
        )
        renewal_steps.keep_steps(today, planning_ids=[planning])
        ask_for_plans(planning, by=person.id)


def require(person: Person, contract: Contract) -> int:
    """The planning account of a contract that the person may write. Raises `NotAllowed`."""
    planning = _planning(contract)
    sees = visible_accounts(person).filter(pk=contract.account_id).exists()
    if not sees or not may_on(person, planning, Category.PLAN, Act.WRITE):
        raise NotAllowed("You may not change this renewal.", field="contract")
    return planning


def locked(contract_ids: Sequence[int]) -> list[Contract]:
    """Contracts that are there, locked in the order of their keys."""
    rows = Contract.objects.select_for_update().filter(pk__in=contract_ids, removed_at=None)
    return list(rows.order_by("pk"))


def _together(person: Person, contract_id: int) -> list[Contract]:
    group = RenewalMember.objects.filter(contract_id=contract_id).values("group_id")
    ids = set(
        RenewalMember.objects.filter(group_id__in=group).values_list("contract_id", flat=True)
    )
    contracts = locked([*(ids | {contract_id})])
    if not contracts:
        raise NotAllowed("You may not change this renewal.", field="contract")
    for contract in contracts:
        require(person, contract)
    return contracts


def _check(decided: Decided, contracts: Sequence[Contract], *, today: date) -> None:
    if decided.decided_on > today:
        raise InvalidValue("It was decided today or before.", field="decided_on")
    if decided.reason and decided.reason not in REASONS:
        raise InvalidValue("Choose one of the reasons.", field="reason")
    if any(contract.ends_on is None for contract in contracts):
        raise InvalidValue("A contract without an end is not renewed.", field="contract")
    held = settled_ends([contract.pk for contract in contracts])
    if any((contract.pk, contract.ends_on) in held for contract in contracts):
        raise InvalidValue("What became of it is written already. Take it back first.")
    if not decided.lost:
        _check_renewed(decided, contracts)
    elif not decided.reason:
        raise MissingValue("Why was it lost?", field="reason")


def _check_renewed(decided: Decided, contracts: Sequence[Contract]) -> None:
    if decided.renewed is None:
        raise MissingValue("What is it worth a year from now on?", field="renewed")
    if decided.renewed <= 0:
        raise InvalidValue("Renewed for nothing is lost.", field="renewed")
    last = max(contract.ends_on for contract in contracts if contract.ends_on)
    if decided.until is None or decided.until <= last:
        raise InvalidValue("The next end lies after this one.", field="until")
    up = [contract.annual_value for contract in contracts]
    less = all(value is not None for value in up) and decided.renewed < sum(v or 0 for v in up)
    if less and not decided.reason:
        raise MissingValue("Why was it renewed for less?", field="reason")


def _shares(decided: Decided, contracts: Sequence[Contract]) -> list[int | None]:
    if decided.lost or decided.renewed is None:
        return [None] * len(contracts)
    codes = {contract.currency for contract in contracts}
    if len(codes) > 1:
        raise InvalidValue("Contracts in several currencies are settled one by one.")
    worth = [max(0, contract.annual_value or 0) for contract in contracts]
    weights = worth if sum(worth) else [1] * len(contracts)
    whole = Money(decided.renewed, next(iter(codes)) or "GBP")
    return [part.minor for part in whole.split(weights)]


def _keep(
    person: Person, contract: Contract, decided: Decided, share: int | None, *, now: datetime
) -> int:
    assert contract.ends_on is not None
    kind = kind_of_outcome(up=contract.annual_value, renewed=share)
    strategy = RenewalStrategy.objects.filter(contract=contract).first()
    before: dict[str, Any] = {}
    if strategy is not None:
        before["strategy"] = {"goal": strategy.goal, "risk": strategy.risk}
    ours = not contract.outside_id and kind is not OutcomeKind.LOST
    if ours:
        before["contract"] = {
            "ends_on": contract.ends_on.isoformat(),
            "annual_value": contract.annual_value,
        }
    row = RenewalOutcome.objects.create(
        contract=contract,
        kind=kind.value,
        ended_on=contract.ends_on,
        up=contract.annual_value,
        renewed=share,
        currency=contract.currency,
        until=None if decided.lost else decided.until,
        reason=decided.reason,
        note=decided.note.strip()[:500],
        decided_on=decided.decided_on,
        before=before,
        recorded_by_id=person.id,
        recorded_at=now,
    )
    journal.record(
        "record_outcome",
        actor_id=person.id,
        account_id=contract.account_id,
        subject=row,
        changes={"kind": ("", kind.value), "renewed": (contract.annual_value, share)},
        note=name_of(contract),
    )
    if ours:
        contract.ends_on, contract.annual_value = decided.until, share
        contract.version, contract.changed_at = contract.version + 1, now
        contract.save()
    if strategy is not None and kind is not OutcomeKind.LOST:
        # the next strategy: same owner and decider, a goal and a risk of its own
        RenewalStrategy.objects.filter(pk=strategy.pk).update(
            goal="", risk="", version=strategy.version + 1, changed_at=now
        )
    return row.pk


def _planning(contract: Contract) -> int:
    found = Account.objects.filter(pk=contract.account_id).values_list(
        "planning_account_id", flat=True
    )
    return found.first() or contract.account_id
