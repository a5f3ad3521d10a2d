"""Three-way merge: no edit is lost, hidden is not empty, and agreement ends in silence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sightline.agreement.merge import (
    Base,
    Fate,
    Merged,
    Owner,
    Verdict,
    Way,
    merge_deletion_here,
    merge_deletion_there,
    merge_elements,
    merge_field,
    merge_set,
)
from sightline.agreement.values import HIDDEN, Value

VALUES = st.one_of(st.none(), st.sampled_from(["a", "b", "c"]))
BASES = st.one_of(st.none(), st.builds(Base, VALUES, VALUES))
ELEMENTS = st.frozensets(st.sampled_from("abcdef"))


def merged(base: Base | None, ours: Value, theirs: Value, owner: Owner = Owner.SHARED) -> Merged:
    return merge_field(base, ours=ours, theirs=theirs, owner=owner)


def test_a_change_on_one_side_crosses() -> None:
    assert merged(Base("a", "a"), "a", "b").verdict is Verdict.TAKE
    assert merged(Base("a", "a"), "b", "a").verdict is Verdict.SEND
    assert merged(Base("a", "a"), None, "a").verdict is Verdict.SEND


def test_two_different_changes_of_a_shared_field_wait_for_a_person() -> None:
    assert merged(Base("a", "a"), "b", "c").verdict is Verdict.CONFLICT


def test_two_different_changes_of_an_owned_field_follow_the_owner_and_keep_the_loser() -> None:
    assert merged(Base("a", "a"), "b", "c", Owner.CRM) == Merged(Verdict.TAKE, "b")
    assert merged(Base("a", "a"), "b", "c", Owner.PLAN) == Merged(Verdict.SEND, "c")


def test_the_same_change_on_both_sides_is_agreement() -> None:
    assert merged(Base("a", "a"), "b", "b").verdict is Verdict.AGREED


def test_a_side_that_holds_less_is_compared_with_what_it_said_itself() -> None:
    assert merged(Base(None, "005unknown"), None, "005unknown").verdict is Verdict.SAME
    assert merged(Base(None, "005unknown"), None, "005other").verdict is Verdict.TAKE
    assert merged(Base("Not Started", "Waiting"), "Completed", "Waiting").verdict is Verdict.SEND


def test_an_outward_field_that_we_never_filled_empties_nothing() -> None:
    kept = merge_field(None, ours=None, theirs="a", owner=Owner.PLAN, way=Way.OUT)
    assert kept.verdict is Verdict.SAME


@given(BASES, VALUES, st.sampled_from(Owner), st.sampled_from(Way))
def test_a_hidden_field_is_never_decided(
    base: Base | None, ours: Value, owner: Owner, way: Way
) -> None:
    assert merge_field(base, ours=ours, theirs=HIDDEN, owner=owner, way=way) == Merged(
        Verdict.NO_OPINION
    )


@given(BASES, VALUES, VALUES, st.sampled_from(Owner), st.sampled_from(Way))
def test_after_agreement_nothing_moves(
    base: Base | None, ours: Value, theirs: Value, owner: Owner, way: Way
) -> None:
    verdict = merge_field(base, ours=ours, theirs=theirs, owner=owner, way=way).verdict
    if verdict in (Verdict.TAKE, Verdict.AGREED):
        ours = theirs
    elif verdict is Verdict.SEND:
        theirs = ours
    else:
        return
    again = merge_field(Base(ours, theirs), ours=ours, theirs=theirs, owner=owner, way=way)
    assert again.verdict is Verdict.SAME


@given(VALUES, VALUES, VALUES, st.sampled_from(Owner))
def test_no_edit_is_lost_without_a_trace(
    base: Value, ours: Value, theirs: Value, owner: Owner
) -> None:
    done = merged(Base(base, base), ours, theirs, owner)
    if done.verdict is Verdict.TAKE and ours != base and ours != theirs:
        assert done.overruled == ours
    if done.verdict is Verdict.SEND and theirs != base and ours != theirs:
        assert done.overruled == theirs


@given(VALUES, VALUES, VALUES)
def test_an_unowned_merge_treats_both_sides_alike(base: Value, ours: Value, theirs: Value) -> None:
    turned = {Verdict.TAKE: Verdict.SEND, Verdict.SEND: Verdict.TAKE}
    one = merged(Base(base, base), ours, theirs).verdict
    other = merged(Base(base, base), theirs, ours).verdict
    assert other is turned.get(one, one)


@given(ELEMENTS, ELEMENTS, ELEMENTS)
def test_sets_keep_every_adding_and_every_removing(
    base: frozenset[str], ours: frozenset[str], theirs: frozenset[str]
) -> None:
    there, here = merge_set(base, ours=ours, theirs=theirs)
    assert there == here
    assert (ours - base) | (theirs - base) <= here
    assert not ((base - ours) | (base - theirs)) & here
    assert merge_set(here, ours=here, theirs=here) == (here, here)


@given(ELEMENTS, ELEMENTS)
def test_a_hidden_set_leaves_both_sides_as_they_are(
    base: frozenset[str], ours: frozenset[str]
) -> None:
    assert merge_set(base, ours=ours, theirs=HIDDEN) == (base, ours)


def test_elements_are_merged_one_by_one() -> None:
    done = merge_elements(
        {"ann": Base("user", "user"), "bob": Base("user", "user")},
        ours={"ann": "buyer", "bob": "user", "eve": "coach"},
        theirs={"ann": "user"},
        owner=Owner.SHARED,
    )
    assert {key: one.verdict for key, one in done.items()} == {
        "ann": Verdict.SEND,
        "bob": Verdict.TAKE,
        "eve": Verdict.SEND,
    }


def test_deletions_never_take_an_edit_along() -> None:
    assert merge_deletion_there(ours_changed=False) is Fate.TOMBSTONE
    assert merge_deletion_there(ours_changed=True) is Fate.CONFLICT
    assert merge_deletion_here(deletes_there=False, theirs_changed=False) is Fate.UNLINK
    assert merge_deletion_here(deletes_there=True, theirs_changed=True) is Fate.UNLINK
    assert merge_deletion_here(deletes_there=True, theirs_changed=False) is Fate.DELETE_THERE
