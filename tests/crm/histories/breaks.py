"""Rounds, looks and crashes: what the worker does, and what breaks it."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import rule

from sightline.crm import live, push
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
from tests.crm.histories.tokens import Killed

ORDERS = ("reverse", "twice")


class Breaks(Happenings):
    """The worker's rounds, with faults."""

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
        """A whole round, broken somewhere or not."""
        self.a_broken_round(kind, place, death)

    @rule(death=st.integers(1, 24))
    def a_worker_dies(self, death: int) -> None:
        """At the n-th step between two commits, wherever that is."""
        self.a_broken_round(None, "page", death)

    @rule(kind=st.sampled_from(("locator", "error", "unauthorized", "kill")), late=st.booleans())
    def a_read_breaks(self, kind: str, late: bool) -> None:
        """While pages are read."""
        self.world.pass_time(120 if late else 1)
        self.a_broken_round(kind, "page", 0)

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
