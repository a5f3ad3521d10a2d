"""The upload: what kind of files, the files, and what they do not say themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sightline.exchange.imports.service import EXPORT, KINDS
from sightline.exchange.tables import LIMITS
from sightline.planning.currencies import MINOR_DIGITS
from sightline.records.queries.imports import mapping_names

KIND_LABELS = {
    EXPORT: _("Salesforce export (ZIP, or its CSV files)"),
    "accounts": _("Accounts"),
    "contacts": _("Contacts"),
    "opportunities": _("Opportunities"),
    "products": _("Products"),
    "contracts": _("Contracts"),
    "wallet": _("Estimates of spend"),
    "revenue-lines": _("Revenue lines"),
    "usage": _("Usage"),
    "activities": _("Activities"),
}
DATES = (("", _("As the file shows")), ("dmy", _("Day first")), ("mdy", _("Month first")))
DECIMALS = (("", _("As the file shows")), ("point", _("1,234.50")), ("comma", _("1.234,50")))
_ENDINGS = (".csv", ".zip", ".xlsx", ".txt", ".toml")


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several uploaded files, each with an ending that we read."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """The files; raises where there is none, one is of another kind, or all are too large."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        found = [super(FilesField, self).clean(one, initial) for one in files]
        if not found:
            raise forms.ValidationError(_("Choose at least one file."))
        for one in found:
            if not str(one.name).lower().endswith(_ENDINGS):
                text = _("%(name)s is neither CSV, XLSX nor ZIP.")
                raise forms.ValidationError(text, params={"name": one.name})
        if sum(one.size for one in found) > LIMITS.upload_bytes:
            raise forms.ValidationError(_("The files are too large together; use the command."))
        return found


class UploadForm(forms.Form):
    """What to load."""

    kind = forms.ChoiceField(
        label=_("What it is"), choices=[(kind, KIND_LABELS[kind]) for kind in KINDS]
    )
    uploaded = FilesField(label=_("Files"))
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=120,
        help_text=_("Whose rows these are. Empty: Salesforce, or Files."),
    )
    currency = forms.ChoiceField(label=_("Currency where none is named"), required=False)
    dates = forms.ChoiceField(label=_("Dates such as 03/04/2026"), choices=DATES, required=False)
    decimal = forms.ChoiceField(label=_("Numbers"), choices=DECIMALS, required=False)
    mapping = forms.ChoiceField(label=_("Saved mapping"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        codes = [(code, code) for code in sorted(MINOR_DIGITS)]
        currency, mapping = self.fields["currency"], self.fields["mapping"]
        assert isinstance(currency, forms.ChoiceField) and isinstance(mapping, forms.ChoiceField)
        currency.choices = [("", _("The company's")), *codes]
        names = [
            (f"{kind}/{name}", format_lazy("{}: {}", KIND_LABELS.get(kind, kind), name))
            for kind, name in mapping_names()
        ]
        mapping.choices = [("", _("None")), *names]

    @property
    def uploads(self) -> Sequence[UploadedFile[Any]]:
        """The files of a valid form."""
        return list(self.cleaned_data["uploaded"])

    @property
    def given(self) -> dict[str, str]:
        """Answers to format questions."""
        names = ("currency", "dates", "decimal")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}

    def clean(self) -> dict[str, Any]:
        """A mapping belongs to its kind."""
        cleaned = super().clean() or {}
        named = str(cleaned.get("mapping") or "")
        if named and not named.startswith(f"{cleaned.get('kind')}/"):
            self.add_error("mapping", _("This mapping is for another kind of file."))
        return cleaned
