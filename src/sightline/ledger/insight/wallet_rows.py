"""Wallets in rows: every unit and category, from spend lines, with as little looked at as asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sightline.ledger.currencies import major
from sightline.ledger.errors import NothingToJudge
from sightline.ledger.insight.suppliers import named
from sightline.ledger.insight.wallet import MarketFacts, Wallet, estimate
from sightline.ledger.insight.words import money
from sightline.ledger.method import InsightParameters
from sightline.ledger.money import reporting_currency
from sightline.ledger.source import Source

ALL_OTHERS = "(all others)"


class WalletRow(NamedTuple):
    """One unit and category. Amounts are decimals in major units, shares 0 … 1 of our part.

    `share_low` belongs to the high wallet and `share_high` to the low one; empty without a wallet.
    """

    unit: str
    category: str
    ours: str
    low: str
    likely: str
    high: str
    share_low: float | None
    share_likely: float | None
    share_high: float | None
    method: str
    text: str


@dataclass(frozen=True, slots=True)
class _Cell:
    unit: str
    category: str
    ours: int
    whole: int | None


def wallet_rows(
    source: Source,
    *,
    us: str,
    as_of: date,
    hide_others: bool,
    sizes: Mapping[str, float],
    parameters: InsightParameters,
) -> Iterator[WalletRow]:
    """Twelve months up to `as_of`. Hidden, other suppliers are seen only as category totals.

    NothingToJudge when we have no spend line in those months; MissingRate when spend is in several
    currencies. `sizes` by unit, any one driver.
    """
    us = named(source, us)
    source.at(as_of, us=us, all_others=ALL_OTHERS)
    own = source.rows("ours")
    if not own:
        raise NothingToJudge(f"no spend with {us} in the twelve months up to {as_of}")
    currency, _ = reporting_currency(source.connection, "suppliers", wanted=None)
    markets, only_totals = _markets(source, sizes)
    cells = _hidden(own, markets, sizes)
    if not hide_others:
        cells = [cell for cell in cells if cell.category in only_totals]
        cells += [cell for cell in _open(source) if cell.category not in only_totals]
        cells.sort(key=lambda cell: (cell.unit, cell.category))
    for cell in cells:
        market = markets.get(cell.category)
        if market is None:
            continue
        found = _judge(cell, market, sizes, parameters)
        if found is not None:
            yield _row(cell, found, currency)


def _judge(
    cell: _Cell,
    market: MarketFacts,
    sizes: Mapping[str, float],
    parameters: InsightParameters,
) -> Wallet | None:
    if cell.whole is not None:
        return Wallet(cell.whole, cell.whole, cell.whole, "observed") if cell.whole > 0 else None
    size = sizes.get(cell.unit)
    return estimate(ours=float(cell.ours), size=size, market=market, parameters=parameters)


def _markets(source: Source, sizes: Mapping[str, float]) -> tuple[dict[str, MarketFacts], set[str]]:
    """Each category's market, and the categories whose other suppliers are told as a total.

    Where a total is told it stands for all others, whatever single lines there are beside it.
    """
    total = sum(size for size in sizes.values() if size > 0) or None
    markets: dict[str, MarketFacts] = {}
    only_totals: set[str] = set()
    for category, amount, ours, told in source.rows("markets"):
        whole, mine = float(str(amount)), float(str(ours))
        if told is not None:
            only_totals.add(str(category))
            whole = mine + float(str(told))
        markets[str(category)] = MarketFacts(whole, mine, total)
    return markets, only_totals


def _unit(buyer: object, unit: object) -> str:
    """A line without a unit belongs to the buyer as a whole."""
    return str(unit) or str(buyer)


def _hidden(
    own: list[tuple[object, ...]], markets: Mapping[str, MarketFacts], sizes: Mapping[str, float]
) -> list[_Cell]:
    """Units are known from our own lines and the size file, categories from the totals."""
    ours: dict[tuple[str, str], int] = {}
    for buyer, unit, category, amount in own:
        key = _unit(buyer, unit), str(category)
        ours[key] = ours.get(key, 0) + int(str(amount))
    units = {unit for unit, _ in ours} | set(sizes)
    wanted = {category for _, category in ours}
    if sizes:
        wanted |= {category for category, market in markets.items() if market.ours > 0}
    return [
        _Cell(unit, category, ours.get((unit, category), 0), None)
        for unit in sorted(units)
        for category in sorted(wanted)
    ]


def _open(source: Source) -> list[_Cell]:
    """Every unit and category with its true spend, from the lines themselves."""
    summed: dict[tuple[str, str], tuple[int, int]] = {}
    for buyer, unit, category, amount, ours in source.rows("everyone"):
        key = _unit(buyer, unit), str(category)
        before = summed.get(key, (0, 0))
        summed[key] = before[0] + int(str(amount)), before[1] + int(str(ours))
    return [
        _Cell(unit, category, ours, whole)
        for (unit, category), (whole, ours) in sorted(summed.items())
    ]


def _row(cell: _Cell, wallet: Wallet, currency: str) -> WalletRow:
    ours = max(cell.ours, 0)

    def amount(minor: float) -> str:
        return major(round(minor), currency=currency)

    def share(whole: float) -> float | None:
        return round(min(1.0, ours / whole), 6) if whole > 0 else None

    return WalletRow(
        cell.unit,
        cell.category,
        major(cell.ours, currency=currency),
        amount(wallet.low),
        amount(wallet.likely),
        amount(wallet.high),
        share(wallet.high),
        share(wallet.likely),
        share(wallet.low),
        wallet.method,
        _words(cell, wallet, currency),
    )


def _words(cell: _Cell, wallet: Wallet, currency: str) -> str:
    likely = money(wallet.likely, currency=currency)
    share = max(cell.ours, 0) / wallet.likely if wallet.likely > 0 else 0.0
    if wallet.method == "observed":
        return f"Spent {likely} in twelve months, from the lines; we hold {share:.0%}."
    low, high = money(wallet.low, currency=currency), money(wallet.high, currency=currency)
    return (
        f"Likely wallet {likely} (80%: {low} to {high}), inferred from {wallet.method}; "
        f"we hold about {share:.0%}."
    )
