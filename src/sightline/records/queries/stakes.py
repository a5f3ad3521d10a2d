"""What rests on an account's people: plays, renewals, owned and open cells, each with its money.

Read for many planning accounts at once; what a cell, a play and a renewal come to here, and which
of them hold the same money, is told in docs/method/stakeholders.md (departure test).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from sightline.planning.money import Converter, Money, Rates, total
from sightline.planning.stakeholders import Stake, StakeKind
from sightline.records.models import (
    Account,
    CellFact,
    CellMeasures,
    Contract,
    Opportunity,
    OpportunityContactRole,
    OpportunityLine,
    Play,
    ProductLine,
    RenewalStrategy,
    Unit,
)
from sightline.records.queries.contract_names import contract_names
from sightline.records.queries.play_people import said_for_plays
from sightline.records.queries.standing import WHOLE

Decision = tuple[str, str]
Convert = Callable[[int | None, str], Money | None]


@dataclass(frozen=True, slots=True)
class Rested:
    """What rests on one planning account's people; `parents` maps each unit to the one above.

    Cells that name no unit stand in the unit `WHOLE`, above all others.
    """

    stakes: tuple[Stake, ...]
    parents: Mapping[str, str | None]


@dataclass(slots=True)
class _Gathered:
    """One planning account while it is read."""

    stakes: list[Stake] = field(default_factory=list)
    owned: dict[Decision, Money | None] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=lambda: {WHOLE: None})


@dataclass(frozen=True, slots=True)
class _Where:
    """Which planning account and unit a row of the records belongs to."""

    planning: Mapping[int, int]
    linked: Mapping[int, str]
    units: Mapping[str, int]

    def unit(self, account_id: int, unit_id: int | None) -> str:
        if unit_id is not None and str(unit_id) in self.units:
            return str(unit_id)
        return self.linked.get(account_id, WHOLE)


def stakes_of(
    planning_ids: Sequence[int],
    *,
    on: date,
    currency: str,
    rates: Rates,
    seen_ids: Sequence[int] | None = None,
) -> dict[int, Rested]:
    """Everything that rests on people in some planning accounts, in one currency.

    `seen_ids` keeps it to what stands on these accounts, where a reader may not see the whole
    family. Fifteen queries at most, whatever the number of accounts. Money whose rate is missing is None.
    """
    found = {planning: _Gathered() for planning in planning_ids}
    where = _where(planning_ids, seen_ids, found)
    convert = Converter(currency, rates, on)
    names = dict(ProductLine.objects.values_list("pk", "name"))
    _owned(found, where, convert, currency)
    _deals(found, where, convert)
    _plays(found, where, convert)
    _renewals(found, where, convert, on=on, currency=currency)
    _cells(found, where, convert, names)
    return {planning: Rested(tuple(one.stakes), one.parents) for planning, one in found.items()}


def _where(
    planning_ids: Sequence[int], seen_ids: Sequence[int] | None, found: Mapping[int, _Gathered]
) -> _Where:
    accounts = Account.objects.filter(
        Q(pk__in=planning_ids) | Q(planning_account_id__in=planning_ids), removed_at=None
    )
    if seen_ids is not None:
        accounts = accounts.filter(pk__in=seen_ids)
    wanted = set(planning_ids)
    planning = {
        pk: above if above in wanted else pk
        for pk, above in accounts.values_list("pk", "planning_account_id")
    }
    rows = Unit.objects.filter(account_id__in=planning_ids, removed_at=None).values_list(
        "pk", "account_id", "parent_id", "linked_account_id"
    )
    units, linked = {}, {}
    for pk, account, parent, own in rows:
        if own is not None and own not in planning:
            continue
        units[str(pk)] = account
        found[account].parents[str(pk)] = str(parent) if parent else WHOLE
        if own is not None:
            linked[own] = str(pk)
    for one in found.values():
        one.parents.update(_rooted(one.parents))
    return _Where(planning, linked, units)


def _rooted(parents: Mapping[str, str | None]) -> dict[str, str | None]:
    """Units whose upper unit is not there, or who stand above each other, hang under the whole."""
    opened: dict[str, str | None] = {}
    for unit, parent in parents.items():
        if parent is None:
            continue
        above, seen = parent, {unit}
        while above != WHOLE and above in parents and above not in seen:
            seen.add(above)
            following = opened.get(above, parents[above])
            above = following if following is not None else WHOLE
        if above != WHOLE or parent not in parents:
            opened[unit] = WHOLE
    return opened


def _owned(
    found: Mapping[int, _Gathered], where: _Where, convert: Converter, currency: str
) -> None:
    rows = CellMeasures.objects.filter(account_id__in=where.planning, owned=True)
    for account, unit, line, acv in rows.order_by("pk").values_list(
        "account_id", "unit_id", "product_line_id", "acv"
    ):
        cells = found[where.planning[account]].owned
        key = (where.unit(account, unit), str(line))
        amount = convert(acv, currency)
        before = cells.get(key)
        cells[key] = before + amount if before is not None and amount is not None else amount


def _deals(found: Mapping[int, _Gathered], where: _Where, convert: Converter) -> None:
    """Open opportunities that nobody made a play of; renewals stand with their contracts."""
    rows = list(
        Opportunity.objects.filter(
            account_id__in=where.planning,
            removed_at=None,
            is_closed=False,
            is_renewal=False,
        )
        # not as `renews=None`: hardly a deal renews anything, and SQLite would begin with all of those
        .exclude(renews__gt=0)
        .filter(Q(play=None) | Q(play__removed_at__isnull=False))
        .order_by("pk")
        .values_list("pk", "account_id", "unit_id", "name", "amount", "currency")
    )
    people = _linked([row[0] for row in rows])
    lines = _lines_of([row[0] for row in rows])
    for pk, account, unit, name, amount, code in rows:
        place = where.unit(account, unit)
        found[where.planning[account]].stakes.append(
            Stake(
                kind=StakeKind.PLAY,
                key=f"opportunity:{pk}",
                label=name,
                money=convert(amount, code),
                people=tuple(people.get(pk, ())),
                decisions=tuple((place, line) for line in lines.get(pk, ())),
            )
        )


def _plays(found: Mapping[int, _Gathered], where: _Where, convert: Converter) -> None:
    """Open plays with everybody linked to them or with a role in them; one with an opportunity has
    that opportunity's amount and people too."""
    rows = (
        Play.objects.filter(account_id__in=list(found), removed_at=None, outcome="", parked=False)
        .exclude(opportunity__is_closed=True)
        .exclude(renewal__isnull=False)
        .select_related("opportunity")
        .prefetch_related("people", "cells")
        .order_by("pk")
    )
    plays = [row for row in rows if row.account_id in where.planning]
    people = _linked([row.opportunity_id for row in plays if row.opportunity_id])
    said = said_for_plays([row.pk for row in plays])
    for play in plays:
        deal = play.opportunity
        minor, code = (deal.amount, deal.currency) if deal else (play.value, play.currency)
        linked = [str(one.contact_id) for one in play.people.all()]
        linked += people.get(play.opportunity_id or 0, [])
        linked += said.get(play.pk, [])
        cells = [
            (where.unit(play.account_id, one.unit_id), str(one.product_line_id))
            for one in play.cells.all()
        ]
        found[play.account_id].stakes.append(
            Stake(
                kind=StakeKind.PLAY,
                key=f"play:{play.pk}",
                label=play.name,
                money=convert(minor, code),
                people=tuple(dict.fromkeys(linked)),
                decisions=tuple(dict.fromkeys(cells)),
            )
        )


def _renewals(
    found: Mapping[int, _Gathered],
    where: _Where,
    convert: Converter,
    *,
    on: date,
    currency: str,
) -> None:
    """Running contracts that end. One without a value holds the value of the cells it covers."""
    rows = list(
        Contract.objects.filter(
            account_id__in=where.planning, removed_at=None, is_active=True, ends_on__gte=on
        ).order_by("ends_on", "pk")
    )
    people, names = _renewal_people([row.pk for row in rows]), contract_names(rows)
    named = {
        (where.planning[row.account_id], where.unit(row.account_id, row.unit_id), line)
        for row in rows
        if (line := str(row.product_line_id or ""))
    }
    for row in rows:
        planning = where.planning[row.account_id]
        own = found[planning]
        place = where.unit(row.account_id, row.unit_id)
        cells = _covered(row, own, place, planning, named)
        value = convert(row.annual_value, row.currency)
        if value is None and row.annual_value is None:
            known = [money for cell in cells if (money := own.owned.get(cell)) is not None]
            value = total(known, currency=currency) if known else None
        own.stakes.append(
            Stake(
                kind=StakeKind.RENEWAL,
                key=f"contract:{row.pk}",
                label=names[row.pk],
                money=value,
                people=tuple(people.get(row.pk, ())),
                decisions=cells,
            )
        )


def _covered(
    row: Contract,
    own: _Gathered,
    place: str,
    planning: int,
    named: set[tuple[int, str, str]],
) -> tuple[Decision, ...]:
    """The cells whose money a contract holds: its own line, else what is owned where it stands
    and no contract names; a contract of the account as a whole reaches every unit."""
    if row.product_line_id is not None:
        return ((place, str(row.product_line_id)),)
    return tuple(
        cell
        for cell in own.owned
        if cell[0] == place or place == WHOLE
        if (planning, *cell) not in named
    )


def _renewal_people(contract_ids: list[int]) -> dict[int, list[str]]:
    """The decider of each contract's strategy, and who stands on its open renewal opportunity."""
    found: dict[int, list[str]] = defaultdict(list)
    told = RenewalStrategy.objects.filter(
        contract_id__in=contract_ids, decider__isnull=False, decider__erased_at=None
    ).values_list("contract_id", "decider_id")
    for contract, decider in told:
        found[contract].append(str(decider))
    deals = dict(
        Opportunity.objects.filter(
            renews_id__in=contract_ids, is_closed=False, removed_at=None
        ).values_list("pk", "renews_id")
    )
    for deal, contacts in _linked(list(deals)).items():
        found[deals[deal] or 0] += contacts
    return {contract: list(dict.fromkeys(keys)) for contract, keys in found.items()}


def _cells(
    found: Mapping[int, _Gathered],
    where: _Where,
    convert: Converter,
    names: Mapping[int, str],
) -> None:
    """Owned cells at what they are worth a year, and open ones that somebody put a value on."""
    for own in found.values():
        for (unit, line), money in sorted(own.owned.items()):
            name = names.get(int(line), "")
            own.stakes.append(
                Stake(StakeKind.OWNED, f"cell:{unit}:{line}", name, money, (), ((unit, line),))
            )
    said = (
        CellFact.objects.filter(
            kind__in=(CellFact.Kind.HAND, CellFact.Kind.PRICE),
            cell__account_id__in=list(found),
            ended_at=None,
        )
        .order_by("cell_id", "-said_at", "-pk")
        .values_list(
            "cell_id",
            "cell__account_id",
            "cell__unit_id",
            "cell__product_line_id",
            "likely",
            "currency",
        )
    )
    done: set[int] = set()
    for cell, account, at_unit, sold, likely, code in said:
        if cell in done or account not in where.planning:
            continue
        done.add(cell)
        key = (where.unit(account, at_unit), str(sold))
        own = found[account]
        if key not in own.owned:
            stake = Stake(
                StakeKind.CELL,
                f"cell:{key[0]}:{key[1]}",
                names.get(sold, ""),
                convert(likely, code),
                (),
                (key,),
            )
            own.stakes.append(stake)


def _linked(deal_ids: list[int]) -> dict[int, list[str]]:
    """Who stands on some opportunities, by key."""
    rows = OpportunityContactRole.objects.filter(
        opportunity_id__in=deal_ids, removed_at=None, contact__erased_at=None
    ).order_by("pk")
    found: dict[int, list[str]] = defaultdict(list)
    for deal, contact in rows.values_list("opportunity_id", "contact_id"):
        if str(contact) not in found[deal]:
            found[deal].append(str(contact))
    return dict(found)


def _lines_of(deal_ids: list[int]) -> dict[int, list[str]]:
    rows = OpportunityLine.objects.filter(
        opportunity_id__in=deal_ids, removed_at=None, product_line__isnull=False
    ).order_by("pk")
    found: dict[int, list[str]] = defaultdict(list)
    for deal, line in rows.values_list("opportunity_id", "product_line_id"):
        if str(line) not in found[deal]:
            found[deal].append(str(line))
    return dict(found)
