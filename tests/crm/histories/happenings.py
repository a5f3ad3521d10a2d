"""What people, administrators and automation do on both sides, at any time and in any order."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from sightline.actions.sync import deciding
from sightline.crm.adapters.memory import Refusal
from sightline.crm.budget import SHARES, Purpose
from sightline.records.models import (
    Account,
    Action,
    CrmUser,
    Opportunity,
    Stage,
    SyncConflict,
    SyncLink,
)
from tests import makers
from tests.crm.histories.ground import (
    CHECKED,
    FIELDS,
    FIRED,
    Ground,
    numbers,
    refuse,
    shout,
)
from tests.crm.world import STAGES

OPTION = "Negotiation/Review"


class Happenings(Ground):
    """Edits, deletions, merges, decisions, and what administrators change."""

    @rule(number=numbers, column=st.sampled_from(sorted(FIELDS)), late=st.booleans())
    def somebody_there_edits(self, number: int, column: str, late: bool) -> None:
        """An edit there, now and then seen only later under its early stamp."""
        deal = self.deals()[number % len(self.deals())]
        if not self.held(deal).deleted:
            FIRED["late commit"] += late
            self.type_there(deal, column, late=dt.timedelta(minutes=5 if late else 0))

    @rule(number=numbers)
    def somebody_here_edits(self, number: int, more: str = "") -> None:
        """An edit here; what is deleted is not edited."""
        rows = list(Opportunity.objects.filter(removed_at=None).order_by("pk"))
        if rows:
            self.type_here(rows[number % len(rows)], more=more)

    @rule(number=numbers)
    def somebody_here_writes_much(self, number: int) -> None:
        """More than their field holds: cut there, whole here."""
        FIRED["text cut to length"] += 1
        self.somebody_here_edits(number, more=" and much more than fits there")

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
        if account is None or self.made_here > 3:
            return
        self.made_here += 1
        makers.opportunity(account, name=f"Made {self.made_here}", next_step=self.word("made"))

    @rule(number=numbers)
    def somebody_there_deletes(self, number: int) -> None:
        """Into the recycle bin, or out of it again."""
        deal = self.deals()[number % len(self.deals())]
        if self.held(deal).purged:
            return
        if self.held(deal).deleted:
            self.bring_back(deal)
        else:
            self.delete_there(deal)

    def bring_back(self, deal: str) -> None:
        """Out of the recycle bin again."""
        FIRED["undelete"] += 1
        self.deleted.discard(deal)
        self.came_back.add(deal)
        self.world.crm.undelete("Opportunity", deal)

    def delete_there(self, deal: str) -> None:
        """Whoever deletes has before their eyes what is there."""
        FIRED["delete"] += 1
        self.deleted.add(deal)
        for column, theirs in FIELDS.items():
            self.typed_over.add((deal, column, self.held(deal).values.get(theirs)))
        self.world.crm.delete("Opportunity", deal)

    @rule(number=numbers)
    def somebody_there_purges(self, number: int) -> None:
        """Out of the recycle bin for good."""
        rows = self.world.crm.rows_of["Opportunity"].items()
        bin_ = [key for key, row in sorted(rows) if row.deleted and not row.purged]
        if bin_:
            self.purge_there(bin_[number % len(bin_)])

    def purge_there(self, deal: str) -> None:
        """No read by id tells of it any more."""
        FIRED["purge"] += 1
        self.world.crm.purge("Opportunity", deal)

    @rule(number=numbers, seen=st.booleans(), purged=st.booleans())
    def a_row_goes_through_the_bin(self, number: int, seen: bool, purged: bool) -> None:
        """Into the recycle bin and out of it by either door, before or after a read saw it there."""
        live = sorted(self.world.crm.live("Opportunity"))
        if len(live) < 2:
            return
        deal = live[number % len(live)]
        self.delete_there(deal)
        self.world.pass_time(2)
        if seen:
            self.quiet_pull()
            self.world.pass_time(61)
        if purged:
            self.purge_there(deal)
        else:
            self.bring_back(deal)

    @precondition(lambda self: len(self.world.crm.live("Account")) == 2)
    @rule()
    def somebody_there_merges_the_accounts(self) -> None:
        """The second account becomes part of the first."""
        FIRED["merge"] += 1
        loser = Account.objects.filter(outside_id=self.accounts[1], removed_at=None).first()
        if loser is not None:
            self.hanging = Action.objects.create(account=loser, subject="Only here").pk
        self.world.crm.merge("Account", self.accounts[1], self.accounts[0])

    @rule(number=numbers, ours=st.booleans())
    def somebody_decides(self, number: int, ours: bool) -> None:
        """A conflict is settled for one side."""
        open_ = list(SyncConflict.objects.filter(decision="").order_by("pk"))
        if open_:
            conflict = open_[number % len(open_)]
            if conflict.kind == "deleted" and ours:
                self.made_here += 1  # a person asks for the row to be made anew
                self.known_anew(conflict.link)
            if conflict.kind == "deleted" and not ours:
                self.see_here(conflict.link)
            choice = "ours" if ours else "theirs"
            deciding.decide_conflict(conflict.pk, choice=choice, actor_id=None, now=self.world.now)
            CHECKED["I13 a decision is carried out"] += 1

    def known_anew(self, link: SyncLink) -> None:
        """A row that is made anew has another id there: what was typed in it stays with our row."""
        self.once.setdefault(link.local_id, set()).add(link.remote_id)
        for column in FIELDS:
            edits = self.typed.pop((link.remote_id, column), None)
            if edits is not None and link.local_id is not None:
                self.typed.setdefault((link.local_id, column), []).extend(edits)

    def see_here(self, link: SyncLink) -> None:
        """Whoever lets a row go has before their eyes what it says here."""
        for row in Opportunity.objects.filter(pk=link.local_id):
            for column in FIELDS:
                self.typed_over.add((link.remote_id, column, getattr(row, column)))

    # --- what administrators and other programs change ----------------------------------------

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
        if not active:
            self.world.crm.rules.append(self.refuse_owner)
        elif self.refuse_owner in self.world.crm.rules:
            self.world.crm.rules.remove(self.refuse_owner)

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
