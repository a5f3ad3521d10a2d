"""Situations that chance reaches too seldom: led to on purpose, with what must come of them.

Each begins on an opportunity in which both sides agree, in the middle of whatever history led there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import rule

from sightline.actions.sync import deciding
from sightline.crm import mirror, push
from sightline.crm.errors import CrmError
from sightline.records.models import Opportunity, SyncConflict, SyncCrossing, SyncIntent, SyncLink
from tests.crm.histories.breaks import Breaks
from tests.crm.histories.ground import CHECKED, FIRED, fitting, numbers, refuse
from tests.crm.histories.tokens import Killed


class Directed(Breaks):
    """Two edits at once, an edit of what is deleted, late commits, old pages, fields to and fro."""

    @rule(number=numbers, decided=st.sampled_from((None, "ours", "theirs")))
    def both_edit_one_field(self, number: int, decided: str | None) -> None:
        """I3: a person decides; meanwhile both sides stay as they are. I13: then both are as decided,
        and nobody is asked again."""
        found = self.calm_deal(number)
        if found is None:
            return
        row, link = found
        ours, theirs = self.type_here(row), self.type_there(link.remote_id, "next_step")
        FIRED["both edit one field"] += 1
        self.quiet_round()
        row.refresh_from_db()
        conflict = SyncConflict.objects.filter(link=link, field="next_step", decision="").first()
        assert conflict is not None, "nobody was asked"
        assert (row.next_step, self.held(link.remote_id).values.get("NextStep")) == (ours, theirs)
        assert (conflict.ours, conflict.theirs) == (ours, theirs)
        CHECKED["I3 two edits of one field wait for a person"] += 1
        if decided is not None:
            now = self.world.now
            deciding.decide_conflict(conflict.pk, choice=decided, actor_id=None, now=now)
            self.quiet_round()
            row.refresh_from_db()
            wanted = ours if decided == "ours" else theirs
            there = self.held(link.remote_id).values.get("NextStep")
            assert (row.next_step, there) == (wanted, wanted), "a decision was not carried out"
            assert not SyncConflict.objects.filter(link=link, decision="").exists()
            CHECKED["I13 a decision ends in equality"] += 1

    @rule(number=numbers)
    def what_is_edited_here_is_deleted_there(self, number: int) -> None:
        """I3: a deletion takes no edit along that whoever deleted had not seen."""
        found = self.calm_deal(number)
        if found is None:
            return
        row, link = found
        ours = self.type_here(row)
        self.delete_there(link.remote_id)
        self.quiet_round()
        row.refresh_from_db()
        asked = SyncConflict.objects.filter(link=link, kind="deleted", decision="")
        assert row.removed_at is None, "a deletion took an edit along"
        assert asked.exists(), "nobody was asked"
        assert row.next_step == ours
        CHECKED["I3 a deletion takes no edit along"] += 1

    @rule(number=numbers)
    def what_was_edited_there_is_deleted_here(self, number: int) -> None:
        """I7: the row comes once more before anybody knows that it is not wanted."""
        found = self.calm_deal(number)
        if found is None or Opportunity.objects.filter(removed_at=None).count() < 3:
            return
        row, link = found
        FIRED["deleted here"] += 1
        self.type_there(link.remote_id, "name")
        self.gone.add(link.remote_id)
        row.delete()
        self.quiet_pull()
        here = Opportunity.objects.filter(outside_id=link.remote_id)
        assert not here.exists(), "what was deleted here came back"
        CHECKED["I7 what was deleted here is not brought back"] += 1

    @rule(number=numbers)
    def a_late_commit_is_not_told_of(self, number: int) -> None:
        """I8: within the overlap, and no safe mark tells: the overlap alone finds it."""
        found = self.calm_deal(number)
        if found is None:
            return
        row, link = found
        FIRED["late commit not told of"] += 1
        told, self.world.crm.reports_open = self.world.crm.reports_open, False
        late = dt.timedelta(minutes=5)
        value = self.type_there(link.remote_id, "name", late=late)
        self.world.pass_time(61)
        self.quiet_pull()
        self.world.pass_time(300)
        self.quiet_pull()
        self.world.crm.reports_open = told
        row.refresh_from_db()
        assert row.name == value, "a late commit was not seen"
        CHECKED["I8 the overlap finds a late commit"] += 1

    @rule(number=numbers)
    def an_old_page_is_merged_late(self, number: int) -> None:
        """I12: a worker dies between keeping a page and merging it; the row is edited and read
        once more before the page is taken up."""
        found = self.calm_deal(number)
        if found is None:
            return
        row, link = found
        FIRED["old page merged late"] += 1
        old = self.type_there(link.remote_id, "name")
        self.death_at = "before merge_waiting Opportunity"
        with contextlib.suppress(CrmError, Killed):
            mirror.pull(self.world.session)
        self.death_at = ""
        self.world.pass_time(2)
        other = next((one for one in self.deals() if one != link.remote_id), None)
        if other is not None and not self.held(other).deleted:
            self.type_there(other, "name")
        self.world.pass_time(2)
        new = self.type_there(link.remote_id, "name")
        with self.in_quiet():
            session = self.world.session
            mirror.reread(session, session.context(), "Opportunity", [link.remote_id])
            page, self.world.crm.page = self.world.crm.page, 1
            mirror.pull(self.world.session)
            self.world.crm.page = page
        row.refresh_from_db()
        assert row.name == new
        in_ = SyncCrossing.objects.filter(link=link, field="name", way="in").order_by("pk")
        said = [one for one in in_.values_list("after", flat=True) if one in (old, new)]
        assert said in ([new], [old, new]), "an older delivery was taken for a newer one"
        CHECKED["I12 an older delivery changes nothing"] += 1

    @rule(number=numbers)
    def a_field_goes_to_and_fro(self, number: int) -> None:
        """I1: two who write over each other are stopped, and a person is asked."""
        found = self.calm_deal(number)
        if found is None:
            return
        row, link = found
        FIRED["field to and fro"] += 1
        for _ in range(4):
            self.type_here(row)
            self.quiet_push()
            self.world.pass_time(2)
            self.type_there(link.remote_id, "next_step")
            self.quiet_pull()
            row.refresh_from_db()
            if SyncLink.objects.filter(pk=link.pk).exclude(frozen=[]).exists():
                break
        link.refresh_from_db()
        assert "next_step" in link.frozen, "a field went to and fro without end"
        CHECKED["I1 a field to and fro is stopped"] += 1

    @rule(number=numbers)
    def a_field_is_hidden_while_it_is_read(self, number: int) -> None:
        """I6: after describe and before the rows come. A value that is not told is no empty value,
        and an edit here of what was hidden meanwhile contests nothing."""
        found = self.calm_deal(number)
        if found is None:
            return
        row, link = found
        FIRED["field hidden between describe and read"] += 1
        self.world.crm.hidden.add(("Opportunity", "NextStep"))
        self.type_there(link.remote_id, "name")
        self.quiet_pull()
        self.world.crm.hidden.discard(("Opportunity", "NextStep"))
        before = row.next_step
        row.refresh_from_db()
        assert row.next_step == before, "a hidden field was emptied"
        self.type_here(row)
        self.quiet_round()
        asked = SyncConflict.objects.filter(link=link, field="next_step", decision="")
        assert not asked.exists(), "a hidden field was taken for an empty one"
        CHECKED["I6 a hidden field is not emptied"] += 1

    @rule(number=numbers)
    def a_long_text_is_written(self, number: int) -> None:
        """I3: what does not fit there stays whole here, however often their part is read."""
        found = self.calm_deal(number)
        if found is None:
            return
        row, link = found
        FIRED["text cut to length"] += 1
        value = self.type_here(row, more=" and much more than fits there")
        self.quiet_round()
        self.type_there(link.remote_id, "name")
        self.quiet_round()
        row.refresh_from_db()
        there = self.held(link.remote_id).values.get("NextStep")
        assert (row.next_step, there) == (value, fitting("next_step", value))
        CHECKED["I3 a text that was cut there is whole here"] += 1

    @rule(number=numbers)
    def a_value_is_refused(self, number: int) -> None:
        """I10: what the service refuses is not sent again until somebody changes something."""
        found = self.calm_deal(number)
        if found is None:
            return
        row, link = found
        FIRED["value refused"] += 1
        self.world.crm.rules.append(refuse)
        self.type_here(row)
        for _ in range(2):
            self.quiet_push()
            self.world.pass_time(1900)
        tried = self.written_to(link.remote_id)
        self.quiet_push()
        self.world.crm.rules.remove(refuse)
        assert SyncIntent.objects.filter(link=link, state="refused").exists()
        assert self.written_to(link.remote_id) == tried, "a refused write was sent again"
        CHECKED["I10 a refused write is not sent again"] += 1

    @rule(number=numbers, same=st.booleans())
    def what_was_sent_comes_back(self, number: int, same: bool) -> None:
        """I2: our own write, read again, is no change; nor is one typed there in that second."""
        found = self.calm_deal(number)
        if found is None:
            return
        row, link = found
        ours = self.type_here(row)
        self.quiet_push()
        if same:
            ours = self.type_there(link.remote_id, "next_step")
        writes = self.written_to(link.remote_id)
        self.quiet_round()
        row.refresh_from_db()
        link.refresh_from_db()
        if link.frozen:  # it went to and fro too often by now, and a person is asked
            return
        assert row.next_step == self.held(link.remote_id).values.get("NextStep") == ours
        # of this row: another that came out of the recycle bin may have an edit of its own to send
        assert self.written_to(link.remote_id) == writes, "an echo was written"
        CHECKED["I2 an echo is not written"] += 1

    @rule(crash=st.booleans())
    def a_creation_loses_its_answer(self, crash: bool) -> None:
        """I4: made there, and nobody here knows; it is found by its key and not made again."""
        self.stop_the_noise()
        self.somebody_here_makes_a_deal()
        with self.in_quiet():
            mirror.refresh_shapes(self.world.session)
        if crash:
            self.death_at = "before settle_outcome"
        else:
            self.armed.append(("item", "lost"))
        FIRED["creation without an answer"] += 1
        with contextlib.suppress(CrmError, Killed):
            push.push(self.world.session)
        self.armed, self.death_at = [], ""
        self.world.pass_time(1900)
        self.quiet_push()
        self.nothing_is_doubled()

    def nothing_is_doubled(self) -> None:
        """I4, there and here."""
        live = self.world.crm.live("Opportunity").values()
        keys = Counter(row.values.get("Acctplan_Id__c") for row in live)
        keys.pop(None, None)
        assert all(count == 1 for count in keys.values()), "one key stands there twice"
        made = [row.values["Name"] for row in live]
        twice = [name for name in made if str(name).startswith("Made") and made.count(name) > 1]
        assert not twice, f"made twice: {twice}"
        assert len(keys) <= self.made_here
        CHECKED["I4 nothing is made twice"] += bool(keys)
        here = Counter(
            Opportunity.objects.exclude(outside_id="").values_list("outside_id", flat=True)
        )
        assert all(count == 1 for count in here.values())
