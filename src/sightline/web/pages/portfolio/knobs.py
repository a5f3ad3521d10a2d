"""The numbers of the tiers that may be tried, as the form and the address hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from sightline.planning.parameters import Parameters

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WEIGHTS = "tiering.importance_weights"


@dataclass(frozen=True, slots=True)
class Knob:
    """A number that may be tried: `name` in the address, `path` in the parameters."""

    name: str
    path: str
    label: StrOrPromise
    group: StrOrPromise
    least: float
    most: float
    step: float
    part: str = ""


_CUTS = gettext_lazy("Cuts and capacity")
_WEIGHTS = gettext_lazy("Weights of importance")
_PARTS = gettext_lazy("Parts of vulnerability")
KNOBS = (
    Knob(
        "potential",
        "tiering.potential_high_share",
        gettext_lazy("High potential holds"),
        _CUTS,
        0.3,
        0.95,
        0.05,
    ),
    Knob("floor", "tiering.floor_share", gettext_lazy("No plan beyond"), _CUTS, 0.5, 1, 0.01),
    Knob(
        "importance",
        "tiering.importance_high",
        gettext_lazy("Importance is high from"),
        _CUTS,
        1,
        9,
        1,
    ),
    Knob(
        "vulnerability",
        "tiering.vulnerability_high",
        gettext_lazy("Vulnerability is high from"),
        _CUTS,
        5,
        95,
        5,
    ),
    Knob(
        "tier1",
        "tiering.capacity_tier_1",
        gettext_lazy("Tier 1 per account manager"),
        _CUTS,
        1,
        30,
        1,
    ),
    Knob(
        "tier2",
        "tiering.capacity_tier_2",
        gettext_lazy("Tier 2 per account manager"),
        _CUTS,
        1,
        80,
        1,
    ),
    Knob("reference", WEIGHTS, gettext_lazy("Reference value"), _WEIGHTS, 0, 5, 0.5, "reference"),
    Knob("signal", WEIGHTS, gettext_lazy("Market signal"), _WEIGHTS, 0, 5, 0.5, "signal"),
    Knob("door", WEIGHTS, gettext_lazy("Door-opener"), _WEIGHTS, 0, 5, 0.5, "door_opener"),
    Knob(
        "renewal",
        "vulnerability.renewal_unprepared",
        gettext_lazy("Renewal nobody prepared"),
        _PARTS,
        0,
        1,
        0.05,
    ),
    Knob(
        "thread", "vulnerability.single_thread", gettext_lazy("Single thread"), _PARTS, 0, 1, 0.05
    ),
    Knob(
        "trend",
        "vulnerability.off_trend",
        gettext_lazy("Revenue off its trend"),
        _PARTS,
        0,
        1,
        0.05,
    ),
    Knob(
        "quiet",
        "vulnerability.quiet_each",
        gettext_lazy("Each deciding person quiet"),
        _PARTS,
        0,
        0.5,
        0.05,
    ),
)


@dataclass(frozen=True, slots=True)
class Setter:
    """A knob with the number in force and the one that is tried."""

    knob: Knob
    held: float
    tried: float
    unit: str

    @property
    def held_text(self) -> str:
        """The number in force."""
        return f"{self.held:g}"

    @property
    def tried_text(self) -> str:
        """The number that is tried, as a field holds it."""
        return f"{self.tried:g}"

    @property
    def least_text(self) -> str:
        """The least that may be tried."""
        return f"{self.knob.least:g}"

    @property
    def most_text(self) -> str:
        """The most that may be tried."""
        return f"{self.knob.most:g}"

    @property
    def changed(self) -> bool:
        """Whether another number is tried."""
        return self.held != self.tried


def setters_of(values: QueryDict, parameters: Parameters) -> list[Setter]:
    """Every knob with the number in force and what the address tries; nonsense tries nothing."""
    return [_setter(knob, values.get(knob.name, ""), parameters) for knob in KNOBS]


def changes_of(values: QueryDict, parameters: Parameters) -> dict[str, object]:
    """What differs, as overrides of parameters."""
    changes: dict[str, object] = {}
    for one in setters_of(values, parameters):
        if not one.changed:
            continue
        path, held = one.knob.path, parameters.entry(one.knob.path).value
        if one.knob.part:
            whole: Any = changes.get(path) or dict(held)  # type: ignore[call-overload]
            changes[path] = {**whole, one.knob.part: one.tried}
        else:
            changes[path] = int(one.tried) if isinstance(held, int) else one.tried
    return changes


def address_of(setters: Sequence[Setter]) -> str:
    """The query of an address that tries the same again."""
    return urlencode({one.knob.name: one.tried_text for one in setters if one.changed})


def groups_of(setters: list[Setter]) -> list[tuple[str, list[Setter]]]:
    """The knobs under their headings, in order."""
    groups: dict[str, list[Setter]] = {}
    for one in setters:
        groups.setdefault(str(one.knob.group), []).append(one)
    return list(groups.items())


def _setter(knob: Knob, text: str, parameters: Parameters) -> Setter:
    entry = parameters.entry(knob.path)
    value: Any = entry.value
    held = float(value[knob.part] if knob.part else value)
    try:
        tried = min(max(float(text), knob.least), knob.most) if text else held
    except ValueError:
        tried = held
    return Setter(knob, held, held if tried != tried else tried, entry.unit)
