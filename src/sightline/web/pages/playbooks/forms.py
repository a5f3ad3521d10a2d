"""A playbook as it is typed: its steps a line each, "day: what | kind | who"."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sightline.actions.playbooks import PlaybookText
from sightline.records.queries.playbooks.page import BookRow
from sightline.web.pages.playbooks.present import KINDS, OWNERS, TRIGGERS, UNITS

_STEP = re.compile(
    r"(?P<days>\d{1,3})\s*[:;]\s*(?P<title>[^|]+?)\s*\|\s*(?P<kind>[^|]+?)\s*\|\s*(?P<owner>[^|]+?)"
)
_SHARES = ("adoption_drop", "revenue_drop")


class PlaybookForm(forms.Form):
    """Everything of a playbook on one screen."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(max_length=120, label=gettext_lazy("Name"))
    trigger = forms.ChoiceField(choices=tuple(TRIGGERS.items()), label=gettext_lazy("Starts when"))
    threshold = forms.FloatField(
        required=False,
        min_value=0.01,
        label=gettext_lazy("Threshold"),
        help_text=gettext_lazy("Days, per cent or cases, as the trigger asks. Empty: the default."),
    )
    tiers = forms.TypedMultipleChoiceField(
        choices=((3, gettext_lazy("Tier 3")), (2, gettext_lazy("Tier 2")), (1, "Tier 1")),
        coerce=int,
        initial=[3],
        label=gettext_lazy("For accounts of"),
        widget=forms.CheckboxSelectMultiple,
    )
    steps = forms.CharField(
        max_length=8_000,
        label=gettext_lazy("Steps, a line each"),
        help_text=gettext_lazy("Days after the start: what is done | kind | who"),
        widget=forms.Textarea(
            attrs={"rows": 6, "placeholder": "0: Ask who decides | call | account owner"}
        ),
    )

    def clean_steps(self) -> tuple[tuple[str, str, int, str], ...]:
        """Each line as (title, kind, days, owner rule)."""
        kinds = {str(words).casefold(): code for code, words in KINDS.items()}
        owners = {str(words).casefold(): code for code, words in OWNERS.items()}
        found = []
        for number, text in enumerate(self.cleaned_data["steps"].splitlines(), start=1):
            if not text.strip():
                continue
            match = _STEP.fullmatch(text.strip())
            kind = kinds.get(match["kind"].casefold()) if match else None
            owner = owners.get(match["owner"].casefold()) if match else None
            if match is None or kind is None or owner is None:
                told = {
                    "n": number,
                    "kinds": ", ".join(kinds),
                    "owners": ", ".join(owners),
                }
                raise forms.ValidationError(
                    _(
                        "Line %(n)s: write 14: What is done | kind | who. Kinds: %(kinds)s. Who: %(owners)s."
                    )
                    % told
                )
            found.append((match["title"], kind, int(match["days"]), owner))
        return tuple(found)

    @property
    def text(self) -> PlaybookText:
        """As the action takes it; shares are typed in per cent."""
        data = self.cleaned_data
        threshold = data["threshold"]
        if threshold is not None and data["trigger"] in _SHARES:
            threshold = threshold / 100
        return PlaybookText(
            name=data["name"],
            trigger=data["trigger"],
            steps=data["steps"],
            threshold=threshold,
            tiers=tuple(data["tiers"]),
        )


def initial_of(row: BookRow) -> dict[str, Any]:
    """A playbook as its form shows it."""
    share = row.threshold is not None and UNITS[row.trigger] == "share"
    return {
        "version": row.version,
        "name": row.name,
        "trigger": row.trigger,
        "threshold": round(row.threshold * 100, 2)
        if share and row.threshold is not None
        else row.threshold,
        "tiers": list(row.tiers),
        "steps": "\n".join(
            f"{days}: {title} | {str(KINDS[kind]).casefold()} | {str(OWNERS[owner]).casefold()}"
            for title, kind, days, owner in row.steps
        ),
    }
