"""The same requalification as one experienced person would write it in pandas."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

_KEYS = ["account", "unit", "product_line"]
_DAY = np.timedelta64(1, "D")


def requalify(paths: list[Path], kinds: Mapping[str, str], days: Mapping[str, date]) -> Any:
    """One row per account with every measure, potential, vulnerability, rank and tier."""
    lines = pd.concat(
        [
            pq.read_table(
                path, columns=[*_KEYS, "date", "amount"], read_dictionary=_KEYS
            ).to_pandas(date_as_object=False)
            for path in paths
        ]
    )
    for key in _KEYS:  # parts with different dictionaries come back as text
        lines[key] = lines[key].astype("category")
    edge = {name: np.datetime64(day) for name, day in days.items()}
    lines = lines[lines.date <= edge["as_of"]]
    cell = _cells(lines, kinds, edge)
    account = _accounts(cell).join(_rhythm(lines, kinds, edge), how="left")
    _headroom(cell, account)
    return _tiers(account, edge)


def _cells(lines: Any, kinds: Mapping[str, str], edge: Mapping[str, Any]) -> Any:
    bought = lines.amount > 0
    month = lines.date.dt.year * 12 + lines.date.dt.month
    wide = lines[_KEYS].assign(
        r12=lines.amount.where(lines.date >= edge["r12_first"], 0),
        r24=lines.amount.where(lines.date >= edge["r24_first"], 0),
        first_purchase=lines.date.where(bought),
        last_purchase=lines.date.where(bought),
    )
    cell = wide.groupby(_KEYS, observed=True, sort=False).agg(
        {"r12": "sum", "r24": "sum", "first_purchase": "min", "last_purchase": "max"}
    )
    del wide
    live = lines[_KEYS].assign(month=month)[bought & (lines.date >= edge["r24_first"])]
    months = live.drop_duplicates().groupby(_KEYS, observed=True, sort=False).size()
    cell["months_24"] = months.reindex(cell.index, fill_value=0)
    cell["r12_prior"] = cell.r24 - cell.r12
    cell = cell.reset_index()
    cell["kind"] = cell.product_line.astype(str).map(kinds).fillna("repeat")
    return cell


def _accounts(cell: Any) -> Any:
    live, before = cell.r12.clip(lower=0), cell.r12_prior.clip(lower=0)
    wide = cell[["account", "r12", "r12_prior", "r24", "first_purchase", "last_purchase"]].assign(
        cells=1,
        owned_cells=(cell.r12 > 0).astype("int64"),
        lapsed_cells=((cell.r12 <= 0) & cell.last_purchase.notna()).astype("int64"),
    )
    for kind in ("recurring", "repeat"):
        of_kind = cell.kind == kind
        wide[f"opening_{kind}"] = before.where(of_kind, 0)
        wide[f"kept_{kind}"] = np.minimum(live, before).where(of_kind, 0)
        wide[f"closing_{kind}"] = live.where(of_kind, 0)
    how = dict.fromkeys(wide.columns[1:], "sum") | {
        "first_purchase": "min",
        "last_purchase": "max",
    }
    account = wide.groupby("account", observed=True).agg(how)
    seen = cell.loc[(cell.r24 != 0) | (cell.months_24 > 0), ["account", "unit"]].drop_duplicates()
    units = seen.groupby("account", observed=True).size()
    account["units"] = units.reindex(account.index, fill_value=1).clip(lower=1)
    account["trend"] = (account.r12 / account.r12_prior - 1).where(account.r12_prior > 0)
    sold = cell.loc[(cell.r12 > 0) & (cell.kind != "one_off"), "product_line"].nunique()
    account["penetration"] = account.owned_cells / (account.units * sold)
    return account


def _rhythm(lines: Any, kinds: Mapping[str, str], edge: Mapping[str, Any]) -> Any:
    repeat = [
        line for line in lines.product_line.cat.categories if kinds.get(line, "repeat") == "repeat"
    ]
    bought = (lines.amount > 0) & lines.product_line.isin(repeat)
    days = lines.loc[bought, ["account", "date"]].drop_duplicates().sort_values(["account", "date"])
    days["gap"] = days.groupby("account", observed=True).date.diff() / _DAY
    days["recent"] = (days.date >= edge["r12_first"]).astype("int64")
    each = days.groupby("account", observed=True)
    found = each.agg(
        purchase_days=("date", "size"), purchase_days_12=("recent", "sum"), last=("date", "max")
    )
    gaps = days.dropna(subset=["gap"]).sort_values(["account", "gap"])
    place = gaps.groupby("account", observed=True).cumcount()
    wanted = (found.purchase_days - 1) * 90 // 100 + ((found.purchase_days - 1) * 90 % 100 > 0) - 1
    at = gaps.account.map(wanted).astype("float64").to_numpy() == place.to_numpy()
    found["usual_gap"] = gaps[at].set_index("account").gap
    found["longest_gap"] = days.groupby("account", observed=True).gap.max()
    found["days_silent"] = (edge["as_of"] - found["last"]) / _DAY
    found["in_population"] = (found.purchase_days >= 4) & (found["last"] >= edge["half_first"])
    late = found.days_silent > np.maximum(1.5 * found.usual_gap, found.longest_gap)
    found["alarm"] = found.in_population & late
    odds = -3.049 + 0.826 * np.log1p(found.days_silent) - 0.779 * np.log1p(found.purchase_days_12)
    found["quiet_score"] = (1 / (1 + np.exp(-odds))).where(found.in_population)
    return found.drop(columns="last")


def _headroom(cell: Any, account: Any) -> None:
    order = np.lexsort((account.index.astype(str), account.r12))
    band = np.empty(len(account), dtype="int64")
    band[order] = np.arange(len(account)) * 4 // len(account)
    account["band"] = band
    mine = cell.loc[(cell.r12 > 0) & (cell.kind != "one_off"), ["account", "product_line", "r12"]]
    mine = mine.merge(account[["band"]], left_on="account", right_index=True)
    keys = ["band", "product_line"]
    ordered = mine.sort_values([*keys, "r12"])
    owners = ordered.groupby(keys, observed=True).r12.transform("size")
    place = ordered.groupby(keys, observed=True).cumcount()
    best = ordered[place == (owners * 80 + 99) // 100 - 1].assign(owners=owners)
    sizes = account.groupby("band").units.sum()
    best["expected"] = np.floor(
        best.r12 * best.owners / best.band.map(sizes).astype("float64") + 0.5
    ).astype("int64")
    best = best.rename(columns={"r12": "best"})[[*keys, "best", "expected"]]
    known = mine.merge(best, on=keys)
    known["room"] = (known.best - known.r12).clip(lower=0)
    per = known.groupby("account", observed=True)[["r12", "expected", "room"]].sum()
    per = per.reindex(account.index, fill_value=0)
    whole = account.band.map(best.groupby("band").expected.sum()).fillna(0)
    account["own"] = per.r12
    account["headroom"] = (whole * account.units - per.expected).clip(lower=0) + per.room


def _tiers(account: Any, edge: Mapping[str, Any]) -> Any:
    account = account.drop(columns="band").reset_index()
    account["account"] = account.account.astype(str)
    n = len(account)
    potential = account.own * (0.9 + 0.9**2 + 0.9**3) + account.headroom * (1.8 * 0.2)
    falls = account.alarm.fillna(False).astype(bool) | (account.trend.round(9) <= -0.2)
    known = account.in_population.fillna(False).astype(bool) | account.trend.notna()
    account["potential"] = potential
    account["vulnerability"] = np.where(falls, 25.0, 0.0)
    account["vulnerability"] = account.vulnerability.where(known & (account.r12 > 0))
    down = np.lexsort((account.account, -potential))
    account.loc[down, "rank"] = np.arange(1, n + 1)
    up = np.lexsort((account.account, potential))
    account.loc[up, "potential_index"] = 100.0 * np.arange(n) / (n - 1)
    above = np.empty(n)
    sums = potential.to_numpy()[up[::-1]].cumsum()
    above[up[::-1]] = sums - potential.to_numpy()[up[::-1]]
    whole = potential.sum()
    tier = np.where((account["rank"] <= 17) & (above < 0.8 * whole), 2, 3)
    tier = np.where(account["rank"] <= 5, 1, tier)
    account["tier"] = np.where((above >= 0.9 * whole) | (potential <= 0), 3, tier)
    return account
