"""The answer to one challenge."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sightline.planning.challenges import AnswerKind

KINDS = (
    (AnswerKind.ACT.value, _("Act")),
    (AnswerKind.EXPLAIN.value, _("Explain")),
    (AnswerKind.DISMISS.value, _("Dismiss")),
)


class AnswerForm(forms.Form):
    """Kind, words, day. Which of them are needed depends on the kind; the action says."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=200)
    kind = forms.ChoiceField(
        label=_("Answer"), choices=KINDS, widget=forms.RadioSelect, initial="act"
    )
    reason = forms.CharField(
        label=_("What will be done, or why it still holds"),
        error_messages={"required": _("Say why in a few words.")},
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    until = forms.DateField(
        label=_("By, or ask again on"),
        help_text=_("Not needed to dismiss it: it returns when its evidence changes."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
