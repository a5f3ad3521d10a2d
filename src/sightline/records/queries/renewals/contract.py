"""One contract's way to its renewal: clauses, steps, those renewed with it, and past outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sightline.planning.money import Money
from sightline.planning.renewals import RenewalFacts
from sightline.records.models import Contract, RenewalGroup, RenewalStep
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.contract_names import contract_names
from sightline.records.queries.renewal_outcomes import OutcomeRow, outcomes_of


@dataclass(frozen=True, slots=True)
class StepRow:
    """A milestone as the action it made."""

    days_before: int
    subject: str
    due_on: date | None
    state: str
    owner: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Another contract of the account with an end."""

    id: int
    account_id: int
    name: str
    ends_on: date
    money: Money | None


@dataclass(frozen=True, slots=True)
class ContractPage:
    """Everything of one contract. `told` where the CRM owns it: its dates are the CRM's."""

    id: int
    account_id: int
    name: str
    number: str
    starts_on: date | None
    ends_on: date | None
    money: Money | None
    currency: str
    notice_days: int | None
    auto_renews: bool | None
    uplift_percent: float | None
    told: bool
    version: int
    steps: tuple[StepRow, ...]
    outcomes: tuple[OutcomeRow, ...]
    group_id: int | None
    group_ends: date | None
    together: tuple[Beside, ...]
    others: tuple[Beside, ...]

    @property
    def settled(self) -> OutcomeRow | None:
        """What was decided for its present end."""
        return next((one for one in self.outcomes if one.ended_on == self.ends_on), None)

    @property
    def up(self) -> Money | None:
        """Yearly value of all that is renewed as one; None where any is not known."""
        if self.money is None:
            return None
        whole = self.money
        for one in self.together:
            if one.money is None or one.money.currency != whole.currency:
                return None
            whole += one.money
        return whole

    def renewal_facts(self) -> tuple[RenewalFacts, ...]:
        """This contract and the others of its account with known values, for ending together."""
        own = (
            Beside(self.id, self.account_id, self.name, self.ends_on, self.money)
            if self.ends_on
            else None
        )
        rows = (*((own,) if own else ()), *self.others)
        return tuple(
            RenewalFacts(str(one.id), "account", one.ends_on, one.money)
            for one in rows
            if one.money is not None and self.money and one.money.currency == self.money.currency
        )


def contract_page(scope: AccountScope, contract_id: int) -> ContractPage | None:
    """One contract of the visible accounts; None where there is none. Five queries."""
    row = (
        Contract.objects.filter(account_id__in=scope.seen_ids, pk=contract_id, removed_at=None)
        .select_related("renewal_member__group")
        .first()
    )
    if row is None:
        return None
    member = getattr(row, "renewal_member", None)
    group: RenewalGroup | None = member.group if member else None
    beside = _beside(scope, contract_id, group)
    return ContractPage(
        id=row.pk,
        account_id=row.account_id,
        name=contract_names([row])[row.pk],
        number=row.number,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        money=_money(row.annual_value, row.currency),
        currency=row.currency,
        notice_days=row.notice_days,
        auto_renews=row.auto_renews,
        uplift_percent=float(row.uplift_percent) if row.uplift_percent is not None else None,
        told=bool(row.outside_id),
        version=row.version,
        steps=_steps(contract_id),
        outcomes=outcomes_of([contract_id]),
        group_id=group.pk if group else None,
        group_ends=group.ends_on if group else None,
        together=tuple(one for one, within in beside if within),
        others=tuple(one for one, within in beside if not within),
    )


def _beside(
    scope: AccountScope, contract_id: int, group: RenewalGroup | None
) -> list[tuple[Beside, bool]]:
    """The account's other contracts with an end, and whether each is renewed with this one; those
    of another group are left out."""
    rows = (
        Contract.objects.filter(
            account_id__in=scope.seen_ids,
            removed_at=None,
            is_active=True,
            ends_on__isnull=False,
        )
        .exclude(pk=contract_id)
        .select_related("renewal_member")
        .order_by("ends_on", "pk")
    )
    found = []
    names = contract_names(rows)
    for row in rows:
        member = getattr(row, "renewal_member", None)
        within = member is not None and group is not None and member.group_id == group.pk
        if row.ends_on is None or (member is not None and not within):
            continue
        name = names[row.pk]
        money = _money(row.annual_value, row.currency)
        found.append((Beside(row.pk, row.account_id, name, row.ends_on, money), within))
    return found


def _steps(contract_id: int) -> tuple[StepRow, ...]:
    rows = RenewalStep.objects.filter(contract_id=contract_id, action__removed_at=None)
    return tuple(
        StepRow(
            step.days_before,
            step.action.subject,
            step.action.due_on,
            step.action.state,
            step.action.owner.name if step.action.owner else "",
        )
        for step in rows.select_related("action__owner").order_by("-term", "-days_before")
        if step.action is not None
    )


def _money(minor: int | None, code: str) -> Money | None:
    return Money(minor, code) if minor is not None and code else None
