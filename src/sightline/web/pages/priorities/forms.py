"""The form of one priority: a sentence, who said it, and what is already filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sightline.actions.priorities import LONGEST
from sightline.planning.priorities import Link
from sightline.records.queries.account_renewals import Choice


class PriorityForm(forms.Form):
    """One sentence in their words. Date and place are prefilled or may be left."""

    words = forms.CharField(label=_("In their words, one sentence"), max_length=LONGEST)
    said_by = forms.TypedChoiceField(
        label=_("Who said it"), required=False, coerce=int, empty_value=None
    )
    said_as = forms.CharField(
        label=_("Or their role, if they are no contact yet"), required=False, max_length=120
    )
    said_on = forms.DateField(
        label=_("When"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    where = forms.CharField(label=_("Where"), required=False, max_length=120)
    link = forms.CharField(widget=forms.HiddenInput, required=False)
    under = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: Sequence[Choice], today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {"said_on": today, "link": Link.GOAL.value} | kwargs["initial"]
        super().__init__(*args, **kwargs)
        choices = [("", "–"), *((str(one.id), one.name) for one in people)]
        field = self.fields["said_by"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = choices
