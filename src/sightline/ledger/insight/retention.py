"""Retention and the revenue bridge between two windows. See docs/method/retention.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sightline.ledger.currencies import decimals_of
from sightline.ledger.errors import NothingToJudge
from sightline.ledger.money import hold_rates
from sightline.ledger.source import Source
from sightline.ledger.tables import RECURRING, REPEAT
from sightline.planning.periods import Window

_BRIDGE = ("start", "lost", "contraction", "expansion", "new", "reactivated", "end")


@dataclass(frozen=True, slots=True)
class Retention:
    """Figures over the customers of the start window, per customer; amounts in minor units.

    `grr`, `nrr`, `logo` are shares; None without an opening customer. `basis` is the revenue kind
    counted. `residual` is start − lost − contraction + expansion + new + reactivated − end.
    All at the rates of the start window's first month; `exchange` is what the end window is worth
    more at the rates of its own months, nothing in one currency.
    `credits_start`, `credits_end` are the net credits of customers in neither cohort: with them
    the bridge ties to the ledger's totals.
    """

    basis: str
    grr: float | None
    nrr: float | None
    logo: float | None
    bridge: Mapping[str, int]
    residual: int
    counts: Mapping[str, int]
    credits_start: int
    credits_end: int
    exchange: int = 0


def retention(source: Source, *, opening: Window, closing: Window, basis: str = "") -> Retention:
    """Compare two windows. Recurring lines are counted where there are any, else repeat lines.

    NothingToJudge when no customer has revenue in the start window.
    """
    basis = basis or _basis(source, until=closing.end)
    source.at(
        closing.end,
        start_first=opening.start,
        start_last=opening.end,
        end_first=closing.start,
        end_last=closing.end,
        basis=basis,
    )
    found = _bridge(source)
    worth = found["end"]
    if hold_rates(source.connection, opening.start):
        found = _bridge(source)
    start = found["start"]
    if not found["customers"]:
        raise NothingToJudge(
            f"no customer has {basis} revenue between {opening.start} and {opening.end}"
        )
    bridge = {name: found[name] for name in _BRIDGE}
    moved = bridge["expansion"] + bridge["new"] + bridge["reactivated"]
    residual = start - bridge["lost"] - bridge["contraction"] + moved - bridge["end"]
    counts = ("customers", "customers_kept", "customers_new", "customers_reactivated")
    return Retention(
        basis=basis,
        grr=found["kept"] / start,
        nrr=found["cohort_end"] / start,
        logo=found["customers_kept"] / found["customers"],
        bridge=bridge,
        residual=residual,
        counts={name: found[name] for name in counts},
        credits_start=found["credits_start"],
        credits_end=found["credits_end"],
        exchange=worth - found["end"],
    )


def _bridge(source: Source) -> dict[str, int]:
    source.make("bridge")
    names = [row[0] for row in source.connection.execute("DESCRIBE bridge").fetchall()]
    values = source.connection.execute("SELECT * FROM bridge").fetchone() or ()
    return dict(zip(names, values, strict=True))


def _basis(source: Source, *, until: date) -> str:
    source.make("spans")
    row = source.connection.execute(
        "SELECT count(*) FROM spans JOIN line_kinds USING (product_line) "
        f"WHERE kind = '{RECURRING}' AND first_day <= $until",
        {"until": until},
    ).fetchone()
    return RECURRING if row and row[0] else REPEAT


def as_json(
    found: Retention, *, opening: Window, closing: Window, currency: str
) -> dict[str, object]:
    """Plain values with amounts as decimals in major units, exact to the minor unit."""

    def amount(minor: int) -> float | int:
        places = decimals_of(currency)
        return minor if places == 0 else round(minor / 10**places, places)

    bridge = {name: amount(value) for name, value in found.bridge.items()}
    bridge["residual"] = amount(found.residual)
    bridge["exchange"] = amount(found.exchange)
    label = "retention" if found.basis == RECURRING else f"{found.basis}-revenue retention"
    return {
        "label": label,
        "basis": found.basis,
        "level": "customer",
        "currency": currency,
        "start_window": [opening.start.isoformat(), opening.end.isoformat()],
        "end_window": [closing.start.isoformat(), closing.end.isoformat()],
        "grr": found.grr,
        "nrr": found.nrr,
        "logo_retention": found.logo,
        **bridge,
        "bridge": bridge,
        "customers": dict(found.counts),
        "credits_outside": {
            "start": amount(found.credits_start),
            "end": amount(found.credits_end),
        },
    }
