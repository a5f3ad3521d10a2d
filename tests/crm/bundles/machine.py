"""What happens to what hangs together, and what must hold of it in the end."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from sightline.actions import play_cells, plays
from sightline.actions.plays import InCrm, NewPlay
from sightline.actions.sync import plays as following
from sightline.actions.sync.sides import roles_said
from sightline.agreement.plan_writing import KEY_FIELD, STANDARD, Kind
from sightline.exchange.imports.meanings import buying_role
from sightline.records.models import (
    Objective,
    Opportunity,
    OpportunityContactRole,
    OpportunityLine,
    Plan,
    Play,
    SyncConflict,
    SyncCrossing,
    SyncIntent,
    SyncLink,
)
from sightline.records.queries import sync_plans
from tests.crm.bundles.ground import CALLS, CHECKED, FIRED, ITEMS, WHOLES, Ground
from tests.crm.bundles.org import DEAL, LINE, RELATION, ROLE
from tests.crm.world import START

ROLES = ("economic_buyer", "champion", "user", "technical")
WORDS = ("Evaluator", "Influencer", "Executive Sponsor")
PLANS = (STANDARD.plan.object, STANDARD.objective.object, STANDARD.measure.object)
numbers = st.integers(0, 3)


def meant(word: str | None) -> str:
    """Which role a word of theirs is; a word that means none stands for itself."""
    return buying_role(word or "") or (word or "")


class Bundles(Ground):
    """One history. Every rule is one thing that happens; `teardown` asks what must hold."""

    # --- people here ------------------------------------------------------------------------

    @initialize(number=numbers, cells=st.integers(1, 2), role=st.sampled_from((None, *ROLES)))
    def a_play_is_started(self, number: int, cells: int, role: str | None) -> None:
        """Every history has one."""
        self.somebody_starts_a_play(number=number, cells=cells, role=role)

    @rule(number=numbers, cells=st.integers(1, 2), role=st.sampled_from((None, *ROLES)))
    def somebody_starts_a_play(self, number: int, cells: int, role: str | None) -> None:
        """With a new opportunity, a product for each cell, and perhaps who decides in it."""
        if Play.objects.count() > 3:
            return
        account = self.account(number)
        new = NewPlay(
            name=self.word("Play"),
            cells=tuple((None, line) for line in self.lines[:cells]),
            value=90_000_00,
            currency="GBP",
            target_close=START.date(),
        )
        asked = InCrm(create=True)
        play = plays.start_play(
            self.person, account.pk, new, crm=asked, now=self.world.now, on=START.date()
        )
        deal = following.open_deal(play, asked_by=self.person.id, now=self.world.now)
        if role is not None and deal is not None:
            OpportunityContactRole.objects.create(
                opportunity_id=deal, contact=self.contact(number), buying_role=role
            )

    @rule(number=numbers, thousands=st.integers(1, 9))
    def somebody_changes_a_value(self, number: int, thousands: int) -> None:
        """The opportunity and its products follow the play."""
        self.change_value(number, thousands * 1_000_00 + self.count)

    def change_value(self, number: int, value: int | None) -> None:
        """In minor units."""
        play = self.play(number)
        if play is not None:
            args = {"seen_version": play.version, "now": self.world.now}
            plays.change_play(self.person, play.pk, {"value": value}, **args)
            following.follow_play(play.pk, asked_by=self.person.id, now=self.world.now)

    def value_of(self, number: int) -> int | None:
        """What a play says, in minor units."""
        play = self.play(number)
        return play.value if play is not None else None

    @rule(number=numbers, first=st.booleans(), second=st.booleans())
    def somebody_changes_the_cells(self, number: int, first: bool, second: bool) -> None:
        """A product comes, or goes."""
        play = self.play(number)
        wanted = [
            line for line, one in zip(self.lines, (first, second or not first), strict=True) if one
        ]
        if play is not None:
            cells = tuple((None, line) for line in wanted)
            args = {"seen_version": play.version, "now": self.world.now}
            play_cells.set_cells(self.person, play.pk, cells, **args)
            following.follow_play(play.pk, asked_by=self.person.id, now=self.world.now)

    @rule(deal=numbers, who=numbers, role=st.sampled_from(ROLES))
    def somebody_tells_a_role(self, deal: int, who: int, role: str) -> None:
        """Who plays which part, told for the first time or anew."""
        deals = list(Opportunity.objects.filter(removed_at=None).order_by("pk"))
        if not deals:
            return
        about = {"opportunity": deals[deal % len(deals)], "contact": self.contact(who)}
        held = OpportunityContactRole.objects.filter(**about, removed_at=None)
        if not held.update(buying_role=role, role=""):
            OpportunityContactRole.objects.create(**about, buying_role=role)

    @rule(number=numbers, what=st.sampled_from(("new", "words", "met", "removed", "target")))
    def somebody_writes_the_plan(self, number: int, what: str) -> None:
        """An objective comes, changes, is met or goes; or the target moves."""
        plan = Plan.objects.get()
        rows = list(Objective.objects.filter(removed_at=None).order_by("pk"))
        if what == "target":
            Plan.objects.update(target=(self.count + 1) * 1_000_00)
        elif what == "new" or not rows:
            Objective.objects.create(plan=plan, words=self.word("Objective"))
        else:
            values = {
                "words": {"words": self.word("Objective")},
                "met": {"state": "met"},
                "removed": {"removed_at": self.world.now},
            }[what]
            Objective.objects.filter(pk=rows[number % len(rows)].pk).update(**values)

    def play(self, number: int) -> Play | None:
        """A play with an opportunity, by number."""
        rows = list(Play.objects.exclude(opportunity=None).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    # --- people there -----------------------------------------------------------------------

    @rule(number=numbers, name=st.sampled_from((DEAL, LINE, ROLE, *PLANS)))
    def somebody_there_deletes(self, number: int, name: str) -> None:
        """A row, and whatever hangs on it."""
        rows = list(self.there(name))
        if rows:
            FIRED[f"deleted {name}"] += 1
            row = rows[number % len(rows)]
            self.touched.add(row)
            self.world.crm.delete(name, row)

    @rule(number=numbers, name=st.sampled_from((DEAL, LINE, ROLE, *PLANS)))
    def somebody_there_brings_back(self, number: int, name: str) -> None:
        """A row out of the recycle bin, and what went into it with the row."""
        rows = self.world.crm.in_the_bin(name)
        if rows:
            FIRED[f"brought back {name}"] += 1
            self.world.crm.undelete(name, rows[number % len(rows)])

    @rule(number=numbers, price=st.integers(1, 9))
    def somebody_there_changes_a_price(self, number: int, price: int) -> None:
        """A product of an opportunity is theirs from then on."""
        rows = list(self.there(LINE))
        if rows:
            self.touched.add(rows[number % len(rows)])
            self.world.crm.edit(LINE, rows[number % len(rows)], {"UnitPrice": price})

    @rule(number=numbers, word=st.sampled_from(WORDS))
    def somebody_there_changes_a_role(self, number: int, word: str) -> None:
        """In an opportunity."""
        rows = list(self.there(ROLE))
        if rows:
            self.world.crm.edit(ROLE, rows[number % len(rows)], {"Role": word})

    @rule(number=numbers, word=st.sampled_from(WORDS))
    def somebody_there_adds_a_role_of_the_account(self, number: int, word: str) -> None:
        """Beside what stands there."""
        rows = list(self.there(RELATION).items())
        key, row = rows[number % len(rows)]
        held = {one for one in str(row.values.get("Roles") or "").split(";") if one}
        if word not in held:
            self.theirs.setdefault(key, set()).add(word)
            self.world.crm.edit(RELATION, key, {"Roles": ";".join(sorted(held | {word}))})

    @rule(number=numbers)
    def somebody_there_renames_a_deal(self, number: int) -> None:
        """Theirs is the name."""
        rows = list(self.there(DEAL))
        if rows:
            self.world.crm.edit(DEAL, rows[number % len(rows)], {"Name": self.word("Deal")})

    @rule(first=st.booleans())
    def somebody_there_merges_the_accounts(self, first: bool) -> None:
        """One becomes part of the other, with everything that hangs on it."""
        if len(self.there("Account")) == 2:
            FIRED["merge"] += 1
            self.merged = True
            loser, winner = self.accounts if first else reversed(self.accounts)
            self.world.crm.merge("Account", loser, winner)

    @rule(first=st.booleans())
    def somebody_there_merges_the_people(self, first: bool) -> None:
        """Two rows were one person: the parts of both are one person's."""
        if len(self.there("Contact")) == 2:
            FIRED["people merged"] += 1
            self.merged = True
            loser, winner = self.people if first else reversed(self.people)
            self.world.crm.merge("Contact", loser, winner)

    # --- the worker -------------------------------------------------------------------------

    @rule(death=st.integers(0, 24))
    def a_round(self, death: int) -> None:
        """As it comes, or with a death at one of its commits."""
        self.death = death if death < 16 else 0
        self.work()

    @rule(
        kind=st.sampled_from([("whole", one) for one in WHOLES] + [("item", one) for one in ITEMS])
    )
    def a_round_with_a_fault(self, kind: tuple[str, str]) -> None:
        """Of a group of rows, or of one row of a call."""
        self.armed.append(kind)
        self.work()
        self.armed.clear()

    @rule(place=st.sampled_from(CALLS), kind=st.sampled_from(("kill", "error")))
    def a_call_breaks(self, place: str, kind: str) -> None:
        """Before the org hears of it; after an answer to a group, before anybody reads it."""
        self.armed.append((place, kind if place != "graph answered" else "kill"))
        self.work()
        self.armed.clear()

    # --- what must hold ---------------------------------------------------------------------

    def teardown(self) -> None:
        """Let everything become quiet, then ask."""
        try:
            self.world.pass_time(2400)
            SyncIntent.objects.filter(state="refused").update(state="waiting")
            self.until_still()
            self.deals_agree()
            self.every_cell_has_its_product()
            self.every_part_is_played_once()
            self.the_plan_stands_there()
            self.roles_of_the_account_are_told()
            CHECKED["histories"] += 1
        finally:
            self.leave()

    def deals_agree(self) -> None:
        """One opportunity there for each play, by its key; and both sides say the same."""
        keys = Counter(row.values.get(KEY_FIELD) for row in self.there(DEAL).values())
        assert all(count == 1 for count in keys.values()), "made twice"
        for play in Play.objects.exclude(opportunity=None).select_related("opportunity"):
            deal = play.opportunity
            assert deal is not None
            link = SyncLink.objects.get(target=DEAL, local_id=deal.pk)
            row = self.world.crm.rows_of[DEAL][link.remote_id]  # made, whatever became of it
            asked = set(SyncConflict.objects.filter(link=link, decision="").values_list("field"))
            if row.deleted or asked:
                continue
            amount = Decimal(str(row.values["Amount"])) * 100
            assert deal.removed_at is None and deal.amount == amount, (deal.amount, amount)
            assert deal.account.outside_id == row.values["AccountId"]
            CHECKED["an opportunity says the same on both sides"] += 1

    def every_cell_has_its_product(self) -> None:
        """At its value, once; what somebody there touched is left, and nothing else is there."""
        for play in Play.objects.exclude(opportunity=None).select_related("opportunity"):
            deal = str(play.opportunity and play.opportunity.outside_id)
            if deal not in self.there(DEAL):
                continue
            links = SyncLink.objects.filter(target="PlayLine", local_id__in=play.cells.values("pk"))
            found = {one.remote_id for one in SyncLink.objects.filter(target="PlayLine")} - {""}
            lines = set(self.world.crm.under(LINE, "OpportunityId", deal))
            assert lines <= found, "a product that no cell asked for"
            here = OpportunityLine.objects.filter(opportunity__outside_id=deal, removed_at=None)
            assert set(here.values_list("outside_id", flat=True)) == lines
            assert links.count() == play.cells.count()
            for link in links:
                if link.remote_id in self.touched or link.base.get("why"):
                    continue
                assert link.remote_id in lines, (link.state, link.base)
                price = self.world.crm.value(LINE, link.remote_id, "UnitPrice")
                assert Decimal(str(price)) * 100 == link.base["value"]
                CHECKED["a cell has its product, at its value"] += 1

    def every_part_is_played_once(self) -> None:
        """Opportunity and person name one row there, and it means what ours means: of two words of
        theirs for one role they keep the one that they said."""
        there = Counter(
            (row.values["OpportunityId"], row.values["ContactId"], meant(row.values["Role"]))
            for row in self.there(ROLE).values()
        )
        rows = OpportunityContactRole.objects.filter(
            removed_at=None, opportunity__removed_at=None
        ).exclude(opportunity__outside_id="")
        columns = ("id", "role", "buying_role", "opportunity__outside_id", "contact__outside_id")
        by_key: dict[int, Any] = {row["id"]: row for row in rows.values(*columns)}
        here = Counter(
            (row["opportunity__outside_id"], row["contact__outside_id"], meant(one["role"]))
            for row, one in ((by_key[pk], one) for pk, one in roles_said(by_key).items())
        )
        contested = SyncConflict.objects.filter(link__target=ROLE, decision="").count()
        assert contested or here == there, (here, there)
        pairs = Counter((deal, who) for deal, who, _ in there.elements())
        assert all(count == 1 for count in pairs.values()), "a part was told twice"
        CHECKED["a part is played once"] += len(there)

    def the_plan_stands_there(self) -> None:
        """Each part under its own parent, once, as it is here; what was deleted there stays so."""
        links = {(one.target, one.local_id): one for one in SyncLink.objects.all()}
        kept: Counter[str] = Counter()
        for part in sync_plans.parts(self.world.session.context().source_id):
            link = links.get((part.kind, part.local_id))
            if part.kind is Kind.LINK or (link is None and not part.create):
                continue
            parent = links.get(part.parent) if part.parent is not None else None
            if parent is not None and self.lost(parent.remote_id):
                continue
            assert link is not None and link.remote_id, part
            if self.lost(link.remote_id):
                continue
            place = STANDARD.place(part.kind)
            row = self.there(place.object)[link.remote_id].values
            assert row["Name"] == part.values["name"], (row, part.values)
            assert row.get(place.fields.get("target", "")) == part.values.get("target")
            assert parent is None or row[place.parent] == parent.remote_id
            kept[place.object] += 1
            CHECKED["a part of the plan stands under its parent"] += 1
        for name in PLANS:
            keys = Counter(row.values[KEY_FIELD] for row in self.there(name).values())
            assert all(count == 1 for count in keys.values()), "made twice"
            assert len(keys) == kept[name], (name, keys, kept)

    def lost(self, row: str) -> bool:
        """Whether somebody there deleted a row of the plan, or what it hung on."""
        return bool(row) and all(row not in self.there(name) for name in PLANS)

    def roles_of_the_account_are_told(self) -> None:
        """What others wrote there stays; beside it stands what was told and nothing else, of every
        part: all were made here."""
        told = SyncCrossing.objects.filter(link__target=ROLE, way="out").values_list("after")
        words = {word for (word,) in told}
        for key, row in self.there(RELATION).items():
            held = {one for one in str(row.values.get("Roles") or "").split(";") if one}
            assert self.theirs.get(key, set()) <= held, "a role that others told was taken away"
            assert held <= self.theirs.get(key, set()) | words, "a role that nobody told"
            CHECKED["roles of the account that others told stay"] += bool(self.theirs.get(key))
        last = dict(
            SyncCrossing.objects.filter(link__target=ROLE, field="role")
            .order_by("pk")
            .values_list("link__local_id", "way")
        )
        asked = SyncConflict.objects.filter(decision="").values("link")  # they wait for a person
        made = SyncLink.objects.filter(target=ROLE, state="linked").exclude(pk__in=asked)
        for role in OpportunityContactRole.objects.filter(
            pk__in=[pk for (pk,) in made.values_list("local_id") if last.get(pk) != "in"],
            removed_at=None,
            opportunity__removed_at=None,
        ).select_related("opportunity__account", "contact"):
            if self.merged:
                return
            pair = (role.opportunity.account.outside_id, role.contact.outside_id)
            rows = self.there(RELATION).values()
            said = next(
                row.values["Roles"]
                for row in rows
                if (row.values["AccountId"], row.values["ContactId"]) == pair
            )
            about = {"id": role.pk, "role": role.role, "buying_role": role.buying_role}
            word = roles_said({role.pk: about})[role.pk]["role"]
            assert word in str(said or "").split(";"), (word, said)
            CHECKED["a part is told of the account too"] += 1
