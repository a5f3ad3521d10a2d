"""What is posted to the settings."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from sightline.planning.currencies import MINOR_DIGITS
from sightline.planning.fiscal import PeriodRow
from sightline.records.queries.settings import CompanyRow
from sightline.web.long_select import LongSelect

COLUMNS = ("year", "number", "start", "end", "quarter")
MOST_BYTES = 200_000
KINDS = (("recurring", _("Recurring")), ("repeat", _("Repeat")), ("one_off", _("One-off")))


class CompanyForm(forms.Form):
    """The company's settings; `version` is the one that was read."""

    name = forms.CharField(label=_("Company name"), max_length=200, required=False)
    reporting_currency = forms.ChoiceField(
        label=_("Reporting currency"),
        widget=LongSelect,
        help_text=_("Every total is shown in it. Older amounts are converted at the day's rate."),
    )
    calendar = forms.ChoiceField(
        label=_("Fiscal calendar"),
        choices=(
            ("months", _("Calendar months")),
            ("4-4-5", _("4-4-5 weeks")),
            ("table", _("Uploaded periods")),
        ),
    )
    fiscal_start_month = forms.TypedChoiceField(
        label=_("Fiscal year starts in"), choices=tuple(MONTHS.items()), coerce=int
    )
    basis = forms.ChoiceField(
        label=_("A target counts"),
        choices=(
            ("exit_acv", _("Annual recurring value at the end of the year")),
            ("revenue", _("Revenue in the year")),
        ),
        help_text=_("Chosen once: it changes what every plan's bridge means."),
    )
    line_level = forms.ChoiceField(
        label=_("One column of the whitespace grid is"),
        choices=(("line", _("A product line")), ("family", _("A product family"))),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), widget=LongSelect, help_text=_("The company's day ends here.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [*sorted(zone for zone in available_timezones() if "/" in zone), "UTC"]
        self._choices("time_zone", [(zone, zone.replace("_", " ")) for zone in zones])
        self._choices("reporting_currency", [(code, code) for code in _currencies()])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def of(cls, row: CompanyRow) -> CompanyForm:
        """Filled with what is stored."""
        return cls(initial={name: getattr(row, name) for name in cls.base_fields})


class PeriodsForm(forms.Form):
    """A table of periods as CSV: year, number, start, end, quarter."""

    table = forms.FileField(
        label=_("Table of periods (CSV)"),
        help_text=_(
            "Columns year, number, start, end, quarter; days as 2027-01-31; no day missing."
        ),
    )

    def clean_table(self) -> tuple[PeriodRow, ...]:
        """The rows, or which line cannot be read."""
        upload = self.cleaned_data["table"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(_("A table of periods is smaller than 200 kB."))
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            raise forms.ValidationError(_("The file is not UTF-8 text.")) from wrong
        return _rows(text)


def _rows(text: str) -> tuple[PeriodRow, ...]:
    if "\x00" in text:
        raise forms.ValidationError(_("The file is not text."))
    reader = csv.DictReader(io.StringIO(text))
    if tuple(name.strip().lower() for name in reader.fieldnames or ()) != COLUMNS:
        said = _("The columns are %(columns)s, in this order.")
        raise forms.ValidationError(said, params={"columns": ", ".join(COLUMNS)})
    found = []
    reader.fieldnames = list(COLUMNS)
    for number, row in enumerate(reader, start=2):
        try:
            found.append(_period(row))
        except (ValueError, TypeError, AttributeError) as wrong:
            said = _("Line %(line)s cannot be read.")
            raise forms.ValidationError(said, params={"line": number}) from wrong
    return tuple(found)


def _period(row: dict[str, str]) -> PeriodRow:
    from datetime import date

    return PeriodRow(
        year=int(row["year"]),
        number=int(row["number"]),
        start=date.fromisoformat(row["start"].strip()),
        end=date.fromisoformat(row["end"].strip()),
        quarter=int(row["quarter"]),
    )


class LineForm(forms.Form):
    """How the revenue of one product line comes."""

    revenue_kind = forms.ChoiceField(choices=KINDS)
    version = forms.IntegerField()


class NumberForm(forms.Form):
    """The company's own value of one number of the method."""

    path = forms.CharField(max_length=120)
    value = forms.CharField(max_length=4000)
    since = forms.DateField()
    reason = forms.CharField(max_length=500)

    def clean_value(self) -> object:
        """The value as JSON writes it: 5, 0.25, true, ["a", "b"], {"call": 30}."""
        text: str = self.cleaned_data["value"].strip()
        try:
            return json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as wrong:
            said = _('Write it like the shipped value: 5, 0.25, ["a"], {"call": 30}.')
            raise forms.ValidationError(said) from wrong


def _refuse(word: str) -> object:
    raise ValueError(word)


def _currencies() -> list[str]:
    """ISO 4217 currencies that are in use and that we can count in."""
    return sorted(list_currencies() & set(MINOR_DIGITS))
