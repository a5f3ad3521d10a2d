"""What is posted to the challenge rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sightline.planning.challenges import Fault, faults_in

MOST_BYTES = 200_000


class RulesForm(forms.Form):
    """A rule file, uploaded or typed; `faults` after a refused one."""

    file = forms.FileField(label=_("Rule file"), required=False)
    text = forms.CharField(
        label=_("Or type the rules"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "code"}),
    )
    note = forms.CharField(label=_("What changes, in a few words"), max_length=200, required=False)
    faults: tuple[Fault, ...] = ()

    def clean(self) -> dict[str, Any]:
        """The text of the file, else the typed one, read once to find its faults."""
        given: dict[str, Any] = super().clean() or {}
        text = str(given.get("text") or "").replace("\r\n", "\n")
        sent = given.get("file")
        if sent is not None:
            if sent.size > MOST_BYTES:
                raise forms.ValidationError(_("A rule file has at most 200 kB."))
            try:
                text = sent.read().decode("utf-8-sig").replace("\r\n", "\n")
            except UnicodeDecodeError as wrong:
                raise forms.ValidationError(_("The file is not UTF-8 text.")) from wrong
        given["text"] = text
        self.faults = faults_in(text)
        if self.faults:
            raise forms.ValidationError(_("The file does not read. Nothing was changed."))
        return given
