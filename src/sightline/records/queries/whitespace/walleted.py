"""What cells are worth by a unit's wallet: categories of spend that mean lines of ours.

A wallet told of the account as a whole gives its units no value: nobody said which of them spends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Max, Sum

from sightline.planning.money import Converter, Money, Rates
from sightline.planning.parameters import Parameters
from sightline.planning.wallet import Estimate, Scale, WalletParameters, combine
from sightline.planning.whitespace import (
    CategoryWallet,
    Confidence,
    Origin,
    ValueEstimate,
    WhitespaceParameters,
    values_from_wallets,
)
from sightline.records.models import CategoryLine, SpendMonth, WalletEstimate
from sightline.records.queries.account_grid import OTHER_UNITS, GridFacts
from sightline.records.queries.grid_cells import Ground

Key = tuple[str, str]
_Place = tuple[str, str]


def wallet_values(
    account_id: int, facts: GridFacts, *, rates: Rates, parameters: Parameters
) -> dict[Key, ValueEstimate]:
    """A value by cell. At most four queries; one where no category means a line."""
    lines: dict[str, set[str]] = {}
    for category, line in CategoryLine.objects.values_list("category", "product_line_id"):
        lines.setdefault(category.casefold(), set()).add(str(line))
    if not lines:
        return {}
    wallets = _told(account_id, facts, rates, parameters.section(WalletParameters, "wallet"))
    wallets |= _paid(account_id, facts, frozenset(lines))
    found = [
        CategoryWallet(unit, frozenset(lines[category]), wallet, origin)
        for (unit, category), (wallet, origin) in wallets.items()
        if category in lines
    ]
    numbers = parameters.section(WhitespaceParameters, "whitespace")
    return values_from_wallets(found, own=_own(facts.ground), parameters=numbers)


_Wallet = tuple[tuple[Money, Money, Money], Origin]


def _own(ground: Ground) -> dict[Key, Money]:
    return {key: one.revenue for key, one in ground.sold.items() if one.revenue is not None}


def _told(
    account_id: int, facts: GridFacts, rates: Rates, numbers: WalletParameters
) -> dict[_Place, _Wallet]:
    """Estimates of a unit and category, combined as the wallet page combines them."""
    groups: dict[_Place, list[Estimate]] = {}
    rows = WalletEstimate.objects.filter(
        account_id=account_id, unit__isnull=False, removed_at=None, likely__gt=0
    ).exclude(category="")
    for row in rows.select_related("author").order_by("as_of", "pk"):
        money = [
            _in(minor, row.currency or facts.currency, facts, rates)
            for minor in (row.low, row.likely, row.high)
        ]
        if money[1] is None:
            continue
        author = row.author.name if row.author else None
        one = Estimate(
            likely=money[1],
            source=row.from_whom or author or row.method or "not named",
            on=row.as_of,
            confidence=row.confidence,
            author=author,
            low=money[0],
            high=money[2],
        )
        groups.setdefault((str(row.unit_id), row.category.casefold()), []).append(one)
    found = {}
    for place, estimates in groups.items():
        wallet = combine(estimates, scale=Scale.UNIT, on=facts.on, parameters=numbers)
        if wallet is not None:
            newest = max(estimates, key=lambda one: one.on)
            origin = Origin(newest.source, newest.on, newest.author, Confidence(newest.confidence))
            span = (wallet.range.low, wallet.range.likely, wallet.range.high)
            found[place] = (span, origin)
    return found


def _paid(account_id: int, facts: GridFacts, wanted: frozenset[str]) -> dict[_Place, _Wallet]:
    """What a unit of the same name paid in the last twelve months that were loaded."""
    rows = SpendMonth.objects.filter(account_id=account_id, currency=facts.currency)
    last: date | None = rows.aggregate(last=Max("month"))["last"]
    if last is None:
        return {}
    first = date(last.year - 1 + last.month // 12, last.month % 12 + 1, 1)
    units = _by_name(facts)
    found: dict[_Place, int] = {}
    for buyer, category, minor in (
        rows.filter(month__gte=first).values_list("buyer", "category").annotate(minor=Sum("amount"))
    ):
        unit = units.get(buyer.strip().casefold())
        if unit is not None and category.casefold() in wanted:
            place = (unit, category.casefold())
            found[place] = found.get(place, 0) + minor
    origin = Origin("the customer's own payments", last, confidence=Confidence.HIGH)
    return {
        place: ((Money(minor, facts.currency),) * 3, origin)
        for place, minor in found.items()
        if minor > 0
    }


def _by_name(facts: GridFacts) -> Mapping[str, str]:
    """Units whose name is theirs alone."""
    names = [unit.name.strip().casefold() for unit in facts.units]
    return {
        unit.name.strip().casefold(): unit.key
        for unit in facts.units
        if unit.key != OTHER_UNITS and names.count(unit.name.strip().casefold()) == 1
    }


def _in(minor: int | None, code: str, facts: GridFacts, rates: Rates) -> Money | None:
    return Converter(facts.currency, rates, facts.on)(minor, code)
