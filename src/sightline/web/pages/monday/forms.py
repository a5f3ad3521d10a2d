"""What is posted to Monday."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_HOURS = 40


class AnswerForm(forms.Form):
    """An answer to one act."""

    act = forms.CharField(max_length=160)
    answer = forms.CharField(max_length=12)
    until = forms.DateField(
        required=False, error_messages={"invalid": _("Enter a day, like 2026-11-30.")}
    )
    reason = forms.CharField(required=False, max_length=255)


class PassOnForm(forms.Form):
    """To whom an act is passed on, and until when."""

    to = forms.TypedChoiceField(coerce=int, label=_("To whom?"))
    due_on = forms.DateField(
        label=_("Until when?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class HoursForm(forms.Form):
    """The hours that Monday may fill."""

    hours = forms.DecimalField(min_value=0, max_value=MOST_HOURS, decimal_places=2)

    @property
    def minutes(self) -> int:
        """The hours as whole minutes."""
        found: int = round(self.cleaned_data["hours"] * 60)
        return found
