"""The form of one renewal's strategy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sightline.actions.renewals import LONGEST_NOTE, WantedStrategy
from sightline.records.queries.account_renewals import Choice, StrategyRow
from sightline.web.pages.account.renewals import goal_words, risk_words


class RenewalForm(forms.Form):
    """Goal, risk, owner, decider and the price position; every part may stay open."""

    goal = forms.ChoiceField(label=_("Goal"), required=False)
    risk = forms.ChoiceField(label=_("Risk of losing it"), required=False)
    owner_id = forms.TypedChoiceField(
        label=_("Owner"), required=False, coerce=int, empty_value=None
    )
    decider_id = forms.TypedChoiceField(
        label=_("Who decides"), required=False, coerce=int, empty_value=None
    )
    notes = forms.CharField(
        label=_("Price position and notes"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, ours: Sequence[Choice], theirs: Sequence[Choice], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        open_choice = [("", _("Not decided yet"))]
        self._choose("goal", [*open_choice, *goal_words().items()])
        self._choose("risk", [*open_choice, *risk_words().items()])
        self._choose("owner_id", [*open_choice, *_people(ours)])
        self._choose("decider_id", [*open_choice, *_people(theirs)])

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @classmethod
    def of(
        cls, row: StrategyRow, *, key: str, ours: Sequence[Choice], theirs: Sequence[Choice]
    ) -> RenewalForm:
        """The form filled with what is known, drafted parts included."""
        initial = {
            "goal": row.goal,
            "risk": row.risk,
            "owner_id": row.owner_id or "",
            "decider_id": row.decider_id or "",
            "notes": row.notes,
            "version": row.version,
        }
        return cls(initial=initial, ours=ours, theirs=theirs, auto_id=f"id_{key}_%s")

    @property
    def wanted(self) -> WantedStrategy:
        """What was written, once the form is valid."""
        values = self.cleaned_data
        return WantedStrategy(
            goal=values["goal"],
            risk=values["risk"],
            owner_id=values["owner_id"],
            decider_id=values["decider_id"],
            notes=values["notes"],
        )


def _people(choices: Sequence[Choice]) -> list[tuple[int, str]]:
    return [(one.id, f"{one.name}, {one.note}" if one.note else one.name) for one in choices]
