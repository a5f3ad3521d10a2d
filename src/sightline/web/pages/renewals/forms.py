"""Forms of one renewal: what became of it, its clauses, what is renewed with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sightline.actions.renewal_groups import MOST_NOTICE, MOST_UPLIFT, Clauses
from sightline.actions.renewal_outcomes import Decided
from sightline.planning.money import Money
from sightline.records.queries.renewals import ContractPage
from sightline.web.pages.assumptions.forms import LARGEST, day_input
from sightline.wording import dates

REASONS = (
    ("", "–"),
    ("price", _("Price")),
    ("competitor", _("A competitor")),
    ("value", _("Too little value seen")),
    ("budget", _("Their budget")),
    ("sponsor_left", _("Their sponsor left")),
    ("service", _("Our service")),
    ("need_gone", _("No need any more")),
    ("merged", _("Merged or sold")),
    ("other", _("Another reason")),
)
KNOWN = (("", _("Not known")), ("1", _("Yes")), ("0", _("No")))


class OutcomeForm(forms.Form):
    """Renewed at what value until when, or lost; and why."""

    went = forms.ChoiceField(
        label=_("What became of it"),
        choices=(("renewed", _("It renewed")), ("lost", _("It was lost"))),
        widget=forms.RadioSelect,
    )
    renewed = forms.DecimalField(
        label=_("New yearly value"), required=False, min_value=0, max_value=LARGEST
    )
    until = forms.DateField(label=_("Next end"), required=False, widget=day_input())
    reason = forms.ChoiceField(label=_("Why less, or lost"), choices=REASONS, required=False)
    note = forms.CharField(label=_("In a sentence"), max_length=500, required=False)
    decided_on = forms.DateField(label=_("Decided on"), widget=day_input())

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "outcome_%s")
        super().__init__(*args, **kwargs)
        self.currency = currency or "GBP"
        self.fields["renewed"].label = _("New yearly value, %s") % self.currency

    @property
    def decided(self) -> Decided:
        """What was said, in minor units."""
        given = self.cleaned_data
        amount: Decimal | None = given["renewed"]
        lost = given["went"] == "lost"
        return Decided(
            lost=lost,
            renewed=None if lost or amount is None else Money.of(amount, self.currency).minor,
            until=None if lost else given["until"],
            decided_on=given["decided_on"],
            reason=given["reason"],
            note=given["note"],
        )


class ClausesForm(forms.Form):
    """Uplift, notice and auto-renewal; what the CRM told is not asked for."""

    uplift_percent = forms.DecimalField(
        label=_("Price rises at renewal, %"),
        required=False,
        min_value=0,
        max_value=MOST_UPLIFT,
        max_digits=6,
        decimal_places=3,
    )
    notice_days = forms.IntegerField(
        label=_("Notice, days before the end"), required=False, min_value=0, max_value=MOST_NOTICE
    )
    auto_renews = forms.ChoiceField(label=_("Renews by itself"), choices=KNOWN, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, page: ContractPage, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "clauses_%s")
        super().__init__(*args, **kwargs)
        for name in ("notice_days", "auto_renews"):
            if page.told and getattr(page, name) is not None:
                del self.fields[name]

    @classmethod
    def of(cls, page: ContractPage) -> ClausesForm:
        """Filled with what is known."""
        auto = {True: "1", False: "0", None: ""}[page.auto_renews]
        initial = {
            "uplift_percent": page.uplift_percent,
            "notice_days": page.notice_days,
            "auto_renews": auto,
            "version": page.version,
        }
        return cls(initial=initial, page=page)

    @property
    def clauses(self) -> Clauses:
        """What was written."""
        given = self.cleaned_data
        auto = {"1": True, "0": False}.get(given.get("auto_renews", ""))
        return Clauses(given["uplift_percent"], given.get("notice_days"), auto)


class TogetherForm(forms.Form):
    """Which contracts are renewed with this one, and when all of them end."""

    contracts = forms.TypedMultipleChoiceField(
        label=_("Renewed with it"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    ends_on = forms.DateField(label=_("All end on"), widget=day_input())

    def __init__(self, *args: Any, page: ContractPage, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "together_%s")
        super().__init__(*args, **kwargs)
        field = self.fields["contracts"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [
            (one.id, f"{one.name or one.id}, {dates.day(one.ends_on)}") for one in page.others
        ]
