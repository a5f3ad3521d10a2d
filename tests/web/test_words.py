"""Words of a template that are drawn once say what Django would say each time."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils import translation


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("{% translate 'Account' %}", "Account"),
        ("{% trans 'Account' %}", "Account"),
        ("{% translate 'Half <b>& half</b>' %}", "Half <b>& half</b>"),
        ("{% translate '5 % of it' %}", "5 % of it"),
        ("{% translate 'Account' as said %}[{{ said }}]", "[Account]"),
        ("{% translate 'Account' noop %}", "Account"),
        ("{% translate 'May' context 'month' %}", "May"),
        ("{% translate 'Account'|upper %}", "ACCOUNT"),
        ("{% translate given %}", "&lt;given&gt;"),
        ("{% autoescape off %}{% translate given %}{% endautoescape %}", "<given>"),
    ],
)
def test_they_are_drawn_as_django_does(written: str, drawn: str) -> None:
    drawing = Template("{% load i18n %}" + written)
    for _time in range(2):
        assert drawing.render(Context({"given": "<given>"})) == drawn


def test_what_is_told_when_it_is_drawn_is_not_kept() -> None:
    drawing = Template("{% load i18n %}{% translate given %}")
    assert [drawing.render(Context({"given": one})) for one in ("a", "b")] == ["a", "b"]


def test_each_language_has_its_own() -> None:
    drawing = Template("{% load i18n %}{% translate 'Yes' as said %}{{ said }}")
    said = []
    for language in ("en-gb", "de", "en-gb", "de"):
        with translation.override(language):
            said.append(drawing.render(Context()))
    assert said == ["Yes", "Ja", "Yes", "Ja"]
