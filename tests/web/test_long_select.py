"""A select that is written at once holds what Django's own does."""

from __future__ import annotations

import pytest
from django import forms
from django.test.html import parse_html

from sightline.web.long_select import LongSelect

CHOICES = [("", "The company's"), ("a/b", "A & <b>"), ("c", "C"), (3, "Three")]


def _html(widget: type[forms.Select], value: object, *, required: bool) -> str:
    class Asked(forms.Form):
        zone = forms.ChoiceField(choices=CHOICES, required=required, widget=widget)

    drawn = Asked(initial={"zone": value})["zone"].as_widget(attrs={"class": "input"})
    return str(parse_html(drawn))


@pytest.mark.parametrize("value", [None, "", "a/b", "c", 3, "gone"])
@pytest.mark.parametrize("required", [True, False])
def test_it_is_djangos_select(value: object, required: bool) -> None:
    ours = _html(LongSelect, value, required=required)
    assert ours == _html(forms.Select, value, required=required)


def test_what_was_sent_stays_chosen() -> None:
    class Asked(forms.Form):
        zone = forms.ChoiceField(choices=CHOICES, widget=LongSelect)

    assert '<option value="c" selected>C</option>' in str(Asked({"zone": "c"})["zone"])
