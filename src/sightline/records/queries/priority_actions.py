"""The dated steps of an account that touch most money within a span of days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sightline.planning.money import Converter, Money, Rates
from sightline.records.models import Action
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.contract_names import contract_names


@dataclass(frozen=True, slots=True)
class PriorityAction:
    """One open step: what it serves by name, and the money there (None: not known)."""

    subject: str
    owner: str
    due_on: date
    serves: str
    money: Money | None


def priority_actions(
    scope: AccountScope, *, until: date, currency: str, rates: Rates, on: date
) -> tuple[PriorityAction, ...]:
    """Open actions of the visible accounts due by a day, most money first, then the soonest.

    Overdue ones are among them. One query.
    """
    rows = Action.objects.filter(
        account_id__in=scope.seen_ids,
        removed_at=None,
        state=Action.State.OPEN,
        due_on__lte=until,
    ).select_related("owner", "opportunity", "contract", "play")
    names = contract_names(row.contract for row in rows if row.contract is not None)
    found = [_shown(row, names, currency, rates, on) for row in rows if row.due_on is not None]
    found.sort(key=lambda one: (-(one.money.minor if one.money else -1), one.due_on, one.subject))
    return tuple(found)


def _shown(
    row: Action, names: Mapping[int, str], currency: str, rates: Rates, on: date
) -> PriorityAction:
    name, minor, code = "", None, ""
    if row.opportunity is not None:
        name, minor, code = row.opportunity.name, row.opportunity.amount, row.opportunity.currency
    elif row.contract is not None:
        contract = row.contract
        name, minor, code = (
            names[contract.pk],
            contract.annual_value,
            contract.currency,
        )
    elif row.play is not None:
        name, minor, code = row.play.name, row.play.value, row.play.currency
    money = Converter(currency, rates, on)(minor, code)
    assert row.due_on is not None, "filtered by the day it is due"
    return PriorityAction(row.subject, row.owner.name if row.owner else "", row.due_on, name, money)
