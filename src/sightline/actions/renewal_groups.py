"""Clauses of a contract, and contracts that are renewed as one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from sightline.actions import journal
from sightline.actions.renewal_outcomes import locked, require
from sightline.actions.renewals import StaleRenewal
from sightline.actions.whitespace import ask_for_plans
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.records.models import Contract, RenewalGroup, RenewalMember
from sightline.records.scoping import Person

MOST_UPLIFT = Decimal(100)
MOST_NOTICE = 1100


@dataclass(frozen=True, slots=True)
class Clauses:
    """What the contract says; None where nobody knows. The uplift is in percent a renewal."""

    uplift_percent: Decimal | None
    notice_days: int | None
    auto_renews: bool | None


def set_clauses(
    person: Person, contract_id: int, wanted: Clauses, *, seen_version: int, now: datetime
) -> int:
    """Write a contract's clauses; answers its new version. Notice and auto-renewal that the CRM
    told stay the CRM's. Raises `NotAllowed`, `InvalidValue` or `StaleRenewal`."""
    _bounded(wanted)
    with transaction.atomic():
        contract = next(iter(locked([contract_id])), None)
        if contract is None:
            raise NotAllowed("You may not change this renewal.", field="contract")
        planning = require(person, contract)
        values = _open_to_us(contract, wanted)
        changes = journal.differences(contract, values)
        if not changes:
            return contract.version
        if contract.version != seen_version:
            raise StaleRenewal(
                "Somebody changed this contract while you were writing.",
                theirs={name: getattr(contract, name) for name in values}
                | {"version": contract.version},
            )
        for name, value in values.items():
            setattr(contract, name, value)
        contract.version, contract.changed_at = contract.version + 1, now
        contract.save()
        journal.record(
            "set_clauses",
            actor_id=person.id,
            account_id=contract.account_id,
            subject=contract,
            changes={name: (str(old), str(new)) for name, (old, new) in changes.items()},
        )
        ask_for_plans(planning, by=person.id)
    return contract.version


def _bounded(wanted: Clauses) -> None:
    if wanted.uplift_percent is not None and not 0 <= wanted.uplift_percent <= MOST_UPLIFT:
        raise InvalidValue("An uplift is between 0 and 100 percent.", field="uplift_percent")
    if wanted.notice_days is not None and not 0 <= wanted.notice_days <= MOST_NOTICE:
        raise InvalidValue("Notice is given within three years.", field="notice_days")


def _open_to_us(contract: Contract, wanted: Clauses) -> dict[str, object]:
    """The clauses that a person may write: those the CRM told stay the CRM's."""
    told = bool(contract.outside_id)
    return {
        name: value
        for name, value in asdict(wanted).items()
        if name == "uplift_percent" or not told or getattr(contract, name) is None
    }


def renew_together(person: Person, contract_ids: Collection[int], *, ends_on: date) -> int:
    """Renew some contracts of one planning account as one, with a common end; answers the group.

    No contract's own dates are changed: the outcome does that. Raises `NotAllowed` or
    `InvalidValue`.
    """
    with transaction.atomic():
        contracts = locked([*contract_ids])
        if len(contracts) != len(set(contract_ids)) or len(contracts) < 2:
            raise InvalidValue("At least two contracts are renewed as one.", field="contracts")
        planning = {require(person, contract) for contract in contracts}
        if len(planning) > 1:
            raise InvalidValue("They belong to one account.", field="contracts")
        if any(contract.ends_on is None for contract in contracts):
            raise InvalidValue("Each of them has an end.", field="contracts")
        if ends_on < max(contract.ends_on for contract in contracts if contract.ends_on):
            raise InvalidValue("Nothing is shortened: take the last end.", field="ends_on")
        if RenewalMember.objects.filter(contract__in=contracts).exists():
            raise InvalidValue("One of them is in another renewal.", field="contracts")
        group = RenewalGroup.objects.create(
            account_id=next(iter(planning)), ends_on=ends_on, created_by_id=person.id
        )
        RenewalMember.objects.bulk_create(
            [RenewalMember(group=group, contract=contract) for contract in contracts]
        )
        journal.record(
            "renew_together",
            actor_id=person.id,
            account_id=group.account_id,
            subject=group,
            changes={"contracts": (None, [contract.pk for contract in contracts])},
        )
    return group.pk


def renew_apart(person: Person, group_id: int) -> None:
    """Renew the contracts of a group one by one again."""
    with transaction.atomic():
        members = RenewalMember.objects.filter(group_id=group_id).select_related("contract")
        rows = list(members)
        if not rows:
            raise InvalidValue("That renewal is not there any more.", field="group")
        for member in rows:
            require(person, member.contract)
        journal.record("renew_apart", actor_id=person.id, account_id=rows[0].contract.account_id)
        RenewalGroup.objects.filter(pk=group_id).delete()
