"""What the ledger alone tells of potential: own revenue and what comparable accounts buy.

Comparable are the accounts of the same size band by twelve-month revenue. See
docs/method/revenue.md, "Realistic wallet".
"""

from __future__ import annotations

from typing import Any

import ibis

from sightline.ledger.tables import ONE_OFF


def bands(accounts: Any, v: Any) -> Any:
    """Each account's size band, 0 the smallest: row number by r12 (ties by key) in equal counts."""
    placed = accounts.select(
        "account",
        "units",
        place=ibis.row_number().over(ibis.window(order_by=[accounts.r12, accounts.account])),
        n=accounts.count().over(ibis.window()),
    )
    return placed.select("account", "units", band=placed.place * v.size_bands // placed.n)


def owned(cells: Any, band: Any) -> Any:
    """Cells with revenue in the last twelve months, one-off lines left out, with their band."""
    live = cells.filter((cells.r12 > 0) & (cells.kind != ONE_OFF))
    return live.select("account", "unit", "product_line", "r12").inner_join(band, ["account"])


def realistic(mine: Any, band: Any, v: Any) -> Any:
    """Per band and line: what the P80 owner buys a year, and the share of units that own it."""
    keys = ["band", "product_line"]
    ordered = mine.mutate(
        place=ibis.row_number().over(
            ibis.window(group_by=keys, order_by=["r12", "account", "unit"])
        ),
        owners=mine.count().over(ibis.window(group_by=keys)),
    )
    rank = (ordered.owners * v.peer_percent + 99) // 100 - 1
    best = ordered.group_by(keys).agg(
        best=ordered.r12.max(where=ordered.place == rank), owners=ordered.owners.max()
    )
    size = band.group_by("band").agg(band_units=band.units.sum())
    sized = best.inner_join(size, ["band"])
    return sized.select(
        "band",
        "product_line",
        "best",
        # whole minor units, so that no order of adding up changes the sum
        expected=(
            sized.best.cast("float64")
            * sized.owners.cast("float64")
            / sized.band_units.cast("float64")
            + 0.5
        )
        .floor()
        .cast("int64"),
    )


def headroom(cells: Any, band: Any, v: Any) -> Any:
    """Per account: own baseline revenue and the headroom towards comparable accounts, in minor units.

    Headroom of an owned cell is max(0, P80 of owners − own); of a cell not owned, P80 × the share
    of comparable units that own the line. A line nobody comparable owns adds nothing.
    """
    mine = owned(cells, band)
    peers = realistic(mine, band, v)
    whole = peers.group_by("band").agg(all_expected=peers.expected.sum())
    known = mine.inner_join(peers, ["band", "product_line"])
    per = known.group_by("account").agg(
        own=known.r12.sum(),
        owned_expected=known.expected.sum(),
        room=ibis.greatest(known.best - known.r12, 0).sum(),
    )
    joined = band.left_join(per, ["account"], rname="{name}_of_own").left_join(
        whole, ["band"], rname="{name}_of_band"
    )
    expected = joined.all_expected.fill_null(0) * joined.units
    return joined.select(
        "account",
        own=joined.own.fill_null(0),
        headroom=ibis.greatest(expected - joined.owned_expected.fill_null(0), 0)
        + joined.room.fill_null(0),
    )
