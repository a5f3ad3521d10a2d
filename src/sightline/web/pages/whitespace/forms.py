"""What people type about a cell, parsed; the rules themselves are the actions'."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sightline.planning.errors import PlanningError
from sightline.planning.money import Money, keepable, parse_amount

HOLDERS = (
    ("nobody", _("Nobody")),
    ("competitor", _("Competitor")),
    ("in_house", _("In-house")),
    ("unknown", _("Unknown")),
)
ELIGIBLE = (
    ("applicable", _("Can be sold")),
    ("blocked", _("Blocked until")),
    ("not_applicable", _("Not a fit")),
)
SURE = (("high", _("sure")), ("medium", _("fairly sure")), ("low", _("a guess")))
LEVELS = ((0, "0"), (1, "1"), (2, "2"), (3, "3"))


class FactForm(forms.Form):
    """What every fact carries: the fact it was made on, where it is from, and how sure."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    confidence = forms.ChoiceField(choices=SURE, required=False, label=_("How sure"))
    source = forms.CharField(max_length=120, required=False, label=_("Where from"))

    def clean_confidence(self) -> str:
        """Fairly sure, unless said."""
        return self.cleaned_data["confidence"] or "medium"

    def clean_version(self) -> int:
        """0: nothing was said yet when the page was drawn."""
        return self.cleaned_data["version"] or 0


class HolderForm(FactForm):
    """Who has the spend."""

    kind = forms.ChoiceField(choices=(*HOLDERS, ("us", _("Us"))), label=_("Who holds the spend?"))
    competitor = forms.CharField(max_length=200, required=False, label=_("Competitor"))
    ends = forms.DateField(required=False, label=_("Their contract ends"))


class EligibilityForm(FactForm):
    """Whether it can be sold there."""

    kind = forms.ChoiceField(choices=ELIGIBLE)
    until = forms.DateField(required=False, label=_("Blocked until"))
    reason = forms.CharField(max_length=500, required=False, label=_("Why"))


class NeedForm(FactForm):
    """The only question asked."""

    level = forms.TypedChoiceField(choices=LEVELS, coerce=int, label=_("Need"))
    evidence = forms.CharField(max_length=2000, required=False, label=_("Evidence"))
    priority = forms.CharField(
        max_length=200, required=False, label=_("Customer priority it answers")
    )


class PathForm(FactForm):
    """An own level for access or budget."""

    level = forms.TypedChoiceField(choices=LEVELS, coerce=int)
    reason = forms.CharField(max_length=500, label=_("Why"))


class ValueForm(FactForm):
    """Value a year as low, likely, high; amounts in the currency of the grid."""

    likely = forms.CharField(max_length=24, required=False, label=_("Likely"))
    low = forms.CharField(max_length=24, required=False, label=_("Low"))
    high = forms.CharField(max_length=24, required=False, label=_("High"))
    price = forms.CharField(max_length=24, required=False, label=_("Price each, a year"))
    quantity = forms.DecimalField(
        min_value=0, max_digits=12, required=False, label=_("Seats or sites")
    )
    words = forms.CharField(max_length=200, required=False, label=_("How it was arrived at"))

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean(self) -> dict[str, Any]:
        """Adds `amounts` in minor units and `method`: price where a price is given, else hand."""
        data = super().clean() or self.cleaned_data
        if data.get("price") and data.get("quantity") is not None:
            whole = self._money("price", times=data["quantity"])
            if whole is not None:
                data["amounts"] = (whole.minor,) * 3
                data["method"] = "price"
                data["words"] = f"{data['price']} × {data['quantity']:f}"
            return data
        likely = self._money("likely")
        if likely is None:
            if "likely" not in self.errors:
                self.add_error("likely", _("Give the likely value, or a price and a quantity."))
            return data
        low, high = self._money("low") or likely, self._money("high") or likely
        data["amounts"] = (low.minor, likely.minor, high.minor)
        data["method"] = "hand"
        return data

    def _money(self, name: str, *, times: Decimal | int = 1) -> Money | None:
        try:
            found = amount_of(self.cleaned_data.get(name) or "", self.currency)
            return keepable(found.times(times)) if found is not None else None
        except PlanningError as error:
            self.add_error(name, str(error))
            return None


def amount_of(text: str, currency: str) -> Money | None:
    """Money as people type it: "150k", "1.2m", "£90,000"; None for nothing.

    Raises UnreadableAmount, also where it is larger than an amount can be.
    """
    bare = text.strip().lstrip("£$€")
    if not bare:
        return None
    factor = {"k": 1_000, "m": 1_000_000}.get(bare[-1:].lower(), 1)
    amount = parse_amount(bare[:-1] if factor > 1 else bare, currency=currency)
    return keepable(amount.times(factor))
