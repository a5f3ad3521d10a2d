"""Wallets outright, from what a customer pays its suppliers: totals, shares, and who is not
classed yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sightline.planning.money import Money
from sightline.planning.reasons import Reason, because
from sightline.planning.wallet.suppliers import SupplierClass


@dataclass(frozen=True, slots=True)
class Spend:
    """What one unit paid one firm in one category over the window; credits are negative.

    `firm` None is a supplier without a name.
    """

    unit: str
    category: str
    firm: str | None
    amount: Money


@dataclass(frozen=True, slots=True)
class SpendWallet:
    """One unit × category: totals by class, competitors by name, and the share we hold.

    `unclassed` is money with firms nobody has classed and with unnamed ones; it is inside
    `total`, so it lowers no figure and hides none. `share` None: nothing was paid on balance.
    """

    unit: str
    category: str
    total: Money
    ours: Money
    competitors: tuple[tuple[str, Money], ...]
    partners: Money
    other: Money
    unclassed: Money
    share: float | None
    reasons: tuple[Reason, ...]


def wallets_from_spend(
    rows: Iterable[Spend], *, classes: Mapping[str, SupplierClass]
) -> tuple[SpendWallet, ...]:
    """Every unit × category with any spend, by unit and category. Raises MixedCurrencies."""
    grouped: dict[tuple[str, str], dict[str | None, Money]] = {}
    for row in rows:
        firms = grouped.setdefault((row.unit, row.category), {})
        held = firms.get(row.firm)
        firms[row.firm] = row.amount if held is None else held + row.amount
    return tuple(_wallet(key, firms, classes) for key, firms in sorted(grouped.items()))


def _wallet(
    key: tuple[str, str],
    firms: Mapping[str | None, Money],
    classes: Mapping[str, SupplierClass],
) -> SpendWallet:
    nothing = Money.zero(next(iter(firms.values())).currency)
    sums: dict[SupplierClass | None, Money] = {}
    rivals: dict[str, Money] = {}
    for firm, amount in firms.items():
        kind = classes.get(firm) if firm is not None else None
        sums[kind] = sums.get(kind, nothing) + amount
        if kind is SupplierClass.COMPETITOR and firm is not None:
            rivals[firm] = amount
    total = sum(sums.values(), nothing)
    ours, unclassed = sums.get(SupplierClass.US, nothing), sums.get(None, nothing)
    return SpendWallet(
        unit=key[0],
        category=key[1],
        total=total,
        ours=ours,
        competitors=tuple(sorted(rivals.items(), key=lambda row: (-row[1].minor, row[0]))),
        partners=sums.get(SupplierClass.PARTNER, nothing),
        other=sums.get(SupplierClass.OTHER, nothing),
        unclassed=unclassed,
        share=ours.share_of(total) if total.minor > 0 else None,
        reasons=_spend_reasons(total, unclassed),
    )


def _spend_reasons(total: Money, unclassed: Money) -> tuple[Reason, ...]:
    found = [because("wallet.spend", "from the customer's own payments: not an estimate")]
    if total.minor <= 0:
        found.append(because("wallet.spend_credit", "credits outweigh payments: no share"))
    if unclassed.minor > 0:
        found.append(because("wallet.unclassed", f"{unclassed} with suppliers not classed yet"))
    return tuple(found)


def firms_to_class(
    rows: Iterable[Spend], *, classes: Mapping[str, SupplierClass], most: int = 20
) -> tuple[tuple[str, Money], ...]:
    """Suppliers nobody has classed, largest first: the next ones worth a decision."""
    sums: dict[str, Money] = {}
    for row in rows:
        if row.firm is not None and row.firm not in classes:
            held = sums.get(row.firm)
            sums[row.firm] = row.amount if held is None else held + row.amount
    ordered = sorted(sums.items(), key=lambda one: (-one[1].minor, one[0]))
    return tuple(ordered[:most])
