"""What a logged event proves, what activity shows, and what our people's ratings can add."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue
from sightline.planning.stakeholders import (
    Contact,
    Rating,
    Touch,
    TouchKind,
    computed_strength,
    contact_logs,
    coverage,
    proves,
    relationships,
    required_roles,
    role_cover,
)
from sightline.planning.stakeholders.contact import ContactLog
from tests.planning.stakeholders.makers import ON, P, mailed, met, person, role


def logged(*touches: Touch) -> ContactLog:
    return contact_logs(touches, on=ON, parameters=P).get("ito", ContactLog())


def score(*touches: Touch) -> float:
    return computed_strength(logged(*touches), on=ON, parameters=P).score


def level(*touches: Touch) -> int:
    return computed_strength(logged(*touches), on=ON, parameters=P).level


def rated(value: int, *, days_ago: int = 0, by: str = "mei", evidence: str = "") -> Rating:
    return Rating("ito", by, value, ON - dt.timedelta(days=days_ago), evidence)


def effective(touches: list[Touch], ratings: list[Rating]) -> int:
    known = relationships([person("ito")], touches=touches, ratings=ratings, on=ON, parameters=P)
    return known["ito"].level


@pytest.mark.parametrize(
    ("touch", "expected"),
    [
        (Touch("p", ON, TouchKind.MEETING, took_place=True), Contact.TWO_WAY),
        (Touch("p", ON, TouchKind.MEETING, took_place=False), Contact.NONE),
        (Touch("p", ON, TouchKind.MEETING, took_place=True, invited=False), Contact.NONE),
        (Touch("p", ON, TouchKind.MEETING), Contact.UNKNOWN),
        (Touch("p", ON, TouchKind.CALL, connected=True), Contact.TWO_WAY),
        (Touch("p", ON, TouchKind.CALL, seconds=121), Contact.TWO_WAY),
        (Touch("p", ON, TouchKind.CALL, seconds=120), Contact.OUTBOUND),
        (Touch("p", ON, TouchKind.CALL, connected=False), Contact.OUTBOUND),
        (Touch("p", ON, TouchKind.CALL), Contact.UNKNOWN),
        (Touch("p", ON, TouchKind.MAIL, from_them=1, from_us=4), Contact.TWO_WAY),
        (Touch("p", ON, TouchKind.MAIL, from_them=0, from_us=4), Contact.OUTBOUND),
        (Touch("p", ON, TouchKind.MAIL, from_us=4), Contact.UNKNOWN),
    ],
)
def test_an_event_proves_only_what_is_known_of_it(touch: Touch, expected: Contact) -> None:
    assert proves(touch, parameters=P) is expected


def test_contact_is_counted_once_per_person_and_day() -> None:
    log = logged(met("ito", 3, "mei"), mailed("ito", 3, "dana", them=2), mailed("ito", 3, "ivo"))
    assert len(log.two_way) == 1
    assert log.outbound == ()
    assert log.by_ours[0][1] == ("dana", "mei")


def test_contact_of_unknown_direction_is_a_bar_of_its_own() -> None:
    log = logged(mailed("ito", 5, "mei", them=None))
    assert len(log.unknown) == 1
    assert not log.two_way
    assert level(mailed("ito", 5, "mei", them=None)) == 1


def test_strength_is_the_fourth_root_of_its_four_factors() -> None:
    # last 60 days ago: .5; 3 two-way days: .5; 2 outbound days: 6/8; two of ours: 2/3
    touches = [met("ito", 60, "mei"), met("ito", 70, "dana"), met("ito", 80, "mei")]
    touches += [mailed("ito", 10, "mei"), mailed("ito", 12, "mei")]
    assert score(*touches) == pytest.approx(100 * (0.5 * 0.5 * 0.75 * 2 / 3) ** 0.25)


def test_levels_are_never_below_15_below_40_and_from_40() -> None:
    assert level() == 0
    assert level(mailed("ito", 2, "mei")) == 1
    assert level(met("ito", 170, "mei")) == 2
    assert level(met("ito", 1, "mei"), met("ito", 9, "dana")) == 3
    assert level(met("ito", 400, "mei")) == 1


@given(st.lists(st.integers(0, 400), max_size=200), st.integers(1, 5))
def test_outbound_contact_alone_never_passes_20(days: list[int], ours: int) -> None:
    touches = [mailed("ito", day, f"us{day % ours}") for day in days]
    assert score(*touches) <= 20


TOUCHES = st.lists(
    st.one_of(
        st.builds(
            lambda day, who: met("ito", day, who), st.integers(0, 250), st.sampled_from("abcd")
        ),
        st.builds(
            lambda day, who: mailed("ito", day, who), st.integers(0, 250), st.sampled_from("ab")
        ),
    ),
    max_size=25,
)


@given(TOUCHES, st.integers(0, 250), st.sampled_from("abcd"), st.booleans())
def test_one_more_two_way_contact_never_lowers_strength_or_coverage(
    touches: list[Touch], day: int, who: str, by_mail: bool
) -> None:
    extra = mailed("ito", day, who, them=1, us=0) if by_mail else met("ito", day, who)
    assert score(*touches, extra) >= score(*touches) - 1e-9
    buyer = person("ito", roles=(role("economic_buyer"),))

    def covered(some: list[Touch]) -> float | None:
        known = relationships([buyer], touches=some, ratings=[], on=ON, parameters=P)
        levels = {key: one.level for key, one in known.items()}
        roles = required_roles(tier_1=False, parameters=P)
        return coverage(role_cover([buyer], roles=roles, levels=levels, parameters=P))

    before, after = covered(touches), covered([*touches, extra])
    assert before is not None
    assert after is not None
    assert after >= before


def test_what_is_dated_after_the_day_is_not_seen() -> None:
    future = replace(met("ito", 0, "mei"), day=ON + dt.timedelta(days=1))
    assert level(future) == 0
    assert effective([], [rated(5, days_ago=-2, evidence="x")]) == 0


def test_without_a_rating_the_computed_level_holds() -> None:
    assert effective([met("ito", 170, "mei")], []) == 2


def test_a_rating_without_evidence_goes_at_most_two_levels_above_activity() -> None:
    assert effective([], [rated(5)]) == 2
    assert effective([mailed("ito", 4, "mei")], [rated(5)]) == 3


def test_four_and_five_need_evidence() -> None:
    close = [met("ito", 1, "mei"), met("ito", 9, "dana")]
    assert effective(close, [rated(5)]) == 3
    assert effective(close, [rated(5, evidence="spoke for us in the board")]) == 5


def test_a_rating_may_stand_below_activity() -> None:
    assert effective([met("ito", 1, "mei"), met("ito", 9, "dana")], [rated(1)]) == 1


def test_a_rating_of_180_days_no_longer_counts() -> None:
    assert effective([], [rated(4, days_ago=179, evidence="x")]) == 4
    assert effective([], [rated(4, days_ago=180, evidence="x")]) == 0


def test_a_rating_counts_from_the_day_it_was_given() -> None:
    """Its day is the company's own (tests/records/queries/test_days_said.py)."""
    assert effective([], [rated(5, days_ago=0, evidence="x")]) == 5
    assert effective([], [rated(5, days_ago=-1, evidence="x")]) == 0


def test_disagreement_is_shown_and_not_averaged_away() -> None:
    ratings = [rated(5, by="a", evidence="x"), rated(1, by="b"), rated(2, by="c")]
    known = relationships([person("ito")], touches=[], ratings=ratings, on=ON, parameters=P)["ito"]
    assert (known.level, known.rated, known.spread) == (2, 2, 4)
    assert any(reason.code == "strength.spread" for reason in known.reasons)


def test_only_the_newest_rating_of_each_of_ours_counts() -> None:
    assert effective([], [rated(5, days_ago=90, evidence="x"), rated(1, days_ago=1)]) == 1


def test_strength_outside_its_scale_is_refused() -> None:
    with pytest.raises(InvalidValue):
        rated(6)


def test_renaming_people_changes_nothing() -> None:
    touches = [met("ito", 3, "mei"), mailed("ito", 9, "mei")]
    names = ["Zoë Łukasiewicz-Gruß", "Ng", "Nguyễn Thị Minh Khai", "王秀英", "A" * 300, ""]
    found = {
        relationships([person("ito", name=name)], touches=touches, ratings=[], on=ON, parameters=P)[
            "ito"
        ]
        for name in names
    }
    assert len({(one.level, one.computed.score) for one in found}) == 1


def test_two_people_of_one_name_stay_two() -> None:
    both = [person("c1", name="Anna Berg"), person("c2", name="Anna Berg")]
    known = relationships(both, touches=[met("c1", 2, "mei")], ratings=[], on=ON, parameters=P)
    assert known["c1"].level > known["c2"].level == 0
