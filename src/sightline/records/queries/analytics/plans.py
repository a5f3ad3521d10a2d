"""Running plans with their account, owner and tier, and their sums by owner and by tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sightline.planning.money import Money
from sightline.planning.portfolio import GroupBy, RollUp, roll_up_by
from sightline.planning.portfolio import PlanResult as PlanFacts
from sightline.records.models import Account, CrmUser
from sightline.records.queries.analytics.accounts import AccountLine
from sightline.records.queries.portfolio import PlanLine

CHUNK = 5000


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One running plan; money of `facts` in the reporting currency.

    `gap` is target less landing where that is above zero, None where either is not known.
    """

    account_id: int
    name: str
    owner_id: int | None
    owner: str
    facts: PlanFacts

    @property
    def gap(self) -> Money | None:
        """What the plan leaves uncovered of its target."""
        wanted, expected = self.facts.target, self.facts.landing
        if wanted is None or expected is None:
            return None
        return max(Money.zero(wanted.currency), wanted - expected)


@dataclass(frozen=True, slots=True)
class Group:
    """Plans of one owner or tier: `key` as the address asks for it, `name` as people say it."""

    key: str
    name: str
    sums: RollUp


def plan_rows(
    lines: Sequence[PlanLine], accounts: Mapping[int, AccountLine]
) -> tuple[PlanRow, ...]:
    """Plans with what their account adds, the largest gap first, unknown gaps last. Two queries."""
    names = names_of([line.account_id for line in lines])
    owned = {line.account_id: accounts[line.account_id].owner_id for line in lines}
    owners = owner_names({owner for owner in owned.values() if owner is not None})
    rows = []
    for line in lines:
        owner = owned[line.account_id]
        rows.append(
            PlanRow(
                account_id=line.account_id,
                name=names[line.account_id],
                owner_id=owner,
                owner=owners.get(owner, "") if owner else "",
                facts=replace(
                    line.facts, owner=str(owner or ""), tier=accounts[line.account_id].tier
                ),
            )
        )
    return tuple(sorted(rows, key=_by_gap))


def groups(rows: Sequence[PlanRow], *, by: GroupBy, currency: str) -> tuple[Group, ...]:
    """Sums by owner or tier, the largest uncovered gap first."""
    owners = {str(row.owner_id or ""): row.owner for row in rows}
    sums = roll_up_by([row.facts for row in rows], by=by, currency=currency)
    named = owners if by is GroupBy.OWNER else {}
    return tuple(Group(one.key, named.get(one.key, one.key), one) for one in sums)


def names_of(ids: Sequence[int]) -> dict[int, str]:
    """Names of some accounts, read in pieces that every database takes."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), CHUNK):
        rows = Account.objects.filter(pk__in=ids[start : start + CHUNK])
        found.update(rows.values_list("pk", "name"))
    return found


def owner_names(ids: set[int]) -> dict[int, str]:
    """Names of our people."""
    return dict(CrmUser.objects.filter(pk__in=ids).values_list("pk", "name"))


def _by_gap(row: PlanRow) -> tuple[bool, int, str, int]:
    gap = row.gap
    return (gap is None, -(gap.minor if gap else 0), row.name.casefold(), row.account_id)
