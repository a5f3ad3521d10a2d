"""The components: what comes from data is escaped, what is not known is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from sightline.planning.money import Money
from sightline.web import marks_html as html
from sightline.web.conflict import Conflict
from sightline.wording import labels

HOSTILE = '"><script>alert(1)</script>'


def drawn(source: str, **values: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(values))


@pytest.mark.parametrize(
    "source",
    [
        "{% tag bad title=bad %}",
        "{% avatar bad %}",
        '{% cell "open" bad where=bad url=bad %}',
        "{% button bad href=bad hx_get=bad %}",
        '{% tier 1 "override" note=bad %}',
        "{% progress 5 bad %}",
        "{% strength 3 note=bad %}",
        '{% card bad id="x" %}{{ bad }}{% endcard %}',
        "{% figure bad label=bad %}{{ bad }}{% endfigure %}",
        "{% toast bad undo=bad %}",
        "{% empty bad bad url=bad action=bad %}",
        "{% notice %}{{ bad }}{% endnotice %}",
        "{% conflict clash %}",
    ],
)
def test_nothing_from_data_becomes_markup(source: str) -> None:
    clash = Conflict(HOSTILE, HOSTILE, "name", HOSTILE, HOSTILE, HOSTILE, "1", HOSTILE, HOSTILE)
    assert "<script" not in drawn(source, bad=HOSTILE, clash=clash)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{% money none %}", "not known"),
        ('{% money none none="no target" %}', "no target"),
        ("{% ago none %}", "never"),
        ("{% on_day none %}", "no date"),
        ("{% tier none %}", "none"),
        ("{% strength none %}", "not known"),
        ('{% meter none "Vulnerability" %}', "not known"),
    ],
)
def test_what_is_not_known_is_said_and_never_zero(source: str, said: str) -> None:
    shown = drawn(source, none=None)
    assert said in shown
    assert "0" not in shown


def test_money_carries_the_full_amount_and_its_period() -> None:
    shown = drawn('{% money amount period="3 years" %}', amount=Money.of(2_420_000, "GBP"))
    assert 'title="£2,420,000.00 (GBP), 3 years"' in shown
    assert ">£2.42m<" in shown


@pytest.mark.parametrize("state", sorted(labels.CELL_STATES))
def test_every_state_of_a_cell_is_said_in_words(state: str) -> None:
    assert labels.CELL_STATES[state].text in html.cell(state, "x", where="Analytics in Asia:")


def test_an_owned_cell_with_an_open_opportunity_shows_both_signs() -> None:
    shown = html.cell("owned", "£410k", also="in_progress")
    assert shown.count("<svg") == 2
    assert "Owned, In progress" in shown


def test_a_button_without_text_needs_a_name() -> None:
    assert 'aria-label="Done"' in drawn('{% button "" icon="check" label="Done" %}')
    with pytest.raises(TemplateSyntaxError):
        drawn('{% button "" icon="check" %}')


def test_an_unknown_icon_or_state_does_not_pass_unseen() -> None:
    with pytest.raises(KeyError):
        html.icon("no-such-icon")
    with pytest.raises(KeyError):
        html.cell("no_such_state")


def test_a_person_keeps_the_same_hue_everywhere() -> None:
    assert html.avatar("Dana Whitfield") == html.avatar("Dana Whitfield")
    assert ">DW<" in html.avatar("Dana Whitfield")
    assert ">?<" in html.avatar("  ")


@pytest.mark.parametrize(
    ("asked", "next_sort", "state"),
    [("", "name", ""), ("name", "-name", "ascending"), ("-name", "name", "descending")],
)
def test_a_heading_sorts_both_ways_and_keeps_the_filter(
    asked: str, next_sort: str, state: str
) -> None:
    request = RequestFactory().get("/", {"tier": "1", "page": "3", "sort": asked})
    shown = drawn('{% sort_header "Account" "name" %}', request=request)
    assert f"?tier=1&amp;sort={next_sort}" in shown
    assert "page=3" not in shown
    assert (f'aria-sort="{state}"' in shown) == bool(state)


def test_a_date_has_its_exact_form_for_machines() -> None:
    assert 'datetime="2027-03-14"' in drawn("{% on_day day %}", day=date(2027, 3, 14))


def test_a_select_offers_words_as_they_are_and_chooses_one() -> None:
    drawn = html.options((("", "–"), ("a&b", "<b>A</b>"), ("c", "C")), "a&b")
    assert drawn == (
        '<option value="">–</option><option value="a&amp;b" selected>&lt;b&gt;A&lt;/b&gt;</option>'
        '<option value="c">C</option>'
    )
