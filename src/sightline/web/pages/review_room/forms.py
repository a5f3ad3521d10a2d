"""What is posted in the room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sightline.records.queries.plays import PlayRow

People = Sequence[tuple[int, str]]
LONGEST = 4000
ASKED = {
    "decision": _("What is decided?"),
    "commitment": _("What is promised?"),
    "leave": _("Why is it left?"),
}


def _people(people: People) -> list[tuple[str, str]]:
    return [("", "–"), *((str(pk), name) for pk, name in people)]


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class SettleForm(forms.Form):
    """How an item ends; a commitment has an owner and a day."""

    words = forms.CharField(
        max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}), label=_("In words")
    )
    owner = forms.TypedChoiceField(
        label=_("Owner"), required=False, coerce=int, empty_value=None, choices=()
    )
    due_on = forms.DateField(label=_("By"), required=False, widget=_day())
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, ending: str, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ending = ending
        self.fields["words"].label = ASKED.get(ending, _("In words"))
        if ending == "commitment":
            self.fields["owner"].choices = _people(people)  # type: ignore[attr-defined]
            self.fields["owner"].required = self.fields["due_on"].required = True
        else:
            del self.fields["owner"], self.fields["due_on"]


class AnswerForm(forms.Form):
    """Whether it holds or was kept; where not, why not, and another day for a promise."""

    said = forms.CharField(max_length=12)
    why = forms.CharField(max_length=500, required=False)
    carry_to = forms.DateField(required=False)
    version = forms.IntegerField(min_value=1)


class PlayForm(forms.Form):
    """Owner and date of a play that is the plan's own."""

    owner = forms.TypedChoiceField(
        label=_("Owner"), required=False, coerce=int, empty_value=None, choices=()
    )
    target_close = forms.DateField(label=_("Closes"), required=False, widget=_day())
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = _people(people)  # type: ignore[attr-defined]

    @classmethod
    def of(cls, row: PlayRow, people: People, *, prefix_id: str) -> PlayForm:
        """The form filled with the play as it stands; its owner is a choice in any case."""
        known = list(people)
        if row.play.owner and row.play.owner not in {str(pk) for pk, _name in known}:
            known.append((int(row.play.owner), row.owner))
        return cls(
            people=known,
            auto_id=f"{prefix_id}-play-%s",
            initial={
                "owner": row.play.owner or "",
                "target_close": row.play.target_close,
                "version": row.version,
            },
        )


class StepForm(forms.Form):
    """The next step of a play: an action with an owner and a day."""

    subject = forms.CharField(label=_("Next step"), max_length=255)
    owner = forms.TypedChoiceField(
        label=_("Owner"), required=False, coerce=int, empty_value=None, choices=()
    )
    due_on = forms.DateField(label=_("By"), widget=_day())

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = _people(people)  # type: ignore[attr-defined]


class ClockForm(forms.Form):
    """Which part runs, or stands still."""

    part = forms.CharField(max_length=16)
    running = forms.BooleanField(required=False)


class MinuteForm(forms.Form):
    """A line of the minutes."""

    text = forms.CharField(
        label=_("Add a line"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )


class AttendForm(forms.Form):
    """Whether one of ours is there."""

    user = forms.IntegerField(min_value=1)
    state = forms.CharField(max_length=7)
