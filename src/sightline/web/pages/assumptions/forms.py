"""Forms of objectives, assumptions, risks and the health override: five fields at most each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sightline.planning.money import Money
from sightline.records.queries.account_renewals import Choice
from sightline.records.queries.plan_parts.moves import Move

LARGEST = Decimal(10) ** 13
LEVELS = (("", "–"), ("low", _("Low")), ("middle", _("Middle")), ("high", _("High")))


def day_input() -> forms.DateInput:
    """A date as the browser picks it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _choose(field: forms.Field, people: Sequence[Choice]) -> None:
    assert isinstance(field, forms.TypedChoiceField)
    field.choices = [("", "–"), *((str(one.id), one.name) for one in people)]


class ObjectiveForm(forms.Form):
    """What is to be reached by when, and by whom."""

    words = forms.CharField(label=_("Objective"), max_length=255)
    measure = forms.CharField(label=_("Measured by"), required=False, max_length=120)
    owner_id = forms.TypedChoiceField(
        label=_("Owner"), required=False, coerce=int, empty_value=None
    )
    due_on = forms.DateField(label=_("By"), required=False, widget=day_input())

    def __init__(self, *args: Any, ours: Sequence[Choice], **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "objective_%s")
        super().__init__(*args, **kwargs)
        _choose(self.fields["owner_id"], ours)


class AssumptionForm(forms.Form):
    """What the numbers stand on, and what would prove it wrong."""

    words = forms.CharField(label=_("We assume that"), max_length=500)
    proved_wrong_by = forms.CharField(
        label=_("It would be wrong if"), required=False, max_length=500
    )
    look_again = forms.DateField(label=_("Look again on"), required=False, widget=day_input())
    carries = forms.MultipleChoiceField(
        label=_("What rests on it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, moves: Sequence[Move], **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "assumption_%s")
        super().__init__(*args, **kwargs)
        field = self.fields["carries"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(move.key, move.name) for move in moves]


class RiskForm(forms.Form):
    """What may go wrong, how likely and how bad, and what is done about it."""

    words = forms.CharField(label=_("Risk"), max_length=255)
    reason = forms.CharField(label=_("Because"), required=False, max_length=500)
    likelihood = forms.ChoiceField(label=_("Likelihood"), required=False, choices=LEVELS)
    severity = forms.ChoiceField(label=_("Severity"), required=False, choices=LEVELS)
    money = forms.DecimalField(
        label=_("Money"), required=False, min_value=0, max_value=LARGEST, decimal_places=4
    )
    owner_id = forms.TypedChoiceField(
        label=_("Owner"), required=False, coerce=int, empty_value=None
    )
    answer = forms.CharField(label=_("What we do about it"), required=False, max_length=500)
    about = forms.ChoiceField(label=_("It speaks of"), required=False)

    def __init__(
        self,
        *args: Any,
        ours: Sequence[Choice],
        lines: Sequence[tuple[str, str]],
        currency: str,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("auto_id", "risk_%s")
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["money"].label = _("Money in %s") % currency
        _choose(self.fields["owner_id"], ours)
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        about.choices = [("", "–"), *lines]

    @property
    def minor(self) -> int | None:
        """The money in minor units, once the form is valid."""
        amount = self.cleaned_data["money"]
        return None if amount is None else Money.of(amount, self.currency).minor


class SwotForm(forms.Form):
    """A strength, weakness, opportunity or threat in one line, and where it leads."""

    kind = forms.ChoiceField(
        label=_("It is"),
        choices=(
            ("strength", _("A strength")),
            ("weakness", _("A weakness")),
            ("opportunity", _("An opportunity")),
            ("threat", _("A threat")),
        ),
    )
    words = forms.CharField(label=_("In one line"), max_length=255)
    leads_to = forms.ChoiceField(
        label=_("It leads to"),
        error_messages={
            "required": _("Say where it leads."),
            "invalid_choice": _("Say where it leads: it is not in this plan."),
        },
    )

    def __init__(self, *args: Any, leads: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "swot_%s")
        super().__init__(*args, **kwargs)
        field = self.fields["leads_to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *leads]


class HealthForm(forms.Form):
    """A person's own figure, with a reason and an end."""

    value = forms.IntegerField(label=_("Health, 0 to 100"), min_value=0, max_value=100)
    reason = forms.CharField(label=_("Why the computed one is wrong"), max_length=500)
    until = forms.DateField(label=_("Until"), widget=day_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "health_%s")
        super().__init__(*args, **kwargs)
