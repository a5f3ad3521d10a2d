"""Potential of every planning account: own revenue by line, wallets told or inferred."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from sightline.planning.comparables import AccountSizes, WalletMethod, Wallets, infer_wallets
from sightline.planning.parameters import Parameters
from sightline.planning.tiering import (
    CellArrays,
    Potential,
    best_share,
    conversion_rate,
    potential,
)
from sightline.records.queries import company, qualifying
from sightline.records.queries.qualifying import Cells, PlanningAccounts, Revenue

LINE_ROWS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Potentials:
    """Potential with the wallets it stands on."""

    potential: Potential
    wallets: Wallets
    sized: npt.NDArray[np.bool_]

    def method(self, row: int) -> str:
        """How the wallet of a row is known."""
        return WalletMethod(int(self.wallets.method[row])).code

    def missing(self, row: int) -> list[str]:
        """Codes of the terms that are unknown for a row and add nothing."""
        codes = []
        if self.potential.unknown_own[row] >= self.potential.cells[row]:
            codes.append("revenue")
        if self.wallets.method[row] == WalletMethod.UNKNOWN:
            codes.append("wallet" if self.sized[row] else "size")
        return codes


def potentials(
    accounts: PlanningAccounts,
    revenue: Revenue,
    *,
    currency: str,
    on: date,
    parameters: Parameters,
) -> Potentials:
    """Own revenue kept by line, and the room up to each account's wallet as a whole.

    A wallet is known per account, so its room is one cell beside the lines: own revenue enters
    that cell only to be taken off.
    """
    n = len(accounts)
    size = _driver(accounts)
    low, told, high = qualifying.told_wallets(
        accounts, currency=currency, rates=company.rates(), on=on
    )
    own = np.nan_to_num(revenue.r12)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(told > 0, np.minimum(own / told, 1.0), np.nan)
    share, _ = best_share(shares, parameters=parameters)
    _, groups = np.unique(np.array(accounts.industries, dtype=str), return_inverse=True)
    wallets = infer_wallets(
        AccountSizes(own, size, groups.astype(np.int64), low, told, high, share),
        parameters=parameters,
    )
    by_line = qualifying.cells(accounts)
    kept = by_line if len(by_line.row) else _whole_accounts(revenue)
    rows = np.arange(n, dtype=np.int64)
    nothing = np.full(len(kept.row), np.nan)
    cells = CellArrays(
        account=np.concatenate([kept.row, rows]),
        own_r12=np.concatenate([kept.r12, revenue.r12]),
        wallet_low=np.concatenate([nothing, wallets.low]),
        wallet_likely=np.concatenate([nothing, wallets.likely]),
        wallet_high=np.concatenate([nothing, wallets.high]),
        retention=np.concatenate([_retention(kept), np.full(n, np.nan)]),
        best_share=np.full(len(kept.row) + n, share),
        conversion=np.concatenate([nothing, _conversion(accounts, parameters=parameters)]),
        in_baseline=np.concatenate([kept.in_baseline, np.zeros(n, dtype=bool)]),
    )
    found = potential(cells, accounts=n, parameters=parameters)
    return Potentials(found, wallets, ~np.isnan(size))


def _driver(accounts: PlanningAccounts) -> npt.NDArray[np.float64]:
    """Employees or the customer's revenue: the one that more accounts carry, for all."""
    staff, money = accounts.employees, accounts.customer_revenue
    return staff if (~np.isnan(staff)).sum() >= (~np.isnan(money)).sum() else money


def _whole_accounts(revenue: Revenue) -> Cells:
    """Where revenue has no lines, each account is one cell."""
    rows = np.flatnonzero(~np.isnan(revenue.r12)).astype(np.int64)
    return Cells(
        row=rows,
        line=np.zeros(len(rows), dtype=np.int64),
        r12=revenue.r12[rows],
        before=revenue.r12_before[rows],
        in_baseline=np.ones(len(rows), dtype=bool),
    )


def _retention(cells: Cells) -> npt.NDArray[np.float64]:
    """Yearly retention of each cell's line from the company's own last year; NaN: too few."""
    found = np.full(len(cells.row), np.nan)
    for line in np.unique(cells.line):
        own = cells.line == line
        had = own & (cells.before > 0)
        if had.sum() >= LINE_ROWS:
            stayed = np.minimum(np.maximum(cells.r12[had], 0), cells.before[had]).sum()
            found[own] = stayed / cells.before[had].sum()
    return found


def _conversion(accounts: PlanningAccounts, *, parameters: Parameters) -> npt.NDArray[np.float64]:
    """The company's conversion for each account's industry, drawn towards the default."""
    counted = qualifying.won_and_closed()
    rates = {
        industry: conversion_rate(won=won, closed=closed, parameters=parameters)
        for industry, (won, closed) in counted.items()
    }
    return np.array([rates.get(name, rates[""]) for name in accounts.industries], dtype=float)
