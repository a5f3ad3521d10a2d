"""Random histories of what hangs together: nothing is doubled, nothing is lost, both sides agree.

benchmarks/sync/bundles.py draws more of them. Those that failed once are kept, and run first.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sightline.records.models import HeldRole, OpportunityContactRole, SyncConflict
from tests.crm.bundles.machine import Bundles
from tests.crm.bundles.org import ROLE
from tests.crm.bundles.running import run_bundles

Program = Callable[[Bundles], None]


def a_part_removed_while_nobody_knew_whether_it_was_made(state: Bundles) -> None:
    """It was made, and taken out there before anybody read it: it was waited for without end."""
    state.somebody_starts_a_play(number=0, cells=1, role="champion")
    state.a_round_with_a_fault(("whole", "lost"))
    state.somebody_there_deletes(number=0, name=ROLE)
    OpportunityContactRole.objects.filter(outside_id="").update(removed_at=state.world.now)


def a_person_with_relations_to_two_accounts(state: Bundles) -> None:
    """Both were taken for the person's own: the second's roles were said of the first account, and
    every later round broke off at the link of it."""
    state.somebody_there_adds_a_role_of_the_account(number=3, word="Evaluator")
    state.somebody_there_adds_a_role_of_the_account(number=1, word="Executive Sponsor")
    state.a_round(death=0)
    assert list(HeldRole.objects.values_list("contact__outside_id", "role")) == [
        (state.people[1], "technical")
    ]


def a_value_changed_while_nobody_knew_whether_its_product_was_made(state: Bundles) -> None:
    """The product that was there was taken for one at the new value, and the edit was lost."""
    state.somebody_starts_a_play(number=0, cells=1, role=None)
    state.a_round_with_a_fault(("whole", "lost"))
    state.somebody_changes_a_value(number=0, thousands=1)


def a_cell_taken_out_while_nobody_knew_whether_its_product_was_made(state: Bundles) -> None:
    """The product stood there for good, and no cell asked for it."""
    state.somebody_starts_a_play(number=0, cells=2, role=None)
    state.a_round_with_a_fault(("whole", "lost"))
    state.somebody_changes_the_cells(number=0, first=True, second=False)


def a_value_changed_to_and_fro_while_nobody_knew_how_the_first_ended(state: Bundles) -> None:
    """What was written first stood there, and nobody thought that anything was to be written."""
    state.somebody_starts_a_play(number=0, cells=1, role=None)
    state.a_round(death=0)
    before = state.value_of(0)
    state.somebody_changes_a_value(number=0, thousands=1)
    state.armed.append(("item", "lost"))  # of the opportunity, and of its product
    state.a_round_with_a_fault(("item", "lost"))
    state.change_value(0, before)


def two_people_with_a_part_each_turn_out_to_be_one(state: Bundles) -> None:
    """Both parts were told, and one person had two in one opportunity."""
    state.somebody_starts_a_play(number=0, cells=1, role="champion")
    state.somebody_tells_a_role(deal=0, who=1, role="technical")
    state.somebody_there_merges_the_people(first=True)


def a_part_of_which_nobody_was_told_before_its_deal_was_deleted(state: Bundles) -> None:
    """Brought back, the part stood in the opportunity again, and the account was not told of it."""
    state.somebody_starts_a_play(number=3, cells=2, role="economic_buyer")
    state.a_call_breaks(place="write", kind="error")
    state.a_call_breaks(place="shape", kind="kill")
    state.somebody_there_deletes(number=3, name="Opportunity")
    state.a_round(death=0)
    state.somebody_there_brings_back(number=3, name="Opportunity")


def a_part_that_may_stand_there_when_its_person_turns_out_to_be_another(state: Bundles) -> None:
    """The one that nobody had sent was kept beside it: one person had two parts in a deal."""
    state.somebody_starts_a_play(number=2, cells=1, role="user")
    state.a_round_with_a_fault(("whole", "lost"))
    state.somebody_tells_a_role(deal=0, who=3, role="economic_buyer")
    state.somebody_there_merges_the_people(first=True)


def a_part_of_a_deal_whose_making_nobody_answered_for(state: Bundles) -> None:
    """The part was there and in no history, and the account was not told of it."""
    state.somebody_starts_a_play(number=0, cells=2, role="economic_buyer")
    state.a_round_with_a_fault(("whole", "lost"))


def a_part_they_name_by_another_word_of_the_same_role(state: Bundles) -> None:
    """No fault: both sides mean the same, and each keeps its word. The machine asked for one word."""
    state.somebody_starts_a_play(number=2, cells=2, role="user")
    state.a_round(death=0)
    state.somebody_there_changes_a_role(number=3, word="Evaluator")
    state.a_round(death=0)
    assert OpportunityContactRole.objects.get().buying_role == "technical"
    assert [row.values["Role"] for row in state.there(ROLE).values()] == ["Evaluator"]


def a_part_that_waits_for_the_word_of_a_person(state: Bundles) -> None:
    """No fault: changed on both sides, it is told of the account once somebody decides."""
    state.somebody_starts_a_play(number=1, cells=2, role="economic_buyer")
    state.a_round(death=0)
    state.somebody_tells_a_role(deal=0, who=1, role="technical")
    state.somebody_there_changes_a_role(number=0, word="Executive Sponsor")
    state.a_round(death=0)
    assert SyncConflict.objects.get(decision="").ours == "Technical Buyer"


PAST: tuple[Program, ...] = (
    a_part_that_waits_for_the_word_of_a_person,
    a_part_they_name_by_another_word_of_the_same_role,
    a_part_of_a_deal_whose_making_nobody_answered_for,
    a_part_that_may_stand_there_when_its_person_turns_out_to_be_another,
    a_part_of_which_nobody_was_told_before_its_deal_was_deleted,
    two_people_with_a_part_each_turn_out_to_be_one,
    a_part_removed_while_nobody_knew_whether_it_was_made,
    a_person_with_relations_to_two_accounts,
    a_value_changed_while_nobody_knew_whether_its_product_was_made,
    a_cell_taken_out_while_nobody_knew_whether_its_product_was_made,
    a_value_changed_to_and_fro_while_nobody_knew_how_the_first_ended,
)


@pytest.mark.django_db
@pytest.mark.parametrize("program", PAST, ids=lambda program: program.__name__)
def test_a_history_that_failed_once_does_not_again(program: Program) -> None:
    state = Bundles()
    try:
        program(state)
    finally:
        state.teardown()


@pytest.mark.django_db
def test_what_hangs_together_stays_together_in_any_history() -> None:
    run_bundles(12, seed=1, steps=4)
    run_bundles(8, seed=2, steps=6)
