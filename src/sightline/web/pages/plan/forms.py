"""The forms of a plan: its target and its growth thesis."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sightline.planning.money import Money
from sightline.records.queries.account_head import PlanHead

LARGEST = Decimal(10) ** 13
LONGEST_THESIS = 4000
# two forms of one page hold it, and nothing names it by its id
_NO_ID = {"id": False}


class TargetForm(forms.Form):
    """The target in whole and parts of the plan's currency; empty takes it away."""

    target = forms.DecimalField(
        label=_("Target"), required=False, min_value=0, max_value=LARGEST, decimal_places=4
    )
    version = forms.IntegerField(widget=forms.HiddenInput(attrs=_NO_ID), min_value=1)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["target"].label = _("Target in %s") % currency

    @classmethod
    def of(cls, plan: PlanHead) -> TargetForm:
        """The form filled with the target in force."""
        return cls(
            initial={"target": shown_target(plan), "version": plan.version},
            currency=plan.currency,
        )

    @property
    def minor(self) -> int | None:
        """The target in minor units, once the form is valid; None where it was left empty."""
        amount = self.cleaned_data["target"]
        return None if amount is None else Money.of(amount, self.currency).minor


class ThesisForm(forms.Form):
    """Where the growth comes from, in a few sentences."""

    thesis = forms.CharField(
        label=_("Growth thesis"),
        required=False,
        max_length=LONGEST_THESIS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput(attrs=_NO_ID), min_value=1)

    @classmethod
    def of(cls, plan: PlanHead) -> ThesisForm:
        """The form filled with the thesis as it stands."""
        return cls(initial={"thesis": plan.thesis, "version": plan.version})


def shown_target(plan: PlanHead) -> str:
    """The target as it is typed: no currency sign, no decimals where there are none."""
    if plan.target is None:
        return ""
    amount = Money(plan.target, plan.currency).amount
    return f"{amount:f}".rstrip("0").rstrip(".") if amount % 1 else f"{amount:.0f}"
