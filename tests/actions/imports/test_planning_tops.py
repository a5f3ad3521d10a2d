"""Where each account plans: at the top of its chain of parents, however long or wrong the chain is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sightline.actions.imports.families import planning_tops


def by_hand(pk: int, parents: dict[int, int | None], alone: set[int]) -> int:
    """One account's, step by step."""
    seen = [pk]
    while seen[-1] not in alone:
        parent = parents.get(seen[-1])
        if parent is None or parent not in parents:
            break
        if parent in seen:
            return min(seen[seen.index(parent) :])
        seen.append(parent)
    return seen[-1]


@given(
    st.dictionaries(st.integers(0, 9), st.none() | st.integers(0, 12)),
    st.sets(st.integers(0, 9)),
)
def test_every_account_is_where_its_own_steps_lead(
    parents: dict[int, int | None], alone: set[int]
) -> None:
    assert planning_tops(parents, alone) == {pk: by_hand(pk, parents, alone) for pk in parents}


def test_a_chain_of_a_hundred_thousand_is_walked_once() -> None:
    looked: list[int] = []

    class Told(dict[int, int | None]):
        def __getitem__(self, pk: int) -> int | None:
            looked.append(pk)
            return super().__getitem__(pk)

    parents = Told({pk: pk + 1 for pk in range(99_999)} | {99_999: None})
    assert set(planning_tops(parents, set()).values()) == {99_999}
    assert len(looked) == 100_000
