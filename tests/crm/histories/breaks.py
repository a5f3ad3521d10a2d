"""Rounds, looks and crashes: what the worker does, and what breaks it."""

from __future__ import annotations

import contextlib
import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import rule

from sightline.crm import compare, live, push
from sightline.crm.errors import CrmError
from tests.crm.histories.ground import (
    CHECKED,
    FAULTS,
    FIELDS,
    FIRED,
    ITEMS,
    PLACES,
    numbers,
)
from tests.crm.histories.happenings import Happenings
from tests.crm.histories.steps import AFTER_HIDING, AFTER_LOSS, ANEW, COMPARING, READING, SENDING
from tests.crm.histories.tokens import Killed

ORDERS = ("reverse", "twice")
READS = ("locator", "error", "unauthorized", "kill", "limit", "token", "other_worker")
READ_PLACES = ("page", "org", "shape")
SEARCHES = ("kill", "kill", "error", "limit", "unauthorized", "other_worker")


class Breaks(Happenings):
    """The worker's rounds, with faults."""

    @rule(order=st.sampled_from([*ORDERS, None]))
    def rows_come_in_another_order(self, order: str | None) -> None:
        """Pages are delivered reversed, or every row twice, until somebody looks to it."""
        self.order = order
        if order is not None:
            self.a_broken_round(None, "page", 0)

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
        """A whole round, broken somewhere or not."""
        self.a_broken_round(kind, place, death)

    @rule(death=st.integers(1, 24))
    def a_worker_dies(self, death: int) -> None:
        """At the n-th step between two commits, wherever that is."""
        self.a_broken_round(None, "page", death)

    @rule(number=numbers, point=st.sampled_from(READING), second=st.sampled_from(READING))
    def two_workers_die(self, number: int, point: str, second: str) -> None:
        """One after the other, at steps that are named."""
        self.a_worker_dies_at(number, point)
        self.a_worker_dies_at(number + 1, second)

    @rule(number=numbers, point=st.sampled_from(SENDING), second=st.sampled_from(SENDING))
    def two_workers_die_sending(self, number: int, point: str, second: str) -> None:
        """While they send."""
        self.two_workers_die(number, point, second)

    @rule(number=numbers, point=st.sampled_from(ANEW), second=st.sampled_from(ANEW))
    def two_workers_die_reading_anew(self, number: int, point: str, second: str) -> None:
        """While they read what was lost or hidden."""
        self.two_workers_die(number, point, second)

    @rule(number=numbers, point=st.sampled_from(("", *COMPARING)))
    def somebody_compares(self, number: int, point: str) -> None:
        """Everything with everything, and what differs is mended, whatever else is under way; a
        worker may die of it."""
        FIRED["comparison that mends"] += 1
        self.somebody_here_edits(number)
        self.death_at = point
        with contextlib.suppress(CrmError, Killed):
            compare.compare(self.world.session, repair=True)
        self.death_at = ""

    @rule(number=numbers, place=st.sampled_from(("write", "item", "rows", *READ_PLACES)))
    def a_worker_dies_in_a_call(self, number: int, place: str) -> None:
        """Whatever it asked, no answer reaches anybody."""
        self.an_edit_here_meets_a_fault(number, "kill", place)

    def a_worker_dies_at(self, number: int, point: str) -> None:
        """At a step that is named, with something to send."""
        self.somebody_here_edits(number)
        self.world.pass_time(120)
        verb = point.split()[1]
        if verb in AFTER_LOSS:
            self.arm("locator", "page")
        if verb in AFTER_HIDING:
            self.rows_are_read_without_a_field(number)
        self.death_at = point
        self.a_broken_round(None, "page", 0)
        self.death_at = ""

    def rows_are_read_without_a_field(self, number: int) -> None:
        """Hidden while a row is read, and shown again."""
        hidden = self.world.crm.hidden
        hidden.add(("Opportunity", "NextStep"))
        live = sorted(self.world.crm.live("Opportunity"))
        if live:
            self.type_there(live[number % len(live)], "name")
        self.quiet_pull()
        hidden.discard(("Opportunity", "NextStep"))

    @rule(kind=st.sampled_from(READS), late=st.booleans(), place=st.sampled_from(READ_PLACES))
    def a_read_breaks(self, kind: str, late: bool, place: str = "page") -> None:
        """While describes or pages are read."""
        self.world.pass_time(120 if late else 1)
        self.a_broken_round(kind, place, 0)

    @rule(kind=st.sampled_from(("before", "lost")), then=st.sampled_from(SEARCHES))
    def a_search_breaks(self, kind: str, then: str) -> None:
        """A creation without an answer, and the search for what became of it breaks too."""
        self.somebody_here_makes_a_deal()
        self.a_broken_round(kind, "item", 0)
        self.world.pass_time(1900)
        self.a_broken_round(then, "find", 0)
        self.world.pass_time(1900)

    @rule(kind=st.sampled_from(["limit", "error", "unauthorized", "kill", None]))
    def somebody_looks(self, kind: str | None) -> None:
        """What is on a screen is read at once, beside the rounds."""
        FIRED["live read"] += 1
        if kind is not None:
            self.armed.append(("touched", kind))
        try:
            live.read_watched(self.world.session, self.accounts)
            push.push(self.world.session, only=live.PROMPT)
        except (CrmError, Killed):
            pass

    @rule(
        number=numbers,
        kind=st.sampled_from(FAULTS),
        place=st.sampled_from(["rows", "write", "item"]),
    )
    def an_edit_here_meets_a_fault(self, number: int, kind: str, place: str) -> None:
        """An edit that goes out while something breaks."""
        self.somebody_here_edits(number)
        self.world.pass_time(120)
        self.a_broken_round(kind, place, 0)

    @rule(kind=st.sampled_from(ITEMS))
    def a_deal_made_here_meets_a_fault(self, kind: str) -> None:
        """A creation that goes out while something breaks."""
        self.somebody_here_makes_a_deal()
        self.a_broken_round(kind, "item", 0)
        self.world.pass_time(120)

    @rule(crash=st.booleans())
    def the_token_expires_for_two_workers(self, crash: bool) -> None:
        """I11: two workers saw the same grant, and one token is sent once."""
        FIRED["token refreshed by two"] += 1
        FIRED["rotated token lost"] += crash
        self.tokens.refresh_by_two(crash=crash)
        CHECKED["I11 a refresh token is sent once"] += 1

    @rule(number=numbers, column=st.sampled_from(sorted(FIELDS)))
    def a_commit_comes_very_late(self, number: int, column: str) -> None:
        """Later than the overlap, and no safe mark tells: only the comparison can find it."""
        deal = self.deals()[number % len(self.deals())]
        if self.held(deal).deleted:
            return
        FIRED["very late commit"] += 1
        self.very_late, self.world.crm.reports_open = True, False
        self.type_there(deal, column, late=dt.timedelta(minutes=40))
