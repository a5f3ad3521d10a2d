"""Every code that the method can return has a name, an icon that exists and a known tone."""

from __future__ import annotations

import pytest

from sightline.drawing.icons import ICONS
from sightline.drawing.marks import STANCES as DRAWN_STANCES
from sightline.planning.stakeholders.facts import BuyingRole, Stance
from sightline.planning.whitespace.state import State
from sightline.wording import labels

ALL = {**labels.CELL_STATES, **labels.BUYING_ROLES, **labels.MARKS}


@pytest.mark.parametrize("code", sorted(ALL))
def test_a_label_has_words_and_an_icon_that_exists(code: str) -> None:
    label = ALL[code]
    assert label.text
    assert not label.icon or label.icon in ICONS


def test_every_state_of_a_cell_has_a_name_and_its_own_icon() -> None:
    assert {state.value for state in State} <= set(labels.CELL_STATES)
    icons = [label.icon for label in labels.CELL_STATES.values()]
    assert len(set(icons)) == len(icons)


def test_every_stance_and_role_has_a_name() -> None:
    assert {stance.value for stance in Stance} == set(labels.STANCES) == set(DRAWN_STANCES)
    assert {role.value for role in BuyingRole} <= set(labels.BUYING_ROLES)


def test_strength_has_six_words() -> None:
    assert labels.strength_words(0) == "none"
    assert labels.strength_words(5) == "strong advocate"
    with pytest.raises(IndexError):
        labels.strength_words(6)
