"""Histories of edits, faults and crashes on both sides, and what must hold after them.

The model is the set of values that were typed, on which side and in what order. Background events
(commits, polls, automation) are conjectured; when everything is quiet, both sides must agree.
Method: Hughes and others, "Mysteries of Dropbox" (2016).
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from dataclasses import replace
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from sightline.actions.sync import connections, deciding
from sightline.crm import compare, mirror, push
from sightline.crm.adapters.memory import Refusal
from sightline.crm.budget import SHARES, Purpose
from sightline.crm.errors import CrmError, Retry, StartOver
from sightline.records.models import (
    Account,
    Action,
    CrmUser,
    Job,
    Opportunity,
    Stage,
    SyncConflict,
    SyncCrossing,
    SyncIntent,
    SyncLink,
)
from tests import makers
from tests.crm.world import STAGES, World

FIRED: Counter[str] = Counter()
CHECKED: Counter[str] = Counter()
FIELDS = {"next_step": "NextStep", "name": "Name"}
WRITABLE = {
    *("StageName", "Amount", "CloseDate", "NextStep", "OwnerId", "Name", "AccountId"),
    *("Acctplan_Id__c", "Subject", "ActivityDate", "Status", "WhatId", "ReportsToId"),
}
FAULTS = (
    *("lock", "before", "lost", "halt", "limit", "error", "unauthorized", "locator"),
    *("token", "kill", "other_worker"),
)
PLACES = ("org", "shape", "page", "rows", "find", "write", "item")
ITEMS = ("lock", "before", "lost", "halt")
OBJECTS = ("User", "Account", "Opportunity")
# What their next step holds, in characters.
LENGTH = 20
OPTION = "Negotiation/Review"
ORDERS = ("reverse", "twice")
VERBS = {
    (mirror, "inbox"): ("take_page", "merge_waiting"),
    (mirror, "merging"): ("merge_records",),
    (push, "gathering"): ("gather",),
    (push, "sending"): ("claim", "still_wanted", "settle_outcome"),
}
numbers = st.integers(0, 3)


class Killed(BaseException):
    """The worker dies here."""


RAISED: dict[str, Any] = {
    "kill": Killed,
    "error": lambda: CrmError("503", retry_kind=Retry.TRANSIENT, code="503"),
    "limit": lambda: CrmError("limit", retry_kind=Retry.LIMITED, code="REQUEST_LIMIT_EXCEEDED"),
    "unauthorized": lambda: CrmError("401", retry_kind=Retry.PERSON, code="INVALID_SESSION_ID"),
    "locator": lambda: StartOver("The cursor is gone."),
    "token": lambda: CrmError("lost", retry_kind=Retry.PERSON, code="TOKEN_ANSWER_LOST"),
}


class Dying:
    """A room whose verbs may kill the worker just before or just after their commit."""

    def __init__(self, room: Any, names: tuple[str, ...], machine: Histories) -> None:
        self._room, self._names, self._machine = room, names, machine

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._room, name)
        if name not in self._names:
            return verb

        def call(*given: Any, **named: Any) -> Any:
            self._machine.maybe_die(f"before {name}")
            done = verb(*given, **named)
            self._machine.maybe_die(f"after {name}")
            return done

        return call


class Histories(RuleBasedStateMachine):
    """One history. Every rule is one thing that happens; `teardown` asks what must hold."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.rooms = {place: getattr(*place) for place in VERBS}
        for (module, name), verbs in VERBS.items():
            setattr(module, name, Dying(self.rooms[module, name], verbs, self))
        self.armed: list[tuple[str, str]] = []
        self.death = 0
        self.quiet = False
        self.nested = False
        self.order: str | None = None
        self.count = 0
        self.typed: dict[tuple[Any, str], list[tuple[str, str]]] = {}
        self.typed_over: set[tuple[Any, str, Any]] = set()
        self.hanging = 0
        self.made_here = 0
        self.deleted: set[str] = set()
        self.written = 0
        self.gone: set[str] = set()
        self.very_late = False
        self.shouts = False
        self.world = World(objects=OBJECTS)
        self.world.crm.page = 3
        self.world.connect()
        self.owner = self.world.crm.insert("User", {"Name": "Ann", "IsActive": True})
        self.tokens = Tokens(self.world.session.connection_id)
        self.world.crm.fault = self.fault
        self.accounts = [self.world.account, self.world.crm.insert("Account", {"Name": "Second"})]
        for number in range(3):
            self.deal_there(number)
        self.world.round()

    # --- faults -----------------------------------------------------------------------------

    def fault(self, place: str) -> str | None:
        """What the org does at a place: nothing, unless something is armed for it."""
        if self.quiet or self.nested:
            return None
        self.within_the_share(place)
        if place == "order":
            if self.order:
                FIRED[f"order {self.order}"] += 1
            return self.order
        kind = next((what for where, what in self.armed if where == place), None)
        if kind is None:
            return None
        if kind == "locator" and place != "page":
            return None
        self.armed.remove((place, kind))
        FIRED[f"{kind} at {place}"] += 1
        if kind in RAISED and not (kind != "kill" and place == "item"):
            raise RAISED[kind]()
        if kind == "other_worker":
            self.other_worker()
        return kind if place == "item" and kind in ITEMS else None

    def within_the_share(self, place: str) -> None:
        """I10: no call is made once our share of the day is used."""
        limit = self.world.crm.limit
        if limit is None or place in ("order", "item"):
            return
        share = SHARES[Purpose.WRITE if place == "write" else Purpose.BACKGROUND]
        assert (self.world.crm.used - 1) / limit < share, place
        CHECKED["I10 calls stay within the share"] += 1

    def other_worker(self) -> None:
        """A second worker does a whole round while the first is in the middle of a call."""
        self.nested = True
        try:
            other = self.world.sessions()
            mirror.pull(other)
            push.push(other)
        finally:
            self.nested = False

    def maybe_die(self, where: str) -> None:
        """Count down to the crash point that this history chose."""
        if self.quiet or self.nested or self.death == 0:
            return
        self.death -= 1
        if self.death == 0:
            FIRED[f"killed {where}"] += 1
            raise Killed

    # --- what happens -----------------------------------------------------------------------

    def word(self, column: str) -> str:
        """A value that was never typed before."""
        self.count += 1
        return f"{column} {self.count}"

    def deals(self) -> list[str]:
        return sorted(self.world.crm.rows_of.get("Opportunity", {}))

    def deal_there(self, number: int) -> None:
        step, name = self.word("next_step"), self.word("name")
        deal = self.world.crm.insert(
            "Opportunity",
            {
                "Name": name,
                "AccountId": self.accounts[number % 2],
                "StageName": "Prospecting",
                "NextStep": step,
            },
        )
        self.typed[deal, "next_step"] = [("there", step)]
        self.typed[deal, "name"] = [("there", name)]

    @rule(number=numbers, column=st.sampled_from(sorted(FIELDS)), late=st.booleans())
    def somebody_there_edits(self, number: int, column: str, late: bool) -> None:
        """An edit there, now and then seen only later under its early stamp."""
        deal = self.deals()[number % len(self.deals())]
        if self.world.crm.rows_of["Opportunity"][deal].deleted:
            return
        value = self.word(column)
        delay = dt.timedelta(minutes=5 if late else 0)
        if late:
            FIRED["late commit"] += 1
        before = self.world.crm.value("Opportunity", deal, FIELDS[column])
        self.typed_over.add((deal, column, before))
        self.world.crm.edit("Opportunity", deal, {FIELDS[column]: value}, late=delay)
        self.typed.setdefault((deal, column), []).append(("there", value))

    @rule(number=numbers)
    def somebody_here_edits(self, number: int, more: str = "") -> None:
        """An edit here; what is deleted is not edited."""
        rows = list(Opportunity.objects.filter(removed_at=None).order_by("pk"))
        if not rows:
            return
        row = rows[number % len(rows)]
        value = self.word("next_step") + more
        self.typed_over.add((row.outside_id or row.pk, "next_step", row.next_step))
        row.next_step, row.version = value, row.version + 1
        row.save(update_fields=["next_step", "version"])
        self.typed.setdefault((row.outside_id or row.pk, "next_step"), []).append(("here", value))

    @rule(number=numbers)
    def somebody_here_writes_much(self, number: int) -> None:
        """More than their field holds: cut there, whole here."""
        FIRED["text cut to length"] += 1
        self.somebody_here_edits(number, more=" and much more than fits there")

    @rule(number=numbers)
    def somebody_here_deletes(self, number: int) -> None:
        """Here only: it stays there, and does not come back here."""
        rows = list(Opportunity.objects.filter(removed_at=None, outside_id__in=self.deals()))
        if number == 0 and len(rows) > 2:
            FIRED["deleted here"] += 1
            self.gone.add(rows[-1].outside_id)
            rows[-1].delete()

    @rule()
    def somebody_here_makes_a_deal(self) -> None:
        """A play of ours, to be created there once."""
        account = Account.objects.filter(removed_at=None).exclude(outside_id="").first()
        if account is None or self.made_here > 2:
            return
        self.made_here += 1
        makers.opportunity(account, name=f"Made {self.made_here}", next_step=self.word("made"))

    @rule(number=numbers)
    def somebody_there_deletes(self, number: int) -> None:
        """Into the recycle bin, or out of it again."""
        deal = self.deals()[number % len(self.deals())]
        if self.world.crm.rows_of["Opportunity"][deal].purged:
            return
        if self.world.crm.rows_of["Opportunity"][deal].deleted:
            FIRED["undelete"] += 1
            self.deleted.discard(deal)
            self.world.crm.undelete("Opportunity", deal)
        else:
            FIRED["delete"] += 1
            self.deleted.add(deal)
            self.world.crm.delete("Opportunity", deal)

    @rule(number=numbers)
    def somebody_there_purges(self, number: int) -> None:
        """Out of the recycle bin for good."""
        bin_ = [
            key
            for key, row in sorted(self.world.crm.rows_of["Opportunity"].items())
            if row.deleted and not row.purged
        ]
        if bin_:
            FIRED["purge"] += 1
            self.world.crm.purge("Opportunity", bin_[number % len(bin_)])

    @rule(number=numbers, column=st.sampled_from(sorted(FIELDS)))
    def a_commit_comes_very_late(self, number: int, column: str) -> None:
        """Later than the overlap, and no safe mark tells: only the comparison can find it."""
        deal = self.deals()[number % len(self.deals())]
        if self.world.crm.rows_of["Opportunity"][deal].deleted:
            return
        FIRED["very late commit"] += 1
        self.very_late, self.world.crm.reports_open = True, False
        value = self.word(column)
        before = self.world.crm.value("Opportunity", deal, FIELDS[column])
        self.typed_over.add((deal, column, before))
        self.world.crm.edit(
            "Opportunity", deal, {FIELDS[column]: value}, late=dt.timedelta(minutes=40)
        )
        self.typed.setdefault((deal, column), []).append(("there", value))

    @rule(number=numbers, column=st.sampled_from(sorted(FIELDS)))
    def a_late_commit_is_not_told_of(self, number: int, column: str) -> None:
        """Within the overlap, but no safe mark tells: the overlap alone finds it."""
        deal = self.deals()[number % len(self.deals())]
        if self.world.crm.rows_of["Opportunity"][deal].deleted:
            return
        FIRED["late commit not told of"] += 1
        self.world.crm.reports_open = False
        self.somebody_there_edits(number, column, late=True)
        self.world.pass_time(61)
        self.a_round(None, "page", 0)

    @rule(number=numbers)
    def a_field_is_hidden_while_it_is_read(self, number: int) -> None:
        """After describe and before the rows come: a value that is not told is no empty value."""
        if ("Opportunity", "NextStep") in self.world.crm.hidden:
            return
        FIRED["field hidden between describe and read"] += 1
        deal = self.deals()[number % len(self.deals())]
        rows = Opportunity.objects.exclude(next_step="")
        before = set(rows.values_list("pk", flat=True))
        try:
            mirror.refresh_shapes(self.world.session)
            self.world.crm.hidden.add(("Opportunity", "NextStep"))
            if not self.world.crm.rows_of["Opportunity"][deal].deleted:
                self.world.crm.edit("Opportunity", deal, {"CloseDate": "2027-01-01"})
            mirror.pull(self.world.session)
        except (CrmError, Killed):
            pass
        finally:
            self.world.crm.hidden.discard(("Opportunity", "NextStep"))
        assert before <= set(rows.values_list("pk", flat=True)), "a hidden field was emptied"
        CHECKED["I6 a hidden field is not emptied"] += 1

    @rule(number=numbers)
    def a_value_is_refused(self, number: int) -> None:
        """What the service refuses is not sent again until somebody changes something."""
        rules = self.world.crm.rules
        if refuse in rules:
            return
        FIRED["value refused"] += 1
        rules.append(refuse)
        self.somebody_here_edits(number)
        self.quiet = True
        try:
            for _ in range(2):
                self.world.pass_time(1900)
                self.world.round()
            before = self.refused_tries()
            self.world.pass_time(1900)
            self.world.round()
            for pk, tries in self.refused_tries().items():
                assert tries <= before.get(pk, 1), "a refused write was sent again"
            CHECKED["I10 a refused write is not sent again"] += bool(before)
        except CrmError:
            pass
        finally:
            self.quiet = False
            rules.remove(refuse)
            SyncIntent.objects.filter(state="refused").update(state="waiting")

    def refused_tries(self) -> dict[int, int]:
        """How often each refused write was sent."""
        refused = SyncIntent.objects.filter(code="FIELD_CUSTOM_VALIDATION_EXCEPTION")
        return dict(refused.values_list("pk", "tries"))

    @rule(number=numbers, column=st.sampled_from(["stage", "owner"]))
    def somebody_here_picks(self, number: int, column: str) -> None:
        """A stage or an owner, chosen from what there is."""
        rows = list(Opportunity.objects.filter(removed_at=None).order_by("pk"))
        owner = CrmUser.objects.filter(outside_id=self.owner).first()
        if not rows or (column == "owner" and owner is None):
            return
        row = rows[number % len(rows)]
        if column == "stage":
            row.stage, _ = Stage.objects.get_or_create(name=OPTION)
        else:
            row.owner = owner
        row.version += 1
        row.save(update_fields=[column, "version"])

    @rule()
    def an_option_is_removed_or_put_back(self) -> None:
        """An administrator takes a value out of a restricted list."""
        FIRED["picklist value removed"] += 1
        shape = self.world.crm.shapes["Opportunity"]
        known = shape.fields["StageName"]
        options = tuple(one for one in STAGES if one != OPTION or OPTION not in known.options)
        shape.fields["StageName"] = replace(known, options=options)

    @rule()
    def the_owner_leaves_or_comes_back(self) -> None:
        """An inactive user owns nothing new."""
        FIRED["owner inactive"] += 1
        active = not self.world.crm.value("User", self.owner, "IsActive")
        self.world.crm.edit("User", self.owner, {"IsActive": active})
        if active:
            self.world.crm.rules.remove(self.refuse_owner)
        else:
            self.world.crm.rules.append(self.refuse_owner)

    def refuse_owner(self, name: str, values: Any) -> None:
        """What the service says of a write that names an inactive owner."""
        if name == "Opportunity" and values.get("OwnerId") == self.owner:
            raise Refusal("INACTIVE_OWNER_OR_USER", "owner is inactive", ["OwnerId"])

    @rule()
    def a_trigger_is_turned_on_or_off(self) -> None:
        """Automation there rewrites what is written."""
        FIRED["trigger rewrites"] += 1
        if self.world.crm.automation:
            self.world.crm.automation.clear()
        else:
            self.shouts = True
            self.world.crm.automation.append(shout)

    @rule(minutes=st.sampled_from([-7, 0, 7]))
    def our_clock_is_wrong(self, minutes: int) -> None:
        """Nothing is decided by clocks, so ours may be wrong."""
        FIRED["clock skew"] += bool(minutes)
        self.world.skew = dt.timedelta(minutes=minutes)

    @rule(left=st.sampled_from([1, 5, 20, None]))
    def the_day_is_nearly_spent(self, left: int | None) -> None:
        """Other programs used most of the day's calls; at night all are there again."""
        crm = self.world.crm
        crm.limit = None if left is None else int((crm.used + left) / SHARES[Purpose.BACKGROUND])
        FIRED["budget nearly spent"] += left is not None

    @rule(crash=st.booleans())
    def the_token_expires_for_two_workers(self, crash: bool) -> None:
        """I11: two workers saw the same grant, and one token is sent once."""
        FIRED["token refreshed by two"] += 1
        FIRED["rotated token lost"] += crash
        self.tokens.refresh_by_two(crash=crash)
        CHECKED["I11 a refresh token is sent once"] += 1

    @precondition(lambda self: len(self.world.crm.live("Account")) == 2)
    @rule()
    def somebody_there_merges_the_accounts(self) -> None:
        """The second account becomes part of the first."""
        FIRED["merge"] += 1
        loser = Account.objects.filter(outside_id=self.accounts[1], removed_at=None).first()
        if loser is not None:
            self.hanging = Action.objects.create(account=loser, subject="Only here").pk
        self.world.crm.merge("Account", self.accounts[1], self.accounts[0])

    @rule()
    def a_field_is_hidden_or_shown(self) -> None:
        """Field-level security changes between two reads."""
        FIRED["field hidden or shown"] += 1
        self.world.crm.hidden ^= {("Opportunity", "NextStep")}

    @rule()
    def a_rule_is_turned_on_or_off(self) -> None:
        """A validation rule refuses every row."""
        FIRED["validation rule"] += 1
        if refuse in self.world.crm.rules:
            self.world.crm.rules.remove(refuse)
        else:
            self.world.crm.rules.append(refuse)

    @rule(number=numbers, ours=st.booleans())
    def somebody_decides(self, number: int, ours: bool) -> None:
        """A conflict is settled for one side."""
        open_ = list(SyncConflict.objects.filter(decision="").order_by("pk"))
        if open_:
            conflict = open_[number % len(open_)]
            if conflict.kind == "deleted" and ours:
                self.made_here += 1  # a person asks for the row to be made anew
            choice = "ours" if ours else "theirs"
            deciding.decide_conflict(conflict.pk, choice=choice, actor_id=None, now=self.world.now)
            CHECKED["I13 a decision is carried out"] += 1

    @rule(order=st.sampled_from([*ORDERS, None]))
    def rows_come_in_another_order(self, order: str | None) -> None:
        """Pages are delivered reversed, or every row twice."""
        self.order = order

    @rule(seconds=st.sampled_from([0, 1, 61, 700]))
    def time_passes(self, seconds: int) -> None:
        """The same second, a minute, or longer than the overlap."""
        self.world.pass_time(seconds)

    @rule(
        kind=st.sampled_from([*FAULTS, None]),
        place=st.sampled_from(PLACES),
        death=st.integers(0, 30),
    )
    def a_round(self, kind: str | None, place: str, death: int) -> None:
        """Describe, read, send; whatever breaks it, the next round goes on."""
        if kind is not None:
            self.armed.append(("item" if kind in ITEMS else place, kind))
        self.death = death if death < 25 else 0
        try:
            mirror.refresh_shapes(self.world.session)
            mirror.pull(self.world.session)
            push.push(self.world.session)
        except (CrmError, Killed):
            pass
        self.death = 0

    @rule(death=st.integers(1, 24))
    def a_worker_dies(self, death: int) -> None:
        """At the n-th step between two commits, wherever that is."""
        self.a_round(None, "page", death)

    @rule(kind=st.sampled_from(("locator", "error", "unauthorized", "kill")), late=st.booleans())
    def a_read_breaks(self, kind: str, late: bool) -> None:
        """While pages are read."""
        self.world.pass_time(120 if late else 1)
        self.a_round(kind, "page", 0)

    @rule(
        number=numbers,
        kind=st.sampled_from(FAULTS),
        place=st.sampled_from(["rows", "write", "item"]),
    )
    def an_edit_here_meets_a_fault(self, number: int, kind: str, place: str) -> None:
        """An edit that goes out while something breaks."""
        self.somebody_here_edits(number)
        self.world.pass_time(120)
        self.a_round(kind, place, 0)

    @rule(kind=st.sampled_from(ITEMS))
    def a_deal_made_here_meets_a_fault(self, kind: str) -> None:
        """A creation that goes out while something breaks."""
        self.somebody_here_makes_a_deal()
        self.a_round(kind, "item", 0)
        self.world.pass_time(120)

    # --- what must hold ---------------------------------------------------------------------

    def teardown(self) -> None:
        """Let everything become quiet, then ask."""
        try:
            self.settle_down()
            self.ask()
        finally:
            for (module, name), room in self.rooms.items():
                setattr(module, name, room)
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def settle_down(self) -> None:
        """No faults, every commit seen, every field shown, and time for waiting writes."""
        self.quiet, self.armed, self.death = True, [], 0
        self.world.crm.hidden.clear()
        self.world.crm.rules.clear()
        self.world.crm.automation.clear()
        self.world.crm.limit, self.world.skew = None, dt.timedelta()
        shape = self.world.crm.shapes["Opportunity"]
        shape.fields["StageName"] = replace(shape.fields["StageName"], options=STAGES)
        self.world.pass_time(2400)
        mirror.refresh_shapes(self.world.session)
        SyncIntent.objects.filter(state="refused").update(state="waiting")
        self.world.settle(3)
        if self.very_late or Job.objects.filter(name="sync.compare", state="waiting").exists():
            compare.compare(self.world.session, repair=True)
            self.world.settle(2)
            CHECKED["I8 the comparison finds what came too late"] += self.very_late

    def ask(self) -> None:
        """Every invariant."""
        self.both_sides_agree()
        self.what_hung_on_a_loser_follows()
        self.nothing_moves_any_more()
        self.no_edit_is_lost()
        self.nothing_is_doubled()
        self.only_mapped_fields_were_sent()
        self.nothing_deleted_came_back()
        self.a_change_on_one_side_crosses()

    def a_change_on_one_side_crosses(self) -> None:
        """I1: one side alone changed, so nobody is asked; here first, then there."""
        self.world.pass_time(25 * 3600)
        for link in SyncLink.objects.filter(target="Opportunity", state="linked", frozen=[]):
            row = Opportunity.objects.filter(pk=link.local_id, removed_at=None).first()
            if row is None or SyncConflict.objects.filter(link=link, decision="").exists():
                continue
            value = self.word("next_step")
            row.next_step, row.version = value, row.version + 1
            row.save(update_fields=["next_step", "version"])
            self.world.settle(1)
            assert self.world.crm.value("Opportunity", link.remote_id, "NextStep") == value
            value = self.word("next_step")
            self.world.crm.edit("Opportunity", link.remote_id, {"NextStep": value})
            self.world.settle(1)
            row.refresh_from_db()
            assert row.next_step == value
            assert not SyncConflict.objects.filter(link=link, decision="").exists()
            CHECKED["I1 a change on one side crosses"] += 1
            return

    def both_sides_agree(self) -> None:
        """I1, I5, I8, I14."""
        typed = {value for edits in self.typed.values() for _, value in edits}
        if self.shouts:
            typed |= {value.upper() for value in typed}
            typed |= {value[:LENGTH].upper() for value in typed}
        for link in SyncLink.objects.filter(target="Opportunity", state="linked"):
            row = Opportunity.objects.get(pk=link.local_id)
            there = self.world.crm.rows_of["Opportunity"][link.remote_id].values
            contested = set(
                SyncConflict.objects.filter(link=link, decision="").values_list("field", flat=True)
            )
            for ours, theirs in FIELDS.items():
                if not contested & {ours, ""}:
                    here = (getattr(row, ours) or "").strip()
                    fits = here[:LENGTH].strip() if ours == "next_step" else here
                    assert (fits or None) == there[theirs], (ours, link.base)
                    CHECKED["I1 both sides are equal"] += 1
                if ours == "next_step" and row.next_step.lower().startswith("next"):
                    assert row.next_step in typed
                    CHECKED["I5 nothing is invented"] += 1
            if not contested & {"stage", ""}:
                assert (row.stage.name if row.stage else None) == there.get("StageName"), link.base
            if not row.removed_at and "" not in contested:
                assert row.account.outside_id == there["AccountId"]
                CHECKED["I14 children follow the winner"] += 1

    def what_hung_on_a_loser_follows(self) -> None:
        """I14, for rows that are only here."""
        if self.hanging:
            action = Action.objects.get(pk=self.hanging)
            assert action.account is not None
            assert action.account.outside_id == self.accounts[0]
            CHECKED["I14 what hangs on a loser follows too"] += 1

    def nothing_moves_any_more(self) -> None:
        """I2, I9, I12."""
        written = len(self.world.crm.written)
        versions = dict(Opportunity.objects.values_list("pk", "version"))
        self.world.settle(2)
        assert len(self.world.crm.written) == written, self.world.crm.written[written:]
        assert dict(Opportunity.objects.values_list("pk", "version")) == versions
        assert not SyncIntent.objects.exists(), list(SyncIntent.objects.values())
        CHECKED["I2 silence when nothing changes"] += 1

    def no_edit_is_lost(self) -> None:
        """I3: final, or typed over on its own side or by one who had seen it, or on record."""
        on_record = {
            value
            for pair in [
                *SyncCrossing.objects.values_list("before", "after"),
                *SyncConflict.objects.values_list("ours", "theirs"),
            ]
            for value in pair
        }
        for (deal, column), edits in self.typed.items():
            for place, (side, value) in enumerate(edits):
                if any(later == side for later, _ in edits[place + 1 :]):
                    continue  # the same side typed over it
                if (deal, column, value) in self.typed_over:
                    continue  # whoever typed over it had it before their eyes
                rows = Opportunity.objects.filter(outside_id=deal) if isinstance(deal, str) else []
                here = {getattr(row, column) for row in rows}
                held = self.world.crm.rows_of["Opportunity"].get(str(deal))
                there = {held.values[FIELDS[column]]} if held else set()
                deleted = held is None or held.deleted
                found = here | there | on_record
                short = value[:LENGTH].strip()
                rewritten = self.shouts and {value.upper(), short.upper()} & found
                kept = deleted or rewritten or deal in self.gone or {value, short} & found
                assert kept, (deal, column, edits)
                CHECKED["I3 no edit is lost"] += 1

    def nothing_is_doubled(self) -> None:
        """I4."""
        keys = Counter(
            row.values.get("Acctplan_Id__c")
            for row in self.world.crm.live("Opportunity").values()
            if row.values.get("Acctplan_Id__c")
        )
        assert all(count == 1 for count in keys.values())
        made = [row.values["Name"] for row in self.world.crm.live("Opportunity").values()]
        assert all(made.count(name) == 1 for name in made if str(name).startswith("Made")), made
        assert len(keys) <= self.made_here
        if keys:
            CHECKED["I4 nothing is made twice"] += 1
        here = Counter(
            Opportunity.objects.exclude(outside_id="").values_list("outside_id", flat=True)
        )
        assert all(count == 1 for count in here.values())

    def only_mapped_fields_were_sent(self) -> None:
        """I6."""
        for write in self.world.crm.written:
            assert set(write.values) <= WRITABLE
            assert write.values.get("NextStep", "kept") is not None
            CHECKED["I6 only mapped fields are sent"] += 1

    def nothing_deleted_came_back(self) -> None:
        """I7, there and here."""
        for deal in self.gone:
            assert not Opportunity.objects.filter(outside_id=deal).exists()
            CHECKED["I7 what was deleted here stays so"] += 1
        live = self.world.crm.live("Opportunity")
        for deal in self.deleted:
            assert deal not in live
            CHECKED["I7 what was deleted stays so"] += 1


def shout(name: str, values: dict[str, Any]) -> None:
    """The trigger that rewrites next steps."""
    if name == "Opportunity" and values.get("NextStep"):
        values["NextStep"] = values["NextStep"].upper()


class Tokens:
    """A token endpoint that rotates: a refresh token sent twice revokes everything."""

    def __init__(self, connection_id: int) -> None:
        self.connection_id = connection_id
        self.sent: list[str] = []
        self.count = 0
        self.reconnect()

    def reconnect(self) -> None:
        """A person allows the connection once more."""
        self.count += 1
        secrets = {"access_token": f"a{self.count}", "refresh_token": f"r{self.count}"}
        connections.reconnect(self.connection_id, secrets=secrets, actor_id=None)
        self.valid = secrets["refresh_token"]

    def renew(self, held: dict[str, str], *, crash: bool) -> dict[str, str]:
        """The endpoint's answer, or a death before it is stored."""
        token = held["refresh_token"]
        assert token not in self.sent, f"{token} was sent twice"
        assert token == self.valid
        self.sent.append(token)
        self.count += 1
        self.valid = f"r{self.count}"
        if crash:
            raise Killed
        return {"access_token": f"a{self.count}", "refresh_token": self.valid}

    def refresh_by_two(self, *, crash: bool) -> None:
        """Two workers whose access token died at once; a lost answer asks for a person."""
        _, seen = connections.secrets_of(self.connection_id)
        sent = len(self.sent)
        for number in range(2):
            try:
                connections.refresh_grant(
                    self.connection_id,
                    seen=seen,
                    renew=lambda held, n=number: self.renew(held, crash=crash and n == 0),
                )
            except Killed:
                self.reconnect()
        assert len(self.sent) == sent + 1, "one lost grant was refreshed twice"


def refuse(name: str, values: Any) -> None:
    """The validation rule that is turned on and off."""
    if name == "Opportunity":
        raise Refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", "not now")


def kinds() -> Counter[str]:
    """How often each kind of fault fired, wherever it did."""
    found: Counter[str] = Counter()
    for name, count in FIRED.items():
        found["killed at a step" if name.startswith("killed") else name.split(" at ")[0]] += count
    return found


def report() -> str:
    """How often each fault fired and each invariant was asked of something."""
    lines = [f"{count:>8,}  {name}" for name, count in sorted(kinds().items())]
    lines += [f"{count:>8,}  {name}" for name, count in sorted(CHECKED.items())]
    return "\n".join(lines)


HISTORIES = int(os.environ.get("SYNC_HISTORIES", "50"))
