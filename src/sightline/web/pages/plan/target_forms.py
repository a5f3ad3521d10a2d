"""The rows of a divided target: kind, unit, product line and amount; empty rows are passed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sightline.actions.targets import MOST_PARTS
from sightline.planning.bridge import TargetKind
from sightline.planning.money import Money
from sightline.records.queries.account_grid import OTHER_UNITS, WHOLE
from sightline.records.queries.target_split import PlacedTarget
from sightline.web.pages.plan.forms import LARGEST

SPARE_ROWS = 3
PREFIX = "part"


def kind_words() -> tuple[tuple[str, str], ...]:
    """The four kinds, in the order of the bridge."""
    return (
        (TargetKind.RETAIN.value, _("Retain")),
        (TargetKind.UPLIFT.value, _("Uplift")),
        (TargetKind.CROSS_SELL.value, _("Cross-sell")),
        (TargetKind.EXPAND.value, _("Expand")),
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """Key and name of the account's units and of our product lines."""

    units: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """The four kinds."""
        return kind_words()

    def kind_name(self, key: str) -> str:
        """A kind in words."""
        return dict(self.kinds).get(key, key)

    def unit_name(self, key: str) -> str:
        """A unit's name; what may not be seen is "other units"."""
        return dict(self.units).get(key, _("Other units"))

    def line_name(self, key: str) -> str:
        """A line's name."""
        return dict(self.lines).get(key, key)


class PartForm(forms.Form):
    """One part of the target."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Unit"), required=False, coerce=int, empty_value=None
    )
    line = forms.TypedChoiceField(
        label=gettext_lazy("Product line"), required=False, coerce=int, empty_value=None
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        required=False,
        min_value=0,
        max_value=LARGEST,
        decimal_places=4,
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(key, name) for key, name in choices.units if key not in (WHOLE, OTHER_UNITS)]
        self._choose("kind", (("", "–"), *choices.kinds))
        self._choose("unit", (("", _("All units")), *places))
        self._choose("line", (("", _("All lines")), *choices.lines))
        for bound in self:
            bound.field.widget.attrs |= {"aria-label": bound.label, "class": "input"}

    def _choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        """An amount needs a kind and a kind an amount; a row with neither is empty."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        kind, amount = said.get("kind"), said.get("amount")
        if amount and not kind and "kind" not in self.errors:
            self.add_error("kind", _("Choose a kind."))
        if kind and not amount and "amount" not in self.errors:
            self.add_error("amount", _("How much?"))
        return said


_Rows = forms.formset_factory(
    PartForm, extra=SPARE_ROWS, max_num=MOST_PARTS, absolute_max=MOST_PARTS + SPARE_ROWS
)


class PartRows:
    """The rows as typed, with the version of the plan that was seen."""

    def __init__(self, rows: Any, *, version: str, currency: str) -> None:
        self.rows = rows
        self.version = version
        self._currency = currency

    @property
    def seen_version(self) -> int:
        """The version the person saw; 0 where it is no number."""
        return int(self.version) if self.version.isdecimal() else 0

    def is_valid(self) -> bool:
        """Whether every row can be read."""
        return bool(self.rows.is_valid())

    @property
    def wanted(self) -> list[tuple[str, int, int | None, int | None]]:
        """Kind, minor units, unit and line of each row that holds an amount."""
        return [
            (
                said["kind"],
                Money.of(said["amount"], self._currency).minor,
                said["unit"],
                said["line"],
            )
            for said in (form.cleaned_data for form in self.rows)
            if said.get("amount")
        ]


def rows_form(posted: Mapping[str, Any], *, choices: Choices, currency: str) -> PartRows:
    """The rows a person sent."""
    rows = _Rows(posted, prefix=PREFIX, form_kwargs={"choices": choices})
    return PartRows(rows, version=str(posted.get("version", "")), currency=currency)


def rows_of(
    kept: Iterable[PlacedTarget], *, choices: Choices, currency: str, version: int
) -> PartRows:
    """The rows as they are kept, and some empty ones."""
    initial = [
        {
            "kind": part.kind,
            "unit": part.unit or "",
            "line": part.line or "",
            "amount": _typed(part.amount, currency),
        }
        for part in kept
    ]
    rows = _Rows(prefix=PREFIX, initial=initial, form_kwargs={"choices": choices})
    return PartRows(rows, version=str(version), currency=currency)


def _typed(minor: int, currency: str) -> Decimal:
    amount = Money(minor, currency).amount
    return amount.to_integral_value() if amount == amount.to_integral_value() else amount
