"""Losing ground over the portfolio: sums by kind and line, and the accounts by money.

Reads what a job kept (`actions.ground`). Product lines are named; units and people of a family are
counted, so that a part which the reader may not see is not told of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from sightline.planning.challenges import LostKind
from sightline.planning.money import Money
from sightline.records.models import GroundLost, ProductLine, TierResult
from sightline.records.queries.analytics.plans import names_of, owner_names
from sightline.records.queries.losing import REVENUE
from sightline.records.reach import Reach, of_tier

MOST_LINES = 8
CHUNK = 2000
PEOPLE = (LostKind.PERSON_GONE, LostKind.PERSON_COOLED)
NOT_REVENUE = tuple(kind for kind in LostKind if kind not in REVENUE)


@dataclass(frozen=True, slots=True)
class GroundAsked:
    """Whose accounts: one owner's, one tier's; None for all."""

    owner: int | None = None
    tier: int | None = None


@dataclass(frozen=True, slots=True)
class GroundEntry:
    """Entries of one account of one kind and line; `line` empty where none belongs to it.

    `money` None: not in money; of several people it is that of the dearest. `named`: a play or a risk speaks of all of them.
    """

    kind: LostKind
    line: str
    count: int
    money: Money | None
    named: bool


@dataclass(frozen=True, slots=True)
class GroundRow:
    """One account that loses anything."""

    account_id: int
    name: str
    tier: int
    owner: str
    revenue: Money
    unnamed: Money
    entries: tuple[GroundEntry, ...]
    as_of: date


@dataclass(frozen=True, slots=True)
class GroundPage:
    """Some accounts and whether more follow."""

    rows: tuple[GroundRow, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class LineLost:
    """What all accounts together lose of one product line; `accounts` how many lose any."""

    line: str
    money: Money
    unnamed: Money
    accounts: int


@dataclass(frozen=True, slots=True)
class KindLost:
    """Entries of one kind over all accounts; `money` of those that have any, None where none has."""

    kind: str
    count: int
    accounts: int
    money: Money | None


@dataclass(frozen=True, slots=True)
class GroundSums:
    """All of it: accounts that lose anything, revenue lost, the part nobody speaks of.

    `kinds` are what is not in that sum. `lines` are the largest of `all_lines`.
    """

    accounts: int
    losing_revenue: int
    revenue: Money
    unnamed: Money
    lines: tuple[LineLost, ...]
    all_lines: int
    kinds: tuple[KindLost, ...]
    as_of: date | None


def ground_page(reach: Reach, asked: GroundAsked, *, skip: int, most: int) -> GroundPage:
    """`most` accounts after the first `skip`, the dearest loss first. Five queries."""
    rows = list(_rows(reach, asked)[skip : skip + most + 1])
    return GroundPage(_named_rows(rows[:most]), more=len(rows) > most)


def ground_rows(reach: Reach, asked: GroundAsked) -> Iterable[GroundRow]:
    """Every account that was asked for, read in pieces: for a file."""
    rows = _rows(reach.for_all_rows(), asked)
    for start in range(0, rows.count(), CHUNK):
        yield from _named_rows(list(rows[start : start + CHUNK]))


def ground_sums(reach: Reach, asked: GroundAsked | None = None) -> GroundSums | None:
    """Everything added up; None where nothing is lost. Two queries."""
    rows = _rows(reach.for_all_rows(), asked or GroundAsked()).order_by()
    found = _Adding()
    for row in rows.iterator(CHUNK):
        found.add(row)
    return found.sums() if found.accounts else None


def _rows(reach: Reach, asked: GroundAsked) -> QuerySet[GroundLost]:
    open_to = reach.rows(reach.plans & reach.seen)
    if asked.owner is not None:
        open_to = open_to.filter(owner_id=asked.owner)
    if asked.tier is not None:
        open_to = open_to.filter(of_tier(asked.tier))
    found = GroundLost.objects.filter(reach.within(open_to))
    return found.order_by("-revenue", "account")


def _named_rows(rows: list[GroundLost]) -> tuple[GroundRow, ...]:
    ids = [row.account_id for row in rows]
    names, lines = names_of(ids), _lines(rows)
    held = {
        account: (decided or proposed or 3, owner)
        for account, decided, proposed, owner in TierResult.objects.filter(
            account_id__in=ids
        ).values_list("account_id", "decided_tier", "proposed_tier", "owner_id")
    }
    owners = owner_names({owner for _, owner in held.values() if owner is not None})
    found = []
    for row in rows:
        tier, owner = held.get(row.account_id, (3, None))
        found.append(
            GroundRow(
                account_id=row.account_id,
                name=names.get(row.account_id, ""),
                tier=tier,
                owner=owners.get(owner, "") if owner else "",
                revenue=Money(row.revenue, row.currency),
                unnamed=Money(row.unnamed, row.currency),
                entries=_entries(row, lines),
                as_of=row.as_of,
            )
        )
    return tuple(found)


def _entries(row: GroundLost, lines: Mapping[str, str]) -> tuple[GroundEntry, ...]:
    """Entries of one kind and line as one, the dearest first, what is not in money last."""
    sums: dict[tuple[LostKind, str], tuple[int, Money | None, bool]] = {}
    for item in row.items:
        kind = LostKind(item["kind"])
        place = (kind, line_of(item["key"]))
        count, money, named = sums.get(place, (0, None, True))
        own = Money(item["minor"], row.currency) if item["minor"] is not None else None
        money = _added(kind, money, own)
        sums[place] = (count + 1, money, named and bool(item["named"]))
    entries = (
        GroundEntry(kind, lines.get(line, ""), count, money, named)
        for (kind, line), (count, money, named) in sums.items()
    )
    return tuple(
        sorted(entries, key=lambda one: (one.money is None, -(one.money.minor if one.money else 0)))
    )


def _added(kind: LostKind, one: Money | None, other: Money | None) -> Money | None:
    """Sums; of several people the dearest, because one open play may name them all."""
    known = [money for money in (one, other) if money is not None]
    if len(known) < 2:
        return known[0] if known else None
    return max(known) if kind in PEOPLE else known[0] + known[1]


def line_of(key: str) -> str:
    """The product line that a key of lost ground speaks of, empty for none."""
    kind, _, rest = key.partition(":")
    if kind == "line":
        return rest
    return rest.rpartition(":")[2] if kind == "cell" else ""


def _lines(rows: Iterable[GroundLost]) -> dict[str, str]:
    wanted = {line for row in rows for item in row.items if (line := line_of(item["key"]))}
    named = ProductLine.objects.filter(pk__in=[int(one) for one in wanted if one.isdecimal()])
    return {str(pk): name for pk, name in named.values_list("pk", "name")}


class _Adding:
    """Sums over rows, one row at a time."""

    def __init__(self) -> None:
        self.accounts = self.losing = self.revenue = self.unnamed = 0
        self.currency = ""
        self.as_of: date | None = None
        self.lines: dict[str, list[int]] = {}
        self.kinds: dict[str, list[int]] = {}

    def add(self, row: GroundLost) -> None:
        """One account."""
        self.accounts += 1
        self.losing += row.revenue > 0
        self.revenue += row.revenue
        self.unnamed += row.unnamed
        self.currency = row.currency
        self.as_of = row.as_of if self.as_of is None else max(self.as_of, row.as_of)
        lines_here, kinds_here = set(), set()
        for item in row.items:
            minor = item["minor"] or 0
            if line := line_of(item["key"]):
                sums = self.lines.setdefault(line, [0, 0, 0])
                sums[0] += minor
                sums[1] += 0 if item["named"] else minor
                sums[2] += line not in lines_here
                lines_here.add(line)
            else:
                kind = item["kind"]
                sums = self.kinds.setdefault(kind, [0, 0, 0, 0])
                sums[0] += 1
                sums[1] += kind not in kinds_here
                sums[2] += minor
                sums[3] += item["minor"] is not None
                kinds_here.add(kind)

    def sums(self) -> GroundSums:
        """What was added, lines largest first."""

        def money(minor: int) -> Money:
            return Money(minor, self.currency)

        ids = [int(line) for line in self.lines if line.isdecimal()]
        names = dict(ProductLine.objects.filter(pk__in=ids).values_list("pk", "name"))
        largest = sorted(self.lines.items(), key=lambda pair: (-pair[1][0], pair[0]))
        return GroundSums(
            accounts=self.accounts,
            losing_revenue=self.losing,
            revenue=money(self.revenue),
            unnamed=money(self.unnamed),
            lines=tuple(
                LineLost(names.get(int(line), line), money(lost), money(apart), accounts)
                for line, (lost, apart, accounts) in largest[:MOST_LINES]
            ),
            all_lines=len(self.lines),
            kinds=tuple(
                KindLost(
                    kind.value, held[0], held[1], money(held[2]) if _in_money(kind, held) else None
                )
                for kind in NOT_REVENUE
                if (held := self.kinds.get(kind.value))
            ),
            as_of=self.as_of,
        )


def _in_money(kind: LostKind, held: list[int]) -> bool:
    """Open plays of several people may be the same ones, so that only renewals are added."""
    return kind is LostKind.RENEWAL_SOFTENED and held[3] > 0
