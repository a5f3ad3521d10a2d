"""Losing ground: everything of an account that is being lost, by money, with nothing left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sightline.planning.challenges import LosingGround, LostGround, LostKind, losing_ground
from sightline.planning.challenges.ground import CellRevenue, PersonLost, people_lost, revenue_lost
from sightline.planning.money import Money, total
from sightline.planning.stakeholders import Status
from sightline.records.queries.challenge_grounds import lines_beside_deals
from sightline.records.queries.losing import beside_revenue
from sightline.records.queries.plan_parts.grounds import risks_of
from sightline.records.queries.reviews.naming import names_of
from sightline.records.queries.signals import Setting
from sightline.web.pages.account.grid import unit_name
from sightline.web.pages.account.parts import Parts
from sightline.web.pages.plan.signals import carried_by

BESIDE = frozenset({"share", "health"})
LOST = (Status.LEFT, Status.MOVED, Status.QUIET)


@dataclass(frozen=True, slots=True)
class LostRow:
    """One thing lost: what, in which way, how much, and whether a play or a risk speaks of it;
    None where neither could. `item` and `account_id` tell where it is looked into."""

    title: str
    kind: str
    money: Money | None
    since: date | None
    named: bool | None
    item: LostGround
    account_id: int

    @property
    def url(self) -> str:
        """Where it is looked into: written out where it is shown alone."""
        return _place(self.item, self.account_id)


@dataclass(frozen=True, slots=True)
class ShownGround:
    """The whole list. `revenue` is what is sold less, `unnamed` the part of it no open play speaks
    of; `plays` sums the open plays that name people lost, each play once however many it names.
    `measured` False: what was lost in revenue is not known."""

    rows: tuple[LostRow, ...]
    revenue: Money
    unnamed: Money
    plays: Money
    not_in_money: int
    measured: bool


def shown_ground(parts: Parts) -> ShownGround:
    """Everything that is being lost, largest first."""
    found = ground_of(parts)
    names = _Names(
        units={unit.key: unit_name(unit) for unit in parts.grid.units},
        lines={line.key: line.name for line in parts.grid.lines},
        people={one.person.key: one.person.name for one in parts.here},
        contracts=names_of(
            (item.key for item in found.items if item.key.startswith("contract:")),
            scope=parts.shell.scope,
        ),
    )
    return ShownGround(
        rows=tuple(_row(item, names, parts.shell.scope.account_id) for item in found.items),
        revenue=_revenue(found.items, parts.grid.currency, named=None),
        unnamed=_revenue(found.items, parts.grid.currency, named=False),
        plays=_plays_of(parts),
        not_in_money=found.not_in_money,
        measured=parts.grid.measured,
    )


def ground_of(parts: Parts) -> LosingGround:
    """Lost cells, contraction by line, people gone or cooled."""
    grid, currency = parts.grid, parts.grid.currency
    named = _named(parts)
    cells = [
        CellRevenue(
            unit=row.unit,
            line=row.line,
            r12=Money(row.r12, currency),
            r12_before=Money(row.r12_before, currency),
            owned=row.owned,
            last_purchase=row.last_purchase_on,
        )
        for row in grid.rows.values()
    ]
    carried = carried_by(parts)
    people = [
        PersonLost(
            key=one.person.key,
            gone=one.status.status is not Status.QUIET,
            since=one.left_on or one.log.last_two_way,
            carries=carried.get(one.person.key),
        )
        for one in parts.here
        if one.status.status in LOST
    ]
    lost = (*revenue_lost(cells, named=named, currency=currency), *people_lost(people))
    return losing_ground((*lost, *_softer(parts)), currency=currency)


def _named(parts: Parts) -> frozenset[str]:
    """Lines that an open deal, a play without one, or a risk of the plan speaks of."""
    shell = parts.shell
    risks = risks_of(shell.plan.id) if shell.plan is not None else ()
    seen = lines_beside_deals(shell.scope.seen_ids, abouts=[risk.about for risk in risks])
    deals = (deal for deal in parts.deals.deals if not deal.closed)
    return seen | {line for deal in deals for _unit, line in deal.play.cells}


def _softer(parts: Parts) -> tuple[LostGround, ...]:
    """Share falling, health raised by hand, renewals for less: as far as the reader may see."""
    shell = parts.shell
    zone, rates = shell.company.time_zone, parts.setting.rates
    setting = Setting(shell.today, zone, parts.grid.currency, rates, parts.parameters)
    return beside_revenue(
        shell.scope.planning_id,
        shell.scope.seen_ids,
        setting=setting,
        wallet=shell.rights.wallet,
    )


def _revenue(items: Iterable[LostGround], currency: str, *, named: bool | None) -> Money:
    """Lost cells and contraction; those of lines a play speaks of, or not, or (None) all."""
    wanted = (LostKind.CELL_LOST, LostKind.CONTRACTION)
    return total(
        (
            item.money
            for item in items
            if item.kind in wanted and item.money and named in (None, item.named)
        ),
        currency=currency,
    )


def _plays_of(parts: Parts) -> Money:
    currency = parts.grid.currency
    lost = {one.person.key for one in parts.here if one.status.status in LOST}
    values = (
        deal.play.value
        for deal in parts.deals.deals
        if not deal.closed and lost.intersection(deal.play.people)
    )
    return total((one for one in values if one and one.currency == currency), currency=currency)


@dataclass(frozen=True, slots=True)
class _Names:
    units: Mapping[str, str]
    lines: Mapping[str, str]
    people: Mapping[str, str]
    contracts: Mapping[str, str]

    def title(self, key: str) -> str:
        """What a key of lost ground stands for, in words."""
        kind, _colon, rest = key.partition(":")
        if key in BESIDE:
            return subject_words(key)
        if kind == "contract":
            return self.contracts.get(key, _("A renewal"))
        if kind == "line":
            return self.lines.get(rest, rest)
        if kind == "contact":
            return self.people.get(rest, rest)
        unit, _colon, line = rest.partition(":")
        said = {"line": self.lines.get(line, line), "unit": self.units.get(unit, unit)}
        return _("%(line)s in %(unit)s") % said


def _row(item: LostGround, names: _Names, account_id: int) -> LostRow:
    told = item.kind in (LostKind.SHARE_FALLING, LostKind.HEALTH_RAISED, LostKind.RENEWAL_SOFTENED)
    return LostRow(
        title=names.title(item.key),
        kind=kind_words(item.kind),
        money=item.money,
        since=item.since,
        named=None if told else item.named,
        item=item,
        account_id=account_id,
    )


def _place(item: LostGround, account_id: int) -> str:
    """Where it is looked into."""
    if item.kind in (LostKind.PERSON_GONE, LostKind.PERSON_COOLED):
        return reverse("account:people", args=[account_id])
    if item.kind is LostKind.SHARE_FALLING:
        return reverse("wallet:show", args=[account_id])
    if item.kind is LostKind.HEALTH_RAISED:
        return reverse("assumptions:show", args=[account_id]) + "#health"
    if item.kind is LostKind.RENEWAL_SOFTENED:
        return reverse("account:renewals", args=[account_id])
    kind, _colon, rest = item.key.partition(":")
    if kind == "cell" and rest[:1].isdecimal():
        unit, _colon, line = rest.partition(":")
        return reverse("whitespace:cell", args=[account_id, unit, line])
    line = rest.rpartition(":")[2]
    return reverse("account:lines", args=[account_id]) + f"?line={line}"


_SUBJECTS = {"share": gettext_noop("Our share of their spend"), "health": gettext_noop("Health")}
_KINDS = {
    LostKind.CONTRACTION: gettext_noop("less than the year before"),
    LostKind.CELL_LOST: gettext_noop("lost"),
    LostKind.SHARE_FALLING: gettext_noop("share falling"),
    LostKind.PERSON_GONE: gettext_noop("gone"),
    LostKind.PERSON_COOLED: gettext_noop("gone quiet"),
    LostKind.HEALTH_RAISED: gettext_noop("health raised by hand"),
    LostKind.RENEWAL_SOFTENED: gettext_noop("renewal softened"),
}


def subject_words(key: str) -> str:
    """What is lost beside revenue, people and renewals."""
    return _(_SUBJECTS[key])


def kind_words(kind: LostKind) -> str:
    """In which way ground is lost."""
    return _(_KINDS[kind])
