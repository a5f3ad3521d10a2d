"""A field drawn once for all rows is the field that its template draws."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.template import Context, engines

from sightline.web.pages.stakeholders.panel import Control

OPTIONS = (("", "–"), ("champion", "Champion"))
ONE = Control("role", "Role of <Zoë>", "champion", "/say/1?a=1&b=2", '="x"', OPTIONS)
LISTED = Control("manager", "Manager", "O'Brien & Söhne", "/say/2", "=7", (), listed="map-names")
INCLUDED = '{% include "stakeholders/control.html" with prefix="9-" bare=True %}'


@pytest.mark.parametrize(
    "one", [ONE, LISTED, replace(ONE, value=""), replace(LISTED, value='"><script>')]
)
def test_it_is_what_the_template_draws(one: Control) -> None:
    django = engines["django"]
    whole = django.from_string("{% load rows %}{% row_control first '1' %}{% row_control one 9 %}")
    first = replace(one, label="Another", url="/other", version="=0")
    values = {"one": one, "first": first, "csrf_token": "token"}
    plain = django.from_string(INCLUDED).template.render(Context(values))  # type: ignore[attr-defined]
    drawn = whole.template.render(Context(values))  # type: ignore[attr-defined]
    assert drawn.endswith(plain)
    assert "@@" not in drawn and "<script>" not in drawn
    assert len(drawn) > len(plain)
