"""Addresses that are worked out once are the ones Django finds each time."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, get_script_prefix, reverse, set_script_prefix

from sightline.web.addresses import address


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("search:find", ()),
        ("portfolio:list", ()),
        ("account:figures", (7,)),
        ("stakeholders:person", (12, 345)),
        ("renewals:outcome-undo", (1, 1, 1)),
    ],
)
def test_it_is_djangos_own(name: str, keys: tuple[int, ...]) -> None:
    assert address(name, *keys) == reverse(name, args=keys)
    assert address(name, *(key + 1 for key in keys)) == reverse(name, args=[k + 1 for k in keys])


def test_a_page_that_takes_no_such_keys_is_none() -> None:
    with pytest.raises(NoReverseMatch):
        address("account:figures")
    with pytest.raises(NoReverseMatch):
        address("account:figures", 1, 2)
    with pytest.raises(NoReverseMatch):
        address("nowhere:at-all", 1)


def test_it_stands_below_the_place_where_the_application_is_served() -> None:
    before, here = get_script_prefix(), address("account:figures", 3)
    try:
        set_script_prefix("/planning%20here/")
        assert address("account:figures", 3) == reverse("account:figures", args=[3]) != here
    finally:
        set_script_prefix(before)
    assert address("account:figures", 3) == here


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("{% url 'account:figures' key %}", "/accounts/31/figures"),
        ("{% url name key as at %}[{{ at }}]", "[/accounts/31/figures]"),
        ("{% url 'account:figures' account_id=key %}", "/accounts/31/figures"),
        ("{% url 'account:figures' word %}", "/accounts/32/figures"),
        ("{% url 'nowhere:at-all' key as at %}[{{ at }}]", "[]"),
    ],
)
def test_templates_draw_it_as_django_does(written: str, drawn: str) -> None:
    told = Context({"name": "account:figures", "key": 31, "word": "32"})
    assert Template(written).render(told) == drawn


def test_a_template_that_names_no_page_says_so() -> None:
    with pytest.raises(NoReverseMatch):
        Template("{% url 'nowhere:at-all' 3 %}").render(Context())
