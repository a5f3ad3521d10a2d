"""What is posted about the days of reviews."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


def day_input() -> forms.DateInput:
    """A date with the browser's own picker."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class MoveForm(forms.Form):
    """Another day, and why."""

    held_on = forms.DateField(label=_("New day"), widget=day_input())
    reason = forms.CharField(label=_("Why"), max_length=255)


class PlanForm(forms.Form):
    """A review out of turn, or one with the customer."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=(("review", _("Internal review")), ("joint", _("Joint business review"))),
    )
    held_on = forms.DateField(label=_("Day"), widget=day_input())


class AwayForm(forms.Form):
    """One's own week, away or there again."""

    week = forms.DateField(label=_("A day of the week you are away"), widget=day_input())
    away = forms.BooleanField(required=False)


class HolidayForm(forms.Form):
    """A company holiday; without a name it is taken away."""

    day = forms.DateField(label=_("Day"), widget=day_input())
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
