"""Histories that failed once, step by step. Each is a program over the machine's own rules."""

from __future__ import annotations

from collections.abc import Callable

from sightline.records.models import Opportunity, SyncConflict
from tests.crm.histories.machine import Histories

Program = Callable[[Histories], None]


def a_landed_write_rewritten_before_its_answer_was_known(state: Histories) -> None:
    """A write landed, its answer was lost, and automation rewrote it before it was read again."""
    state.an_edit_here_meets_a_fault(kind="lost", number=1, place="item")
    state.a_trigger_is_turned_on_or_off()
    state.the_day_is_nearly_spent(left=1)
    state.a_worker_dies(death=1)
    state.somebody_there_edits(column="name", late=False, number=2)
    state.somebody_there_merges_the_accounts()
    state.the_token_expires_for_two_workers(crash=True)
    state.a_worker_dies(death=10)
    state.somebody_here_edits(number=1)
    state.a_commit_comes_very_late(column="name", number=1)
    state.time_passes(seconds=700)
    state.a_trigger_is_turned_on_or_off()
    state.a_rule_is_turned_on_or_off()
    state.a_read_breaks(kind="locator", late=False)


def a_field_hidden_while_a_person_is_asked_about_a_deletion(state: Histories) -> None:
    """The field whose edit raised the question was hidden, and the question settled itself."""
    state.what_is_edited_here_is_deleted_there(number=0)
    state.a_field_is_hidden_or_shown()
    state.a_round(kind=None, place="page", death=0)
    state.nobody_decided_a_deletion()


def an_edit_on_its_way_while_its_field_is_hidden_from_a_read(state: Histories) -> None:
    """A row was read without the field that was edited here, and the edit was forgotten."""
    state.a_value_is_refused(number=2)
    state.quiet_pull()
    state.world.pass_time(1900)
    state.quiet_pull()
    deal = state.deals()[2]
    state.world.crm.hidden.add(("Opportunity", "NextStep"))
    state.type_there(deal, "name")
    for _ in range(3):  # until the row is older than what is read once more
        state.quiet_pull()
        state.world.pass_time(700)
    state.world.crm.hidden.clear()


def a_worker_killed_when_its_last_page_was_loaded(state: Histories) -> None:
    """The mark said that everything was loaded, and the object was still being loaded."""
    state.a_worker_dies_at(0, "before finish_first_load")


def an_edit_here_of_a_field_that_was_stopped(state: Histories) -> None:
    """A field had gone to and fro and was stopped where both sides agreed. Whoever edited it here
    once its row had grown old was never asked, and the sides differed in silence."""
    deal = state.deals()[0]
    state.type_there(deal, "next_step")
    state.quiet_pull()
    state.a_field_goes_to_and_fro(number=0)
    state.world.pass_time(700)
    state.quiet_round()  # from here on no read goes back to the row
    assert not SyncConflict.objects.exists()
    state.type_here(Opportunity.objects.get(outside_id=deal))


def an_edit_of_a_stopped_field_that_is_hidden_when_the_row_is_read(state: Histories) -> None:
    """The read that was to ask about it did not carry the field."""
    an_edit_here_of_a_field_that_was_stopped(state)
    state.quiet_push()
    state.world.crm.hidden.add(("Opportunity", "NextStep"))
    state.quiet_push()
    state.world.crm.hidden.clear()
    state.quiet_push()
    assert SyncConflict.objects.filter(field="next_step", decision="").exists(), "nobody was asked"


def an_edit_of_a_row_that_is_about_to_be_made_anew(state: Histories) -> None:
    """Here the machine was wrong: it looked for the edit under the old id, and the row had a new."""
    state.what_is_edited_here_is_deleted_there(number=0)
    state.somebody_decides(number=3, ours=True)
    state.somebody_compares(number=0, point="after compare_rows")
    state.a_round(death=28, kind="lost", place="touched")


def a_row_made_anew_although_it_was_back(state: Histories) -> None:
    """A person asked for a deleted row to be made anew; meanwhile somebody there had taken it out of
    the bin, nobody here had read so yet, and it stood there twice."""
    state.somebody_here_makes_a_deal()
    state.quiet_round()
    state.what_is_edited_here_is_deleted_there(number=3)
    state.bring_back(state.deals()[3])
    state.somebody_decides(number=0, ours=True)


PAST: tuple[Program, ...] = (
    an_edit_of_a_row_that_is_about_to_be_made_anew,
    a_row_made_anew_although_it_was_back,
    an_edit_here_of_a_field_that_was_stopped,
    an_edit_of_a_stopped_field_that_is_hidden_when_the_row_is_read,
    a_worker_killed_when_its_last_page_was_loaded,
    a_landed_write_rewritten_before_its_answer_was_known,
    a_field_hidden_while_a_person_is_asked_about_a_deletion,
    an_edit_on_its_way_while_its_field_is_hidden_from_a_read,
)
