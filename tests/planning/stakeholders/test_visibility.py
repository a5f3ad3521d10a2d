"""Opinions are for the account team, marketing sees roles, and all of it ends after a set time."""

from __future__ import annotations

import pytest

from sightline.planning.stakeholders import (
    BuyingRole,
    Rating,
    Reader,
    Stance,
    person_view,
    relationships,
)
from tests.planning.stakeholders.makers import ON, P, person, role

DUMONT = person(
    "d",
    name="Claire Dumont",
    title="Head of Procurement",
    stance=Stance.AGAINST,
    roles=(role("blocker"), role("procurement")),
)
KNOWN = relationships(
    [DUMONT], touches=[], ratings=[Rating("d", "mei", 2, ON)], on=ON, parameters=P
)["d"]


@pytest.mark.parametrize("reader", [Reader.TEAM, Reader.LEADER, Reader.SPONSOR])
def test_the_account_team_leaders_and_our_sponsor_see_opinions(reader: Reader) -> None:
    view = person_view(DUMONT, known=KNOWN, reader=reader)
    assert (view.stance, view.level, view.raters) == (Stance.AGAINST, 2, ("mei",))
    assert view.hidden == ()


def test_marketing_sees_buying_roles_and_never_a_blocker_or_an_opinion() -> None:
    view = person_view(DUMONT, known=KNOWN, reader=Reader.MARKETING)
    assert view.roles == (BuyingRole.PROCUREMENT,)
    assert (view.stance, view.level, view.rated, view.raters) == (None, None, None, None)
    assert view.hidden == ("stance", "strength", "ratings")


@pytest.mark.parametrize("reader", [Reader.READER, Reader.OPERATIONS, Reader.CUSTOMER])
def test_everybody_else_sees_facts_alone_and_is_told_what_is_hidden(reader: Reader) -> None:
    view = person_view(DUMONT, known=KNOWN, reader=reader)
    assert (view.roles, view.stance, view.level) == (None, None, None)
    assert "roles" in view.hidden
    assert view.name == "Claire Dumont"
