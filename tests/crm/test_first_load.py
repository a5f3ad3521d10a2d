"""A page of a first load, merged at once: the same rows, links, bases and history as when its rows
wait in the inbox or come one by one, and nothing lost or doubled where a worker dies in it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction

from sightline.actions.sync import inbox
from sightline.actions.sync.merging import merge_records
from sightline.actions.sync.store import Stored
from sightline.agreement.records import Page, RemoteRecord
from sightline.crm import mirror
from sightline.records.models import (
    Contact,
    JournalEntry,
    Opportunity,
    SyncAlias,
    SyncConflict,
    SyncCrossing,
    SyncCursor,
    SyncInboxRow,
    SyncIntent,
    SyncLink,
)
from tests.crm.world import World

pytestmark = pytest.mark.django_db
Way = Callable[[World, str, Page], None]


class Undone(Exception):
    """Takes a way's savepoint back."""


@pytest.fixture
def world() -> World:
    return World().connect()


def loaded(world: World, name: str, page: Page) -> None:
    """The whole page at once."""
    inbox.load_page(world.session.context(), name, page, **told(world, name))


def kept(world: World, name: str, page: Page) -> None:
    """By way of the inbox."""
    asked = told(world, name)
    read = asked.pop("read")
    inbox.take_page(world.session.connection_id, name, page, **asked)
    inbox.merge_waiting(world.session.context(), name, read=read, now=asked["now"])


def one_by_one(world: World, name: str, page: Page) -> None:
    """Each row by way of the inbox, by itself."""
    for row in page.rows:
        kept(world, name, replace(page, rows=[row]))


def told(world: World, name: str) -> dict[str, Any]:
    context = world.session.context()
    fields, read = world.session.fields(context, name), world.session.read(context, name)
    return {"fields": fields, "read": read, "now": world.now}


def mixed(world: World) -> Page:
    """New deals and known ones; edited here, there, on both sides, deleted, merged away; one that
    cannot be read, one whose account is not here, one whose owner is not, one told of twice."""
    known = [world.deal(Name=f"Known {n}", NextStep="Old") for n in range(6)]
    world.edit(known[0], next_step="Here")
    world.edit(known[1], next_step="Here")
    for deal in known[1:3]:
        world.crm.edit("Opportunity", deal, {"NextStep": "There"})
    new: list[dict[str, Any]] = [
        {"Name": "Plain", "Amount": 1250.5, "NextStep": " Call Ann "},
        {"Name": "Bare", "StageName": None, "CloseDate": None},
        {"Name": "Unreadable", "Amount": "much"},
        {"Name": "Nowhere", "AccountId": "001000000000999AAA"},
        {"Name": "Nobody's", "OwnerId": "005000000000999AAA"},
        {"Name": "Twice", "NextStep": "Second"},
    ]
    usual = {"AccountId": world.account, "StageName": "Prospecting", "CloseDate": "2027-03-31"}
    for one in new:
        world.crm.insert("Opportunity", {**usual, **one})
    rows = whole(world, "Opportunity").rows
    last = rows[-1]
    earlier = last.stamp - dt.timedelta(minutes=1)
    older = replace(last, values={**last.values, "NextStep": "First"}, stamp=earlier)
    gone = [
        RemoteRecord("Opportunity", known[3], {}, world.now, deleted=True),
        RemoteRecord("Opportunity", known[4], {}, world.now, deleted=True, merged_into=known[5]),
    ]
    linked = [one for one in rows if one.id not in known[3:5]]
    return Page([older, *linked, *gone], "mark", last=True, total=len(linked))


def told_once(page: Page) -> Page:
    """Without the older of a row that is told of twice: by itself it is merged, too."""
    return replace(page, rows=page.rows[1:])


def whole(world: World, name: str) -> Page:
    """Every row that is there, as one page."""
    fields = world.session.fields(world.session.context(), name)
    pages = list(world.session.crm.everything(name, fields, ""))
    return replace(pages[-1], rows=[row for page in pages for row in page.rows])


def left(way: Way, world: World, page: Page) -> dict[str, Any]:
    """What a way leaves behind; nothing of it stays."""
    before = JournalEntry.objects.count()
    found: dict[str, Any] = {}
    try:
        with transaction.atomic():
            way(world, "Opportunity", page)
            found = {
                "rows": rows_of(Opportunity, "outside_id", "account_id", "owner_id"),
                "links": links(),
                "waiting": rows_of(SyncInboxRow, "remote_id", "held", "tries", "reason", "digest"),
                "intents": rows_of(SyncIntent, "link__remote_id", "deed", "values"),
                "conflicts": rows_of(SyncConflict, "link__remote_id", "field", "ours", "theirs"),
                "crossings": rows_of(SyncCrossing, "link__remote_id", "field", "way", "after"),
                "aliases": rows_of(SyncAlias, "link__remote_id", "remote_id"),
                "journal": JournalEntry.objects.count() - before,
                "mark": SyncCursor.objects.get(object="Opportunity").mark,
            }
            raise Undone
    except Undone:
        return found


def rows_of(model: Any, *columns: str) -> list[Any]:
    extra = ("name", "amount", "next_step", "stage__name", "close_date", "removed_at", "version")
    names = (*columns, *extra) if model is Opportunity else columns
    return sorted(model.objects.values_list(*names), key=repr)


def links() -> dict[str, Any]:
    names = ("target", "state", "stamp", "base", "cut", "seen_version", "changed_by", "changed_at")
    return {one[0]: one[1:] for one in SyncLink.objects.values_list("remote_id", *names)}


def test_a_page_at_once_leaves_what_its_rows_by_the_inbox_leave(world: World) -> None:
    page = mixed(world)
    at_once, waited = left(loaded, world, page), left(kept, world, page)
    assert at_once == waited
    # None of it is empty, or the page would not be mixed.
    assert all(at_once.values())
    assert len(at_once["waiting"]) == 3


def test_a_page_at_once_leaves_what_each_row_by_itself_leaves(world: World) -> None:
    page = told_once(mixed(world))
    at_once, alone = left(loaded, world, page), left(one_by_one, world, page)
    for one in (at_once, alone):
        del one["journal"]  # told of by the chunk
    assert at_once == alone


def test_the_base_of_a_new_row_is_what_a_merge_of_it_would_say(world: World) -> None:
    page = mixed(world)
    known = set(links())
    loaded(world, "Opportunity", page)
    begun = {key: one for key, one in links().items() if key not in known}
    assert len(begun) == 4
    SyncLink.objects.filter(remote_id__in=begun).update(base={})
    loaded(world, "Opportunity", page)
    assert {key: one for key, one in links().items() if key in begun} == begun


def test_bases_of_one_page_hold_what_each_row_carries_and_nothing_else(world: World) -> None:
    """One hides a field, one says a list, some say what JSON writes in its own way."""
    for one in ('Say "hello"', "Zo\u00eb\\", "Plain", "Plain"):
        world.crm.insert(
            "Opportunity",
            {
                "Name": one,
                "AccountId": world.account,
                "StageName": "Prospecting",
                "Amount": "12.50",
            },
        )
    page = whole(world, "Opportunity")
    quoted, _, hiding, listing = page.rows
    hidden = {name: value for name, value in hiding.values.items() if name != "NextStep"}
    rows = [
        *page.rows[:2],
        replace(hiding, values=hidden),
        replace(listing, values={**listing.values, "NextStep": ["b", "a"]}),
    ]
    page = replace(page, rows=rows)
    loaded(world, "Opportunity", page)
    begun = links()
    assert begun[quoted.id][3]["name"] == ['Say "hello"', 'Say "hello"']
    assert begun[quoted.id][3]["amount"] == ["12.5", "12.5"]
    assert begun[quoted.id][3]["next_step"] == [None, None]
    assert "next_step" not in begun[hiding.id][3]
    assert "next_step" in begun[listing.id][3]
    SyncLink.objects.update(base={})
    loaded(world, "Opportunity", page)
    assert links() == begun


def test_a_page_loaded_again_changes_nothing(world: World) -> None:
    page = mixed(world)

    def twice(world: World, name: str, page: Page) -> None:
        loaded(world, name, page)
        loaded(world, name, page)

    once, again = left(loaded, world, page), left(twice, world, page)
    assert once == again


def test_people_of_one_page_report_to_each_other(world: World) -> None:
    about = {"AccountId": world.account}
    ann = world.crm.insert("Contact", {"LastName": "Lee", **about})
    bob = world.crm.insert("Contact", {"LastName": "Ray", "ReportsToId": ann, **about})
    world.crm.edit("Contact", ann, {"ReportsToId": bob})
    page = whole(world, "Contact")
    loaded(world, "Contact", page)
    mirror.pull(world.session, due=lambda cursor: False)  # what waits is tried once more
    found = {one.outside_id: one.reports_to for one in Contact.objects.all()}
    assert found[bob] == Contact.objects.get(outside_id=ann)
    assert found[ann] == Contact.objects.get(outside_id=bob)


@pytest.mark.parametrize("mark", ["", "stands"])
def test_a_worker_that_dies_in_a_page_loses_and_doubles_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    page = told_once(mixed(world))
    SyncCursor.objects.filter(object="Opportunity").update(mark=mark)
    before = set(Opportunity.objects.values_list("outside_id", flat=True))
    wanted = left(loaded, world, page)
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "LOAD_CHUNK", 4)
        patch.setattr(inbox, "merge_records", dying_at(3))
        with pytest.raises(Died):
            loaded(world, "Opportunity", page)
    assert SyncCursor.objects.get(object="Opportunity").mark == mark
    made = set(Opportunity.objects.values_list("outside_id", flat=True)) - before
    assert bool(made) == bool(mark), "rows stand only once a mark does"
    found = left(loaded, world, page)
    for one in (wanted, found):
        del one["journal"], one["crossings"]
    assert found == wanted


class Died(Exception):
    """The worker was killed."""


def dying_at(number: int) -> Callable[..., Stored]:
    calls = count(1)

    def merge(*given: Any, **named: Any) -> Stored:
        if next(calls) == number:
            raise Died
        return merge_records(*given, **named)

    return merge


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its planner counts by itself")
def test_no_statement_of_a_page_goes_through_all_that_was_loaded_before(world: World) -> None:
    """The database has counted nothing, as in a first load; what is found by the connection's or
    the source's key alone is everything there is."""
    context, page = world.session.context(), mixed(world)
    known = left(loaded, world, page)["aliases"][0]
    plans: list[tuple[str, str]] = []

    def explained(execute: Any, sql: str, params: Any, many: bool, given: Any) -> Any:
        if sql.startswith("SELECT"):
            cursor = given["cursor"]
            execute("EXPLAIN QUERY PLAN " + sql, params, many, given)
            plans.extend((row[3], sql) for row in cursor.fetchall())
        return execute(sql, params, many, given)

    with connection.execute_wrapper(explained):
        inbox.load_page(context, "Opportunity", page, **told(world, "Opportunity"))
        again = [replace(page.rows[1], id=known[1])]  # an id that means another row by now
        merge_records(
            context, again, read=told(world, "Opportunity")["read"], now=world.now, fresh=True
        )
    slow = re.compile(
        r"(SCAN|\((connection_id|source_id)=\?\)).*|\((connection_id|source_id)=\? AND target=\?\)"
    )
    grown = ("records_synclink", "records_opportunity", "records_account", "held")
    found = {plan: sql for plan, sql in plans if any(one in plan for one in grown)}
    assert found
    assert [one for one in found.items() if slow.search(one[0])] == []


def test_every_id_that_means_one_row_by_now_is_known_in_one_page(world: World) -> None:
    kept = world.deal(Name="Kept")
    link = SyncLink.objects.get(remote_id=kept)
    ids = [f"00600000000055{n}AAA" for n in range(3)]
    SyncAlias.objects.bulk_create(SyncAlias(link=link, remote_id=one) for one in ids[:2])
    row = next(one for one in whole(world, "Opportunity").rows if one.id == kept)
    stale = [replace(row, id=one) for one in ids]
    loaded(world, "Opportunity", Page(stale, "mark", last=True, total=3))
    assert not Opportunity.objects.filter(outside_id__in=ids[:2]).exists()
    assert Opportunity.objects.filter(outside_id=ids[2]).exists()
