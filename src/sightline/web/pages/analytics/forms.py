"""The form of the outcome wanted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sightline.planning.money import Money
from sightline.records.queries.analytics import Wanted

LARGEST = 10**14


class OutcomeForm(forms.Form):
    """Revenue in whole and parts of the currency; empty takes it back."""

    amount = forms.DecimalField(required=False, min_value=0, max_value=LARGEST, decimal_places=4)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["amount"].label = _("Revenue wanted in %s") % currency

    @classmethod
    def of(cls, wanted: Wanted | None, *, currency: str) -> OutcomeForm:
        """The form with what stands."""
        amount = f"{wanted.amount.amount.normalize():f}" if wanted else ""
        version = wanted.version if wanted else 0
        return cls(initial={"amount": amount, "version": version}, currency=currency)

    @property
    def money(self) -> Money | None:
        """What was entered, once the form is valid."""
        amount = self.cleaned_data["amount"]
        return None if amount is None else Money.of(amount, self.currency)
