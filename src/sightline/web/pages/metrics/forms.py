"""The form of one metric's target."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sightline.records.queries.metrics import KeptMetric
from sightline.records.queries.metrics.values import COUNTS, MONEY
from sightline.records.queries.plan_parts.moves import Move
from sightline.web.pages.assumptions.forms import LARGEST, day_input


class MetricForm(forms.Form):
    """Target, day, plays. A share is typed in percent."""

    target = forms.DecimalField(min_value=0, max_value=LARGEST)
    by = forms.DateField(label=gettext_lazy("By"), widget=day_input())
    moves = forms.MultipleChoiceField(
        label=gettext_lazy("Plays that move it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, key: str, currency: str, offered: Sequence[Move], **kwargs: Any
    ) -> None:
        kwargs.setdefault("auto_id", f"metric_{key}_%s")
        super().__init__(*args, **kwargs)
        self.is_share = key not in MONEY | COUNTS
        unit = currency if key in MONEY else ("%" if self.is_share else "")
        self.fields["target"].label = _("Target, %s") % unit if unit else _("Target")
        field = self.fields["moves"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.key, one.name) for one in offered]

    @property
    def target_value(self) -> Decimal:
        """Shares as shares."""
        typed: Decimal = self.cleaned_data["target"]
        return typed / 100 if self.is_share else typed

    def shown(self, target: Decimal) -> str:
        """A kept target as it is typed: shares in percent, no digits that say nothing."""
        typed = (target * 100 if self.is_share else target).normalize()
        return f"{typed:f}%" if self.is_share else f"{typed:f}"


def initial_of(key: str, held: KeptMetric | None, *, ends_on: Any) -> dict[str, Any]:
    """What the form starts from."""
    if held is None:
        return {"by": ends_on, "version": 0}
    share = key not in MONEY | COUNTS
    return {
        "target": (held.target * 100 if share else held.target).normalize(),
        "by": held.by,
        "moves": [move for move, _name in held.moves],
        "version": held.version,
    }
