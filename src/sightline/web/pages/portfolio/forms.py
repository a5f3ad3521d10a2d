"""Forms of deciding: an override with its reason and end, importance, a view's name."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sightline.planning.tiering import CRITERIA

TIERS = [("1", "1"), ("2", "2"), ("3", "3")]
POINTS = [(str(n), str(n)) for n in range(4)]
LABELS = {
    "reference": _("Reference value: would others buy because they do?"),
    "signal": _("Market signal: does it tell the market where we are going?"),
    "door_opener": _("Door-opener: does it lead us to accounts we cannot reach otherwise?"),
}


class OverrideForm(forms.Form):
    """Another tier than the proposed one."""

    tier = forms.ChoiceField(label=_("Tier"), choices=TIERS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Read by whoever requalifies next."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    lapses_on = forms.DateField(
        label=_("Lapses on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, today: date, **values: Any) -> None:
        super().__init__(*args, **values)
        self.today = today

    def clean_lapses_on(self) -> date:
        """An override lapses; a day gone by is no end."""
        day: date = self.cleaned_data["lapses_on"]
        if day <= self.today:
            raise forms.ValidationError(_("The day it lapses lies in the future."))
        return day


class ImportanceForm(forms.Form):
    """Three clicks and one reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for criterion in CRITERIA:
            self.fields[criterion] = forms.ChoiceField(
                label=LABELS[criterion], choices=POINTS, widget=forms.RadioSelect
            )
        self.order_fields([*CRITERIA, "reason"])

    def points(self) -> dict[str, int]:
        """The answers, once valid."""
        return {criterion: int(self.cleaned_data[criterion]) for criterion in CRITERIA}

    @property
    def criteria(self) -> list[forms.BoundField]:
        """The three questions."""
        return [self[criterion] for criterion in CRITERIA]


class AdoptForm(forms.Form):
    """Making tried numbers the company's own."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
    since = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
