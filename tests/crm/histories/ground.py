"""What every history stands on: an org in memory, a connection, faults to arm, and quiet rounds."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from sightline.crm import mirror, push
from sightline.crm.adapters.memory import Held, Refusal
from sightline.crm.budget import SHARES, Guarded, Purpose
from sightline.crm.errors import CrmError, Retry, StartOver
from sightline.crm.session import Session
from sightline.records.models import Opportunity, SyncConflict, SyncInboxRow, SyncIntent, SyncLink
from tests.crm.histories.steps import POINTS, UNCOUNTED, VERBS, Dying
from tests.crm.histories.tokens import Killed, Tokens
from tests.crm.world import STAGES, World

FIRED: Counter[str] = Counter()
CHECKED: Counter[str] = Counter()
FIELDS = {"next_step": "NextStep", "name": "Name"}
FAULTS = (
    *("lock", "before", "lost", "halt", "limit", "error", "unauthorized", "locator"),
    *("token", "kill", "other_worker"),
)
PLACES = ("org", "shape", "page", "rows", "find", "write", "touched", "item")
ITEMS = ("lock", "before", "lost", "halt")
OBJECTS = ("User", "Account", "Opportunity")
# What their next step holds, in characters.
LENGTH = 20
numbers = st.integers(0, 3)

RAISED: dict[str, Any] = {
    "kill": Killed,
    "error": lambda: CrmError("503", retry_kind=Retry.TRANSIENT, code="503"),
    "limit": lambda: CrmError("limit", retry_kind=Retry.LIMITED, code="REQUEST_LIMIT_EXCEEDED"),
    "unauthorized": lambda: CrmError("401", retry_kind=Retry.PERSON, code="INVALID_SESSION_ID"),
    "locator": lambda: StartOver("The cursor is gone."),
    "token": lambda: CrmError("lost", retry_kind=Retry.PERSON, code="TOKEN_ANSWER_LOST"),
}


@dataclass
class Start:
    """The world that every history begins with. It is made once; each history gets a copy of the
    org, and a savepoint of the database."""

    world: World
    owner: str
    accounts: list[str]
    words: list[tuple[str, str, str]]

    @classmethod
    def make(cls) -> Start:
        """Two accounts and three opportunities, read and merged."""
        world = World(objects=OBJECTS)
        world.crm.page = 3
        world.connect()
        owner = world.crm.insert("User", {"Name": "Ann", "IsActive": True})
        accounts = [world.account, world.crm.insert("Account", {"Name": "Second"})]
        words = []
        for number in range(3):
            step, name = f"next_step {number}", f"name {number}"
            values = {"Name": name, "NextStep": step, "StageName": "Prospecting"}
            deal = world.crm.insert(
                "Opportunity", {**values, "AccountId": accounts[number % 2], "OwnerId": None}
            )
            words.append((deal, step, name))
        world.round()
        return cls(world, owner, accounts, words)

    def copy(self) -> World:
        """The org as it was, on a clock of its own."""
        fresh = World(objects=OBJECTS, now=self.world.now)
        fresh.crm.page = 3
        fresh.crm.rows_of = {
            name: {key: replace(row, values=dict(row.values)) for key, row in rows.items()}
            for name, rows in self.world.crm.rows_of.items()
        }
        fresh.crm._numbers = copy.copy(self.world.crm._numbers)
        assert isinstance(fresh.crm._numbers, itertools.count)
        held = self.world.session
        fresh.session = Session(
            held.connection_id, Guarded(fresh.crm), held.meanings, lambda: fresh.now + fresh.skew
        )
        fresh.account = self.world.account
        return fresh


class Ground(RuleBasedStateMachine):
    """The state of one history, and what its rules are made of."""

    start: ClassVar[Start | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        start = self.start or Start.make()
        self.world, self.owner, self.accounts = start.copy(), start.owner, start.accounts
        self.rooms = {place: getattr(*place) for place in VERBS}
        for (module, name), verbs in VERBS.items():
            setattr(module, name, Dying(self.rooms[module, name], verbs, self.maybe_die))
        self.armed: list[tuple[str, str]] = []
        self.death, self.death_at = 0, ""
        self.quiet = self.nested = False
        self.order: str | None = None
        self.count = 3
        self.typed: dict[tuple[Any, str], list[tuple[str, str]]] = {}
        for deal, step, name in start.words:
            self.typed[deal, "next_step"] = [("there", step)]
            self.typed[deal, "name"] = [("there", name)]
        self.typed_over: set[tuple[Any, str, Any]] = set()
        self.once: dict[int | None, set[str]] = {}
        self.hanging = self.made_here = 0
        self.deleted: set[str] = set()
        self.gone: set[str] = set()
        self.came_back: set[str] = set()
        self.very_late = self.shouts = False
        self.tokens = Tokens(self.world.session.connection_id)
        self.world.crm.fault = self.fault
        CHECKED["histories"] += 1

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
        self.armed.remove((place, kind))
        FIRED[f"{kind} at {place}"] += 1
        if kind in RAISED:
            raise RAISED[kind]()
        if kind == "other_worker":
            self.other_worker()
        return kind if place == "item" and kind in ITEMS else None

    def arm(self, kind: str, place: str) -> None:
        """Let a fault happen at a place, or where its kind can happen."""
        if kind in ITEMS:
            place = "item"
        elif kind == "locator":
            place = "page"
        elif place == "item" and kind not in ("kill", "other_worker"):
            place = "write"
        self.armed.append((place, kind))

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
        """Die at the named step, or when the count that this history chose is down."""
        if self.quiet or self.nested:
            return
        if where == self.death_at:
            self.death_at = ""
            FIRED[f"killed {where}"] += 1
            raise Killed
        if self.death == 0 or where.split()[1] in UNCOUNTED:
            return
        self.death -= 1
        if self.death == 0:
            FIRED[f"killed {where}"] += 1
            raise Killed

    @contextmanager
    def in_quiet(self) -> Iterator[None]:
        """No faults meanwhile, and calls enough; what was armed stays armed."""
        before, self.quiet = self.quiet, True
        limit, self.world.crm.limit = self.world.crm.limit, None
        try:
            yield
        finally:
            self.quiet, self.world.crm.limit = before, limit

    def a_broken_round(self, kind: str | None, place: str, death: int) -> None:
        """Describe, read, send; whatever breaks it, the next round goes on."""
        if kind is not None:
            self.arm(kind, place)
        self.death = death if death < 25 else 0
        try:
            mirror.refresh_shapes(self.world.session)
            mirror.pull(self.world.session)
            push.push(self.world.session)
        except (CrmError, Killed):
            pass
        self.death = 0

    # --- who types what ---------------------------------------------------------------------

    def word(self, column: str) -> str:
        """A value that was never typed before."""
        self.count += 1
        return f"{column} {self.count}"

    def deals(self) -> list[str]:
        """Every opportunity there, deleted ones too."""
        return sorted(self.world.crm.rows_of.get("Opportunity", {}))

    def held(self, deal: str) -> Held:
        """An opportunity as it is there."""
        return self.world.crm.rows_of["Opportunity"][deal]

    def type_there(self, deal: str, column: str, *, late: dt.timedelta = dt.timedelta()) -> str:
        """Somebody there types a new value; answers it."""
        value, row = self.word(column), self.held(deal)
        if row.stamp == self.world.now.replace(microsecond=0):
            FIRED["edits in one second"] += 1
        self.typed_over.add((deal, column, row.values.get(FIELDS[column])))
        self.world.crm.edit("Opportunity", deal, {FIELDS[column]: value}, late=late)
        self.typed.setdefault((deal, column), []).append(("there", value))
        return value

    def type_here(self, row: Opportunity, *, more: str = "") -> str:
        """Somebody here types a new next step; answers it."""
        value, key = self.word("next_step") + more, self.known_by(row)
        self.typed_over.add((key, "next_step", row.next_step))
        row.next_step, row.version = value, row.version + 1
        row.save(update_fields=["next_step", "version"])
        self.typed.setdefault((key, "next_step"), []).append(("here", value))
        return value

    def known_by(self, row: Opportunity) -> str | int:
        """Its id there; our own where it has none, or is to be made anew under another."""
        anew = SyncLink.objects.filter(target="Opportunity", local_id=row.pk, state="creating")
        return row.pk if not row.outside_id or anew.exists() else row.outside_id

    # --- steps ------------------------------------------------------------------------------

    def written_to(self, deal: str) -> int:
        """How often an opportunity there was written to, or tried to be."""
        return sum(one.id == deal for one in self.world.crm.written)

    def quiet_pull(self) -> None:
        """Read without faults."""
        with self.in_quiet():
            mirror.pull(self.world.session)

    def quiet_push(self) -> None:
        """Send without faults."""
        with self.in_quiet():
            push.push(self.world.session)

    def quiet_round(self) -> None:
        """Read and send without faults."""
        self.quiet_pull()
        self.quiet_push()

    # --- where both sides agree -------------------------------------------------------------

    def calm_deal(self, number: int) -> tuple[Opportunity, SyncLink] | None:
        """An opportunity in which both sides agree, once the noise has stopped; None: there is
        none. What was noise before may begin again."""
        self.stop_the_noise()
        with self.in_quiet():
            self.describe_what_changed()
            for last in (False, True):
                deals = self.deals()
                for place in range(len(deals)):
                    found = self.calm(deals[(number + place) % len(deals)])
                    if found is not None:
                        return found
                if not last:
                    self.world.pass_time(1900)
                    self.world.round()
        return None

    def describe_what_changed(self) -> None:
        """Describe anew, where what is stored is not what the org shows by now."""
        known = self.world.session.context().shapes
        if any(known.get(name) != self.world.crm.shape(name) for name in OBJECTS):
            mirror.refresh_shapes(self.world.session)

    def calm(self, deal: str) -> tuple[Opportunity, SyncLink] | None:
        """The row and link of an opportunity on which nothing is under way."""
        held = self.held(deal)
        if held.deleted or held.visible_at > self.world.now:
            return None
        link = SyncLink.objects.filter(
            remote_id=deal, target="Opportunity", state="linked", dirty=False, frozen=[]
        ).first()
        row = Opportunity.objects.filter(pk=link.local_id).first() if link else None
        if link is None or row is None or row.removed_at is not None:
            return None
        agreed = all(
            (fitting(column, getattr(row, column)) or None) == held.values.get(theirs)
            for column, theirs in FIELDS.items()
        )
        waiting = (
            SyncIntent.objects.filter(link=link).exists()
            or SyncConflict.objects.filter(link=link, decision="").exists()
            or SyncInboxRow.objects.filter(remote_id=deal).exists()
        )
        return (row, link) if agreed and not waiting and row.version == link.seen_version else None

    def stop_the_noise(self) -> None:
        """No faults, every field shown, no rule, no automation, all the day's calls."""
        self.armed, self.death, self.order = [], 0, None
        crm = self.world.crm
        crm.hidden.clear()
        crm.rules.clear()
        crm.automation.clear()
        crm.limit, self.world.skew = None, dt.timedelta()
        shape = crm.shapes["Opportunity"]
        shape.fields["StageName"] = replace(shape.fields["StageName"], options=STAGES)
        if not crm.value("User", self.owner, "IsActive"):
            crm.edit("User", self.owner, {"IsActive": True})


def fitting(column: str, text: str | None) -> str:
    """What of a text of ours fits there."""
    whole = (text or "").strip()
    return whole[:LENGTH].strip() if column == "next_step" else whole


def refuse(name: str, values: Any) -> None:
    """The validation rule that is turned on and off."""
    if name == "Opportunity":
        raise Refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", "not now")


def shout(name: str, values: dict[str, Any]) -> None:
    """The trigger that rewrites next steps."""
    if name == "Opportunity" and values.get("NextStep"):
        values["NextStep"] = values["NextStep"].upper()


def kinds() -> Counter[str]:
    """How often each kind of fault fired, wherever it did."""
    found: Counter[str] = Counter()
    for name, count in FIRED.items():
        found["killed at a commit" if name.startswith("killed") else name.split(" at ")[0]] += count
    return found


def deaths() -> Counter[str]:
    """How often a worker died at each of its commits, and in each kind of call."""
    found = Counter({f"killed {point}": 0 for point in POINTS})
    found.update({f"kill at {place}": 0 for place in PLACES})
    for name, count in FIRED.items():
        if name.startswith("kill"):
            found[name] += count
    return found


def report() -> str:
    """How often each fault fired, where workers died, and of what each invariant was asked."""
    lines = []
    tables = {"faults": kinds(), "deaths": deaths(), "invariants": CHECKED}
    for title, counted in tables.items():
        lines += ["", title, *(f"{count:>9,}  {name}" for name, count in sorted(counted.items()))]
    return "\n".join(lines)
