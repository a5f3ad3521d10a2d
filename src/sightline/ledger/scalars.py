"""The named scalars of the measures: which parameter each is, its type, its value at a cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta

from sightline.ledger.method import InsightParameters, shipped
from sightline.ledger.windows import Cut

Scalar = int | float | str | date

_PARAMETERS: Mapping[str, str] = {
    "gap_percent": "int64",
    "gap_factor": "float64",
    "min_purchase_days": "int64",
    "quiet_intercept": "float64",
    "quiet_silence": "float64",
    "quiet_purchase_days": "float64",
    "peer_percent": "int64",
    "size_bands": "int64",
    "long_call_minutes": "float64",
}
_DAYS = (
    *("as_of", "r12_first", "prior_first", "r24_first", "half_first"),
    *("month_first", "used_first", "used_before_first", "contact_first"),
)
# Further scalars that single expressions need, given by the caller.
_GIVEN: Mapping[str, str] = {
    "start_first": "date",
    "start_last": "date",
    "end_first": "date",
    "end_last": "date",
    "basis": "string",
    "us": "string",
    "all_others": "string",
    "outcome_last": "date",
    "recent_first": "date",
}
TYPES: Mapping[str, str] = dict.fromkeys(_DAYS, "date") | dict(_PARAMETERS) | dict(_GIVEN)


def scalar_values(
    cut: Cut, *, parameters: InsightParameters | None = None, **given: Scalar
) -> dict[str, Scalar]:
    """Every scalar's value at a cut, with what the caller gives beyond the method's numbers."""
    numbers = parameters or shipped()
    values: dict[str, Scalar] = dict(asdict(cut))
    for name, kind in _PARAMETERS.items():
        value = getattr(numbers, name)
        values[name] = int(value) if kind == "int64" else float(value)
    values["contact_first"] = cut.as_of - timedelta(days=int(numbers.contact_window_days) - 1)
    return values | given
