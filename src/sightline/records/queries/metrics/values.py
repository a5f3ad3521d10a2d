"""A metric's value as it was computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.planning.money import Money

MONEY = frozenset({"acv", "expansion"})
COUNTS = frozenset({"executives", "centres"})
ORDER = (
    "nrr",
    "grr",
    "expansion",
    "renewals",
    "acv",
    "executives",
    "centres",
    "progression",
    "completion",
    "wallet",
)


@dataclass(frozen=True, slots=True)
class Computed:
    """One current value: money in major units of the plan's currency, shares as shares, counts as
    numbers; None where it cannot be told. `inputs` are (what, how much) as plain text or money."""

    key: str
    value: float | None
    inputs: tuple[tuple[str, str | Money], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """Every metric of a plan by key, in order."""

    of: Mapping[str, Computed]
