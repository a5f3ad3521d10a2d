"""What every adapter promises, whatever its brand: one set of tests, run on each of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sightline.agreement.records import Ask, Deed, Outcome, Settled, Write
from tests.crm.adapters import ADAPTERS, Subject

FIELDS = ("Name", "NextStep", "StageName", "Acctplan_Id__c")


@pytest.fixture(params=sorted(ADAPTERS))
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    with ADAPTERS[request.param](tmp_path) as made:
        yield made


def mark_of(subject: Subject) -> str:
    """A mark from which changes are read."""
    page = list(subject.crm.everything(subject.deal, FIELDS, ""))[-1]
    assert page.last
    assert page.mark is not None
    return page.mark


def changed(subject: Subject, mark: str) -> dict[str, bool]:
    """Ids changed since a mark, and whether each is deleted."""
    pages = subject.crm.changes(subject.deal, FIELDS, mark)
    return {one.id: one.deleted for page in pages for one in page.rows}


def write(subject: Subject, *writes: Write) -> list[Outcome]:
    return subject.crm.write(list(writes))


def test_the_same_org_answers_each_time(subject: Subject) -> None:
    assert subject.crm.org().id == subject.crm.org().id != ""


def test_a_describe_says_what_may_be_written(subject: Subject) -> None:
    shape = subject.crm.shape(subject.deal)
    assert shape is not None
    assert shape.createable
    assert shape.fields["NextStep"].updateable
    assert shape.fields[subject.key_field].unique_key
    assert subject.crm.shape("NoSuchThing__c") is None


def test_everything_is_read_once_and_goes_on_from_any_mark(subject: Subject) -> None:
    made = {subject.new_deal() for _ in range(5)}
    pages = list(subject.crm.everything(subject.deal, FIELDS, ""))
    ids = [one.id for page in pages for one in page.rows]
    assert made <= set(ids)
    assert len(ids) == len(set(ids))
    first = pages[0]
    if not first.last and first.mark is not None:
        rest = subject.crm.everything(subject.deal, FIELDS, first.mark)
        again = {one.id for page in rest for one in page.rows} | {one.id for one in first.rows}
        assert again == set(ids)


def test_changes_after_a_mark_are_all_told(subject: Subject) -> None:
    rows = [subject.new_deal() for _ in range(3)]
    mark = mark_of(subject)
    for row in rows:  # within one second
        subject.edit(subject.deal, row, {"NextStep": "Now"})
    assert set(rows) <= changed(subject, mark).keys()
    subject.pass_time(3600)
    later = subject.new_deal()
    assert later in changed(subject, mark)


def test_a_deletion_is_told_or_said_not_to_be(subject: Subject) -> None:
    row = subject.new_deal()
    mark = mark_of(subject)
    subject.delete(subject.deal, row)
    if subject.crm.traits.tells_deletions:
        assert changed(subject, mark)[row]
        (known,) = subject.crm.rows(subject.deal, [row], FIELDS)
        assert known.deleted


def test_a_create_repeated_under_its_key_makes_one_row(subject: Subject) -> None:
    key = str(uuid.uuid4())
    values = {"Name": "Once", "StageName": "Prospecting", "CloseDate": "2027-03-31"}
    one = Write(Deed.CREATE, subject.deal, values, key_field=subject.key_field, key=key)
    first, second = write(subject, one)[0], write(subject, one)[0]
    assert first.settled is second.settled is Settled.DONE
    assert first.id == second.id
    (found,) = subject.crm.find(subject.deal, subject.key_field, [key], FIELDS)
    assert (found.id, found.values["Name"]) == (first.id, "Once")


def test_a_row_changed_meanwhile_is_not_written_over(subject: Subject) -> None:
    row = subject.new_deal()
    (seen,) = subject.crm.rows(subject.deal, [row], FIELDS)
    before = seen.stamp - dt.timedelta(minutes=5)
    update = Write(Deed.UPDATE, subject.deal, {"NextStep": "Ours"}, id=row, unless_changed=before)
    assert write(subject, update)[0].settled is Settled.CHANGED
    (after,) = subject.crm.rows(subject.deal, [row], FIELDS)
    assert after.values["NextStep"] is None


def test_one_refused_row_leaves_the_others_done_and_is_told_in_words(subject: Subject) -> None:
    rows = [subject.new_deal(), subject.new_deal()]
    writes = [
        Write(Deed.UPDATE, subject.deal, {"NextStep": "Fine"}, id=rows[0]),
        Write(Deed.UPDATE, subject.deal, {"NoSuchField__c": "x"}, id=rows[1]),
    ]
    done, refused = write(subject, *writes)
    assert (done.settled, refused.settled) == (Settled.DONE, Settled.REFUSED)
    assert refused.message


def test_a_row_that_is_gone_is_said_to_be(subject: Subject) -> None:
    row = subject.new_deal()
    subject.delete(subject.deal, row)
    update = Write(Deed.UPDATE, subject.deal, {"NextStep": "Late"}, id=row)
    assert write(subject, update)[0].settled is Settled.GONE


def test_a_live_read_tells_what_moved_in_the_accounts_asked_for(subject: Subject) -> None:
    account = subject.insert(subject.account, {"Name": "Looked at"})
    inside = subject.new_deal(AccountId=account)
    subject.new_deal()
    since = subject.crm.rows(subject.deal, [inside], FIELDS)[0].stamp - dt.timedelta(minutes=1)
    ask = Ask(subject.deal, FIELDS, "AccountId", [account], since)
    assert [one.id for one in subject.crm.touched([ask])] == [inside]


def test_rights_of_a_person_are_told_or_unknown(subject: Subject) -> None:
    row = subject.new_deal()
    said = subject.crm.rights(subject.user, [row])
    assert said is None or said[row].read in (True, False)


def test_calls_are_counted(subject: Subject) -> None:
    before = subject.crm.spent().used or 0
    subject.crm.rows(subject.deal, [subject.new_deal()], FIELDS)
    used = subject.crm.spent().used
    assert used is None or used > before


def test_a_hidden_field_is_absent_and_never_empty(subject: Subject) -> None:
    row = subject.new_deal(NextStep="Secret")
    subject.hide(subject.deal, "NextStep")
    shape = subject.crm.shape(subject.deal)
    assert shape is not None
    assert "NextStep" not in shape.fields
    (seen,) = subject.crm.rows(subject.deal, [row], FIELDS)
    assert "NextStep" not in seen.values


def test_a_refusal_carries_the_services_own_words(subject: Subject) -> None:
    row = subject.new_deal()
    subject.refuse("Talk to finance first")
    update = Write(Deed.UPDATE, subject.deal, {"StageName": "Closed Won"}, id=row)
    (outcome,) = write(subject, update)
    assert (outcome.settled, outcome.message) == (Settled.REFUSED, "Talk to finance first")
