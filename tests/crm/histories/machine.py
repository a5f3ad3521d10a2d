"""The machine itself: every rule, and at the end what must hold of any history."""

from __future__ import annotations

import os
from typing import Any

from django.db import transaction

from sightline.crm import compare
from sightline.records.models import (
    Account,
    Action,
    Job,
    Opportunity,
    SyncConflict,
    SyncCrossing,
    SyncInboxRow,
    SyncIntent,
    SyncLink,
)
from tests.crm.histories.directed import Directed
from tests.crm.histories.ground import CHECKED, FIELDS, LENGTH, fitting

HISTORIES = int(os.environ.get("SYNC_HISTORIES", "200"))
WRITABLE = {
    *("StageName", "Amount", "CloseDate", "NextStep", "OwnerId", "Name", "AccountId"),
    *("Acctplan_Id__c", "Subject", "ActivityDate", "Status", "WhatId", "ReportsToId"),
}


class Histories(Directed):
    """One history. Every rule is one thing that happens; `teardown` asks what must hold."""

    def teardown(self) -> None:
        """Let everything become quiet, then ask."""
        try:
            self.settle_down()
            self.ask()
        finally:
            self.leave()

    def leave(self) -> None:
        """Put the rooms back, and take the history out of the database."""
        for (module, name), room in self.rooms.items():
            setattr(module, name, room)
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def settle_down(self) -> None:
        """No faults, every commit seen, every field shown, and time for waiting writes."""
        self.quiet = True
        self.death, self.death_at = 0, ""  # a rule that failed left its death behind
        self.stop_the_noise()
        self.world.pass_time(2400)
        self.describe_what_changed()
        SyncIntent.objects.filter(state="refused").update(state="waiting")
        self.until_still()
        if self.very_late or Job.objects.filter(name="sync.compare", state="waiting").exists():
            compare.compare(self.world.session, repair=True)
            self.until_still()
            CHECKED["I8 the comparison finds what came too late"] += self.very_late

    def until_still(self) -> None:
        """Rounds until nothing waits, six at most; I1 wants no more than that."""
        for _ in range(6):
            self.world.round()
            self.world.pass_time(1800)
            waits = (
                SyncIntent.objects.exists()
                or SyncInboxRow.objects.filter(held=False).exists()
                or SyncLink.objects.filter(dirty=True).exists()
            )
            if not waits:
                return

    def ask(self) -> None:
        """Every invariant."""
        self.both_sides_agree()
        self.what_hung_on_a_loser_follows()
        self.nothing_moves_any_more()
        self.no_edit_is_lost()
        self.nobody_decided_a_deletion()
        self.nothing_was_emptied_or_taken_back()
        self.nothing_is_doubled()
        self.only_mapped_fields_were_sent()
        self.nothing_deleted_came_back()
        if self.count % 3 == 0:  # a round and a half each time, and always the same
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
            self.quiet_push()
            assert self.world.crm.value("Opportunity", link.remote_id, "NextStep") == value
            self.world.pass_time(61)
            value = self.word("next_step")
            self.world.crm.edit("Opportunity", link.remote_id, {"NextStep": value})
            self.quiet_pull()
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
            row = Opportunity.objects.select_related("stage", "account").get(pk=link.local_id)
            there = self.held(link.remote_id).values
            contested = set(
                SyncConflict.objects.filter(link=link, decision="").values_list("field", flat=True)
            )
            for ours, theirs in FIELDS.items():
                if not contested & {ours, ""}:
                    here = fitting(ours, getattr(row, ours))
                    assert (here or None) == there.get(theirs), (ours, link.base)
                    CHECKED["I1 both sides are equal"] += 1
                if ours == "next_step" and row.next_step.lower().startswith("next"):
                    assert row.next_step in typed
                    CHECKED["I5 nothing is invented"] += 1
            if not contested & {"stage", ""}:
                assert (row.stage.name if row.stage else None) == there.get("StageName"), link.base
            if not row.removed_at and "" not in contested:
                assert row.account.outside_id == there.get("AccountId")
                CHECKED["I14 children follow the winner"] += 1

    def what_hung_on_a_loser_follows(self) -> None:
        """I14, for rows that are only here."""
        if self.hanging and Account.objects.filter(outside_id=self.accounts[0]).exists():
            action = Action.objects.get(pk=self.hanging)
            assert action.account is not None
            assert action.account.outside_id == self.accounts[0]
            CHECKED["I14 what hangs on a loser follows too"] += 1

    def nothing_moves_any_more(self) -> None:
        """I2, I9: not even where everything of the last minutes is delivered once more, twice."""
        written = len(self.world.crm.written)
        versions = dict(Opportunity.objects.values_list("pk", "version"))
        self.world.pass_time(-1500)
        self.quiet = False
        self.order = "twice"
        self.world.round()
        self.quiet = True
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
        rows = {row.pk: row for row in Opportunity.objects.all()}
        by_id = {row.outside_id: row for row in rows.values() if row.outside_id}
        for (deal, column), edits in self.typed.items():
            row = rows.get(deal) if isinstance(deal, int) else by_id.get(deal)
            there = row.outside_id if row else str(deal)
            held = self.world.crm.rows_of["Opportunity"].get(there)
            if (held is None and row is None) or {deal, there} & self.gone:
                continue
            found = set(on_record)
            if held is not None and not held.deleted:
                found.add(held.values.get(FIELDS[column]))
            if row is not None and row.removed_at is None:
                found.add(getattr(row, column))
            names = {deal, there, *([row.pk, *self.once.get(row.pk, ())] if row else [])}
            for place, (side, value) in enumerate(edits):
                if any(later == side for later, _ in edits[place + 1 :]):
                    continue  # the same side typed over it
                self._kept(names, column, value, found)

    def _kept(self, names: set[Any], column: str, value: str, found: set[Any]) -> None:
        short = fitting(column, value)
        same = (value, short, value.upper(), short.upper())
        if {(deal, column, one) for deal in names for one in same} & self.typed_over:
            return  # whoever typed over it, or deleted it, had it before their eyes
        rewritten = self.shouts and {value.upper(), short.upper()} & found
        assert rewritten or {value, short} & found, (names, column, value)
        CHECKED["I3 no edit is lost"] += 1

    def nobody_decided_a_deletion(self) -> None:
        """I3: a question about a deletion is settled by a person, or because the row came back."""
        settled = SyncConflict.objects.filter(kind="deleted", decision="settled")
        for conflict in settled.select_related("link"):
            if conflict.link.remote_id in self.came_back:
                continue  # and may have been deleted once more
            row = Opportunity.objects.filter(pk=conflict.link.local_id).first()
            assert row is None or row.removed_at is None, "a question settled itself"
            CHECKED["I3 no question about a deletion settles itself"] += 1

    def nothing_was_emptied_or_taken_back(self) -> None:
        """I5, I12: nobody typed an empty value, and nobody typed an old one once more."""
        links = dict(SyncLink.objects.values_list("pk", "remote_id"))
        last: dict[tuple[int, str], int] = {}
        crossed = SyncCrossing.objects.filter(way="in", field__in=FIELDS).order_by("pk")
        for link, column, after in crossed.values_list("link_id", "field", "after"):
            assert after is not None, f"{column} was emptied and nobody had emptied it"
            CHECKED["I5 nothing is emptied that nobody emptied"] += 1
            there = [
                one for side, one in self.typed.get((links[link], column), ()) if side != "here"
            ]
            if after in there:
                place = there.index(after)
                assert last.get((link, column), -1) <= place, f"{after} came after newer ones"
                last[link, column] = place
                CHECKED["I12 what comes in is never older"] += 1

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
