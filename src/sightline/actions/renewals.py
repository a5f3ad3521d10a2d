"""Renewal strategies: what a person sets for one contract's renewal.

A strategy is written on top of what the CRM shows (records.queries.strategies); an empty field
leaves that part to be read from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.planning.bridge import Risk
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.models import Account, Contact, Contract, CrmUser, Plan, RenewalStrategy
from sightline.records.queries.company import company_facts
from sightline.records.queries.contract_names import name_of
from sightline.records.scoping import Person, may_on, visible_accounts

GOALS = ("renew", "grow", "shorten", "let_go")
RISKS = tuple(risk.value for risk in Risk)
LONGEST_NOTE = 2000


class StaleRenewal(PlanningError):
    """Somebody changed the strategy meanwhile; `theirs` holds every field as it is now."""

    code = "stale_renewal"

    def __init__(self, message: str, *, theirs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class WantedStrategy:
    """What a person wrote. Empty and None leave the part open; people are keys."""

    goal: str = ""
    risk: str = ""
    owner_id: int | None = None
    decider_id: int | None = None
    notes: str = ""


def set_renewal(
    person: Person,
    contract_id: int,
    wanted: WantedStrategy,
    *,
    seen_version: int,
    now: datetime,
) -> int:
    """Write the strategy of one contract; answers its new version.

    `seen_version` is the version the person looked at (0: none written yet). Raises `NotAllowed`,
    `InvalidValue` naming the field, or `StaleRenewal`.
    """
    with transaction.atomic():
        contract = (
            Contract.objects.select_for_update().filter(pk=contract_id, removed_at=None).first()
        )
        if contract is None:
            raise NotAllowed("You may not change this renewal.", field="contract")
        planning = _writable(person, contract)
        values = asdict(wanted) | {"notes": wanted.notes.strip()}
        held = RenewalStrategy.objects.select_for_update().filter(contract=contract).first()
        _check(values, planning)
        before = held or RenewalStrategy(contract=contract, version=0)
        changes = journal.differences(before, values)
        if not changes:
            return before.version
        if before.version != seen_version:
            raise StaleRenewal(
                "Somebody changed this renewal while you were writing.",
                theirs={name: getattr(before, name) for name in values}
                | {"version": before.version},
            )
        version = before.version + 1
        kept, _ = RenewalStrategy.objects.update_or_create(
            contract=contract, defaults={**values, "version": version, "changed_at": now}
        )
        # what was written stays in the one place it can be erased from; the journal says that
        if "notes" in changes:
            changes["notes"] = ("", "changed")
        journal.record(
            "set_renewal",
            actor_id=person.id,
            account_id=contract.account_id,
            subject=kept,
            changes=changes,
            note=name_of(contract),
        )
        _ask_for_plans(planning, now=now)
    return version


def _writable(person: Person, contract: Contract) -> int:
    """The planning account, where the person may change plans and see the contract's account."""
    account = Account.objects.filter(pk=contract.account_id).values_list(
        "planning_account_id", flat=True
    )
    planning = account.first() or contract.account_id
    sees = visible_accounts(person).filter(pk=contract.account_id).exists()
    if not sees or not may_on(person, planning, Category.PLAN, Act.WRITE):
        raise NotAllowed("You may not change this renewal.", field="contract")
    return planning


def _check(values: Mapping[str, Any], planning: int) -> None:
    if values["goal"] and values["goal"] not in GOALS:
        raise InvalidValue("Choose one of the goals.", field="goal")
    if values["risk"] and values["risk"] not in RISKS:
        raise InvalidValue("A risk is low, middle or high.", field="risk")
    if len(values["notes"]) > LONGEST_NOTE:
        raise InvalidValue(f"Keep it under {LONGEST_NOTE} characters.", field="notes")
    owner, decider = values["owner_id"], values["decider_id"]
    if owner is not None and not CrmUser.objects.filter(pk=owner, is_active=True).exists():
        raise InvalidValue("Choose one of our people.", field="owner_id")
    there = Contact.objects.filter(
        pk=decider, account__planning_account_id=planning, removed_at=None, erased_at=None
    )
    if decider is not None and not there.exists():
        raise InvalidValue("Choose somebody of this account.", field="decider_id")


def _ask_for_plans(planning: int, *, now: datetime) -> None:
    day = company_facts().today(now)
    plans = Plan.objects.filter(account_id=planning, starts_on__lte=day, ends_on__gte=day)
    for plan in plans.values_list("pk", flat=True):
        outbox.request("refresh_plan", key=str(plan), payload={"plan": plan})
