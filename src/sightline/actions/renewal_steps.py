"""A contract's milestones as dated actions: made once, moved with the contract's end.

Those that were passed before anybody could act are not made; the current one is due at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count

from sightline.planning.parameters import Parameters
from sightline.planning.renewals import Milestone, MilestoneState, milestones
from sightline.records.models import Action, Contract, Plan, RenewalOutcome, RenewalStep
from sightline.records.queries import company, strategies
from sightline.records.queries.contract_names import name_of
from sightline.records.queries.renewal_outcomes import settled_ends

CHUNK = 500
AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class _Due:
    """A contract with the end that its steps lead to."""

    contract: Contract
    end: date
    term: int
    owner_id: int | None


def keep_steps(on: date, *, planning_ids: Collection[int] | None = None) -> int:
    """Make what is missing and move what has moved, for contracts of running plans that end within
    a year; answers how many actions were made or moved. Safe to run twice."""
    parameters = company.parameters_in_force(on)
    plans = Plan.objects.filter(starts_on__lte=on, ends_on__gte=on).exclude(state=Plan.State.CLOSED)
    if planning_ids is not None:
        plans = plans.filter(account_id__in=planning_ids)
    rows = Contract.objects.filter(
        account__planning_account_id__in=plans.values("account_id"),
        removed_at=None,
        is_active=True,
        ends_on__isnull=False,
    ).select_related("account__owner")
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    changed = 0
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            changed += _keep(
                rows.filter(pk__in=ids[start : start + CHUNK]), on=on, parameters=parameters
            )
    return changed


def _keep(contracts: Iterable[Contract], *, on: date, parameters: Parameters) -> int:
    found = _due(list(contracts), on=on)
    held = {
        (step.contract_id, step.days_before, step.term): step
        for step in RenewalStep.objects.filter(
            contract_id__in=[due.contract.pk for due in found]
        ).select_related("action")
    }
    changed = 0
    for due in found:
        for one in milestones(due.end, on=on, parameters=parameters):
            step = held.get((due.contract.pk, one.days_before, due.term))
            if step is not None:
                changed += _moved(step, due, one, on=on)
            elif one.state is not MilestoneState.PASSED:
                _made(due, one, on=on)
                changed += 1
    return changed


def _due(contracts: list[Contract], *, on: date) -> list[_Due]:
    """Contracts that end within a year, each with its term; settled ones wait for their next end."""
    ids = [contract.pk for contract in contracts]
    past: Mapping[int, int] = dict(
        RenewalOutcome.objects.filter(contract_id__in=ids, undone_at=None)
        .exclude(kind=RenewalOutcome.Kind.LOST)
        .values_list("contract_id")
        .annotate(times=Count("pk"))
    )
    settled = settled_ends(ids)
    told = strategies.strategies(ids)
    found = []
    for contract in contracts:
        end = contract.ends_on
        if end is None or not on <= end <= on + AHEAD or (contract.pk, end) in settled:
            continue
        strategy = told.get(contract.pk)
        owner = strategy.owner_id if strategy is not None else None
        found.append(
            _Due(
                contract,
                end,
                past.get(contract.pk, 0),
                owner or contract.owner_id or contract.account.owner_id,
            )
        )
    return found


def _made(due: _Due, one: Milestone, *, on: date) -> None:
    name = name_of(due.contract)
    text = one.text[:1].upper() + one.text[1:]
    action = Action.objects.create(
        account_id=due.contract.account_id,
        contract=due.contract,
        owner_id=due.owner_id,
        subject=f"{text}: {name}"[:255] if name else text,
        due_on=max(one.on, on),
        template_step=_mark(one, due.end),
    )
    RenewalStep.objects.create(
        contract=due.contract, days_before=one.days_before, term=due.term, action=action
    )


def _moved(step: RenewalStep, due: _Due, one: Milestone, *, on: date) -> bool:
    """Move an open action where the end has moved; a date that a person set stays otherwise."""
    action = step.action
    mark = _mark(one, due.end)
    if action is None or action.state != Action.State.OPEN or action.template_step == mark:
        return False
    action.due_on, action.template_step = max(one.on, on), mark
    action.version += 1
    action.save(update_fields=["due_on", "template_step", "version"])
    return True


def _mark(one: Milestone, end: date) -> str:
    """The milestone and the end that its date was counted from."""
    return f"renewal:{one.days_before}:{end.isoformat()}"
