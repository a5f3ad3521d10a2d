"""Single-threaded, roles, rhythm, titles, proposals: flags only where facts bear them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import FamilyCycle
from sightline.planning.stakeholders import (
    BuyingRole,
    Cover,
    Line,
    LineKind,
    Person,
    Presence,
    Rating,
    Stance,
    Status,
    ThreadCheck,
    ThreadScope,
    Touch,
    Verdict,
    active_executives,
    buyer_unreached,
    check_new_manager,
    check_threads,
    contact_logs,
    contradictory_pairs,
    coverage,
    coverage_matrix,
    fresh_ratings,
    is_executive,
    managers,
    new_buying_centre,
    ours,
    person_status,
    propose_relationships,
    relationships,
    reporting_cycles,
    required_roles,
    role_cover,
    theirs,
    ways_in,
)
from sightline.planning.stakeholders.contact import ContactLog
from tests.planning.stakeholders.makers import ON, P, levelled, mailed, maps, met, person, role

TITLES = yaml.safe_load(
    (Path(__file__).parents[2] / "examples" / "stakeholders" / "titles.yaml").read_text("utf-8")
)
A, B = person("a"), person("b")


def checked(
    people: Iterable[Person],
    touches: Iterable[Touch] = (),
    ratings: Iterable[Rating] = (),
    *,
    at_stake: bool = True,
) -> ThreadCheck:
    known, some = tuple(people), list(touches)
    return check_threads(
        ThreadScope("acme", known, at_stake),
        relationships=relationships(known, touches=some, ratings=ratings, on=ON, parameters=P),
        logs=contact_logs(some, on=ON, parameters=P),
        on=ON,
        parameters=P,
    )


def weekly(who: str, count: int, *us: str, start: int = 1) -> list[Touch]:
    return [met(who, start + 7 * week, *us) for week in range(count)]


def test_two_strong_relationships_and_shared_contact_are_held() -> None:
    found = checked([A, B], weekly("a", 5, "mei") + weekly("b", 5, "dana", start=2))
    assert found.verdict is Verdict.HELD
    assert found.threads == ("a", "b")
    assert found.theirs.effective == pytest.approx(2)
    assert found.active_contacts == ("a", "b")


def test_one_strong_relationship_is_single_threaded() -> None:
    found = checked([A, B], weekly("a", 9, "mei"))
    assert found.verdict is Verdict.SINGLE
    assert {one.code for one in found.reasons} == {
        "threads.few",
        "threads.theirs",
        "threads.ours",
    }


def test_one_of_ours_carrying_more_than_two_thirds_is_single_threaded() -> None:
    found = checked([A, B], weekly("a", 5, "mei") + weekly("b", 5, "mei", start=2))
    assert found.verdict is Verdict.SINGLE
    assert [one.code for one in found.reasons] == ["threads.ours"]


def test_exactly_two_thirds_is_not_more_than_two_thirds() -> None:
    found = checked([A, B], weekly("a", 6, "mei", "dana") + weekly("b", 3, "mei", "dana", start=2))
    assert dict(found.theirs.by_key) == pytest.approx({"a": 2 / 3, "b": 1 / 3})
    assert found.verdict is Verdict.HELD


def test_a_day_shared_by_two_of_ours_is_half_a_day_of_each() -> None:
    found = checked([A, B], weekly("a", 5, "mei", "dana") + weekly("b", 5, "mei", "dana", start=2))
    assert found.verdict is Verdict.HELD
    assert dict(found.ours.by_key) == pytest.approx({"mei": 0.5, "dana": 0.5})


def test_below_eight_two_way_days_there_is_too_little_to_judge() -> None:
    assert checked([A, B], weekly("a", 7, "mei")).verdict is Verdict.TOO_LITTLE
    assert checked([A, B]).verdict is Verdict.TOO_LITTLE
    assert checked([A, B], weekly("a", 8, "mei")).verdict is Verdict.SINGLE


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 170)), max_size=7, unique=True))
def test_without_ratings_and_under_eight_days_there_is_never_a_flag(
    days: list[tuple[str, int]],
) -> None:
    touches = [met(who, day, "mei") for who, day in days]
    assert checked([A, B], touches).verdict is not Verdict.SINGLE


def test_when_everybody_was_rated_our_people_have_judged_already() -> None:
    rated = [Rating("a", "mei", 4, ON, "spoke for us"), Rating("b", "mei", 1, ON)]
    assert checked([A, B], ratings=rated).verdict is Verdict.SINGLE
    assert checked([A, B], ratings=rated[:1]).verdict is Verdict.TOO_LITTLE


def test_nobody_linked_is_incomplete_and_nothing_at_stake_is_not_asked() -> None:
    assert checked([]).verdict is Verdict.INCOMPLETE
    gone = [replace(A, presence=Presence.LEFT), person("x", placeholder=True)]
    assert checked(gone).verdict is Verdict.INCOMPLETE
    assert checked([A], weekly("a", 9, "m"), at_stake=False).verdict is Verdict.NOTHING_AT_STAKE


def test_contact_with_people_outside_the_scope_does_not_count() -> None:
    found = checked([A], weekly("a", 3, "mei") + weekly("z", 20, "dana", start=2))
    assert found.theirs.days == 3


def test_somebody_is_quiet_beyond_their_own_rhythm_and_not_before() -> None:
    def status(*days_ago: int) -> Status:
        log = contact_logs([met("a", day) for day in days_ago], on=ON, parameters=P)
        return person_status(A, log=log["a"], on=ON, parameters=P).status

    monthly = [60 + 30 * month for month in range(6)]
    assert status(*monthly) is Status.QUIET
    assert status(*[day - 20 for day in monthly]) is Status.ACTIVE
    assert status(*[25 + 5 * week for week in range(6)]) is Status.ACTIVE
    assert status(400, 300, 200) is Status.ACTIVE


def test_recorded_leavers_and_new_people_have_their_own_status() -> None:
    def status(one: Person) -> Status:
        return person_status(one, log=ContactLog(), on=ON, parameters=P).status

    assert status(replace(A, presence=Presence.LEFT)) is Status.LEFT
    assert status(replace(A, presence=Presence.MOVED)) is Status.MOVED
    assert status(replace(A, first_seen=ON - dt.timedelta(days=89))) is Status.NEW
    assert status(replace(A, first_seen=ON - dt.timedelta(days=90))) is Status.ACTIVE


@pytest.mark.parametrize("title", TITLES["executive"])
def test_executive_titles_are_known(title: str) -> None:
    assert is_executive(person("a", title=title), parameters=P)


@pytest.mark.parametrize("title", TITLES["not_executive"])
def test_other_titles_are_not_executive(title: str) -> None:
    assert not is_executive(person("a", title=title), parameters=P)


def test_a_correction_wins_over_the_title_table() -> None:
    assert is_executive(person("a", title="Fellow", executive=True), parameters=P)
    assert not is_executive(person("a", title="CEO", executive=False), parameters=P)


def test_an_active_executive_needs_rank_strength_and_recent_contact() -> None:
    chief = person("a", title="CEO")

    def active(*touches: Touch) -> bool:
        known = relationships([chief], touches=touches, ratings=[], on=ON, parameters=P)
        return bool(active_executives([chief], relationships=known, on=ON, parameters=P))

    close = [met("a", day, who) for day, who in ((90, "m"), (95, "d"), (99, "i"))]
    assert active(*close)
    assert not active(*(replace(one, day=one.day - dt.timedelta(days=1)) for one in close))
    assert not active(mailed("a", 2))


def test_a_new_buying_centre_was_silent_before_and_now_meets_who_decides() -> None:
    buyer = person("a", roles=(role("economic_buyer"),))
    start = ON - dt.timedelta(days=100)

    def new(*days_ago: int, who: Person = buyer) -> bool:
        logs = contact_logs([met("a", day) for day in days_ago], on=ON, parameters=P)
        found = new_buying_centre([who], logs=logs, plan_start=start, on=ON, parameters=P)
        return found is not None

    assert new(10, 20)
    assert not new(10)
    assert not new(10, 20, 150)
    assert new(10, 20, 600)
    assert not new(10, 20, who=A)


def test_required_roles_are_covered_weak_or_missing() -> None:
    people = [
        person("a", roles=(role("economic_buyer"),)),
        person("b", roles=(role("champion"),)),
        person("x", roles=(role("their_sponsor"),), placeholder=True),
    ]
    roles = required_roles(tier_1=True, parameters=P)
    found = role_cover(people, roles=roles, levels={"a": 3, "b": 2, "x": 5}, parameters=P)
    assert [one.cover for one in found] == [Cover.COVERED, Cover.WEAK, Cover.MISSING]
    assert coverage(found) == pytest.approx(1 / 3)
    assert "placeholder" in found[2].reason.text
    assert required_roles(tier_1=False, parameters=P) == (
        BuyingRole.ECONOMIC_BUYER,
        BuyingRole.CHAMPION,
    )


def test_a_buyer_is_unreached_after_180_days_and_missing_is_another_matter() -> None:
    buyer = person("a", roles=(role("economic_buyer"),))

    def unreached(days: int | None, *people: Person) -> bool:
        last = {} if days is None else {"a": ON - dt.timedelta(days=days)}
        return buyer_unreached(people, last_two_way=last, on=ON, parameters=P) is not None

    assert unreached(None, buyer)
    assert unreached(181, buyer)
    assert not unreached(180, buyer)
    assert not unreached(None, A)


def test_roles_and_stances_that_do_not_fit_raise_a_question() -> None:
    champion = person("a", roles=(role("champion"),), stance=Stance.AGAINST)
    blocker = person("b", roles=(role("blocker"),), stance=Stance.SUPPORTS)
    assert [one.code for one in contradictory_pairs(champion)] == ["pair.champion_against"]
    assert [one.code for one in contradictory_pairs(blocker)] == ["pair.blocker_supports"]
    assert not contradictory_pairs(replace(champion, stance=Stance.NEUTRAL))


def test_the_matrix_has_a_row_for_each_pair_with_contact_or_rating() -> None:
    touches = [met("a", 3, "mei", "dana"), met("a", 9, "mei"), met("b", 300, "mei")]
    ratings = fresh_ratings([Rating("b", "ivo", 2, ON, wanted=4)], on=ON, parameters=P)
    logs = contact_logs(touches, on=ON, parameters=P)
    found = coverage_matrix(logs=logs, ratings=ratings, on=ON, parameters=P)
    rows = {(one.ours, one.person): (one.days, one.rated, one.wanted) for one in found}
    assert rows == {
        ("dana", "a"): (1, None, None),
        ("mei", "a"): (2, None, None),
        ("ivo", "b"): (0, 2, 4),
    }


@given(maps())
def test_imported_rings_are_named_and_drawn_as_a_forest(source: object) -> None:
    people = source.people  # type: ignore[attr-defined]
    above = managers(people)
    for start in above:
        seen, current = set(), above[start]
        while current is not None:
            assert current not in seen
            seen.add(current)
            current = above[current]
    for ring in reporting_cycles(people):
        by_key = {one.key: one for one in people}
        assert all(
            by_key[one].reports_to == ring[(place + 1) % len(ring)]
            for place, one in enumerate(ring)
        )


def test_a_new_manager_who_reports_to_the_person_is_refused() -> None:
    people = [person("a"), person("b", reports_to="a"), person("c", reports_to="b")]
    with pytest.raises(FamilyCycle):
        check_new_manager("a", manager="c", people=people)
    check_new_manager("c", manager="a", people=people)
    check_new_manager("a", manager=None, people=people)


def test_the_second_relationship_is_the_nearest_with_the_missing_role() -> None:
    people = [
        person("stein"),
        person("lang", name="Eva Lang"),
        person("holm", name="Karin Holm", roles=(role("economic_buyer"),)),
        person("far"),
        person("linked", name="Tomas"),
        person("against", stance=Stance.AGAINST, roles=(role("economic_buyer"),)),
    ]
    source = replace(
        levelled(people, stein=4, lang=2, linked=4),
        holders={"stein": ("mei",), "lang": ("mei",), "linked": ("dana",)},
        lines=(
            Line(LineKind.INFLUENCES, "linked", "holm"),
            Line(LineKind.INFLUENCES, "stein", "far"),
            Line(LineKind.INFLUENCES, "linked", "against"),
        ),
    )
    found = propose_relationships(
        [one.key for one in people],
        ways=ways_in(source),
        sole=theirs("stein"),
        missing=(BuyingRole.ECONOMIC_BUYER,),
        parameters=P,
        most=9,
    )
    assert [(one.person, one.introduced_by, one.held_by) for one in found] == [
        ("holm", "linked", ("dana",)),
        ("lang", None, ("mei",)),
    ]
    assert "Tomas can introduce" in found[0].reason.text


def test_no_proposal_rests_on_the_one_of_ours_who_carries_everything() -> None:
    source = replace(levelled([A, B], a=2, b=2), holders={"a": ("mei",), "b": ("mei", "dana")})
    found = propose_relationships(["a", "b"], ways=ways_in(source), sole=ours("mei"), parameters=P)
    assert [(one.person, one.held_by) for one in found] == [("b", ("dana",))]
