"""What every history of what hangs together stands on: a company, its org, and faults to arm."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine

from sightline.actions.sync import connections
from sightline.actions.sync import plays as following
from sightline.agreement.rules import plain_rules, rules_from
from sightline.crm import (
    deal_line_changes,
    deal_lines,
    mirror,
    new_deals,
    publish,
    push,
    relations,
)
from sightline.crm.adapters.memory import Held
from sightline.crm.budget import Guarded
from sightline.crm.errors import CrmError, Retry
from sightline.crm.session import Session
from sightline.exchange.imports.meanings import buying_role
from sightline.records.models import (
    Account,
    Contact,
    Objective,
    Plan,
    PlanMetric,
    Product,
    ProductLine,
    SyncInboxRow,
    SyncIntent,
    SyncLink,
)
from sightline.records.queries import sync_plans
from sightline.records.scoping import Person
from tests import makers
from tests.crm.bundles.org import BOOK, LINE, PRICE, RELATION, ROLE, BundleCrm, org_shapes
from tests.crm.histories.steps import Dying, Place
from tests.crm.histories.tokens import Killed
from tests.crm.test_plays import manager
from tests.crm.test_roles import _ROLE
from tests.crm.world import World, rules

FIRED: Counter[str] = Counter()
CHECKED: Counter[str] = Counter()
OBJECTS = ("Account", "Contact", "Opportunity", ROLE, LINE)
# What may happen to a group of rows, to one row of a call, and to a call.
WHOLES, ITEMS = ("lost", "before", "halt"), ("lost", "before", "lock", "halt")
CALLS = ("graph", "graph answered", "write", "rows", "find", "page", "shape")
# The verbs that commit, by the room through which they are called.
VERBS: dict[Place, tuple[str, ...]] = {
    (mirror, "inbox"): ("take_page", "merge_waiting"),
    (mirror, "merging"): ("merge_records",),
    (push, "gathering"): ("gather",),
    (push, "sending"): ("claim", "still_wanted", "settle_outcome"),
    (new_deals, "new_deals"): ("together", "note_going", "take_back", "settle_role"),
    (new_deals, "books"): ("settle",),
    (deal_lines, "deal_lines"): ("settle", "take", "leave"),
    (deal_line_changes, "books"): ("settle", "done", "gone", "changed_there"),
    (publish, "publishing"): ("due_together", "due", "meet", "settle"),
    (relations, "relations"): ("settle", "keep_mark"),
    (relations, "account_roles"): ("take_relations",),
}


class BundleWorld(World):
    """A world whose org keeps price books, and writes groups of rows in one step."""

    crm: BundleCrm

    def __post_init__(self) -> None:
        self.crm = BundleCrm(org_shapes(), clock=lambda: self.now)
        self.crm.page = 4


@dataclass
class Start:
    """The world that every history begins with, made once: two accounts with a person each, a plan,
    and two product lines that are sold there."""

    world: BundleWorld
    person: Person
    accounts: list[str]
    people: list[str]
    lines: list[int]

    @classmethod
    def make(cls) -> Start:
        """Everything that both sides know of before anything happens."""
        world = BundleWorld(objects=OBJECTS)
        world.connect()
        pk = world.session.connection_id
        plain = plain_rules(rules(OBJECTS))
        plain["two_way"][ROLE] = _ROLE
        connections.save_rules(pk, rules_from(plain), seen=2, actor_id=None)
        accounts = [world.account, world.crm.insert("Account", {"Name": "Second"})]
        people = [
            world.crm.insert("Contact", {"LastName": f"Person {number}", "AccountId": one})
            for number, one in enumerate(accounts)
        ]
        for account in accounts:
            for who in people:
                world.crm.insert(RELATION, {"AccountId": account, "ContactId": who, "Roles": None})
        lines = cls._sold(world)
        mirror.refresh_shapes(world.session)
        publish.refresh_plan_shapes(world.session)
        world.round()
        here = [Account.objects.get(outside_id=one) for one in accounts]
        for account in here:
            person = manager(account)
        makers.stage("Prospecting", position=1)
        cls._planned(here[0])
        return cls(world, person, accounts, people, lines)

    @staticmethod
    def _sold(world: BundleWorld) -> list[int]:
        """Two lines with a product each, at a price in the standard price book."""
        source = world.session.context().source_id
        book = world.crm.insert(BOOK, {"Name": "Standard", "IsStandard": True})
        found = []
        for number in range(2):
            line = ProductLine.objects.create(name=f"Line {number}")
            product = f"01t00000000000{number}AAA"
            Product.objects.create(
                name=line.name,
                line=line,
                source_id=source,
                outside_object="Product2",
                outside_id=product,
            )
            price = {"Pricebook2Id": book, "Product2Id": product, "IsActive": True}
            world.crm.insert(PRICE, price)
            found.append(line.pk)
        return found

    @staticmethod
    def _planned(account: Account) -> None:
        plan = Plan.objects.create(
            account=account,
            year=2027,
            starts_on=dt.date(2027, 1, 1),
            ends_on=dt.date(2027, 12, 31),
            state="active",
            currency="GBP",
            target=125_000_00,
            thesis="One platform",
        )
        Objective.objects.create(plan=plan, words="Objective 0")
        PlanMetric.objects.create(
            plan=plan, key="nrr", target=Decimal("1.12"), by=dt.date(2027, 12, 31)
        )

    def copy(self) -> BundleWorld:
        """The org as it was, on a clock of its own."""
        fresh, held = BundleWorld(objects=OBJECTS, now=self.world.now), self.world
        fresh.crm.rows_of = {
            name: {key: replace(row, values=dict(row.values)) for key, row in rows.items()}
            for name, rows in held.crm.rows_of.items()
        }
        fresh.crm._numbers = copy.copy(held.crm._numbers)
        of = held.session
        fresh.session = Session(
            of.connection_id, Guarded(fresh.crm), of.meanings, lambda: fresh.now
        )
        fresh.account = held.account
        return fresh


class Ground(RuleBasedStateMachine):
    """The state of one history: the faults that are armed, and what people there did."""

    start: ClassVar[Start | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        start = self.start or Start.make()
        self.world, self.person, self.lines = start.copy(), start.person, start.lines
        self.accounts, self.people = start.accounts, start.people
        self.rooms = {place: getattr(*place) for place in VERBS}
        for (module, name), verbs in VERBS.items():
            setattr(module, name, Dying(self.rooms[module, name], verbs, self.maybe_die))
        self.armed: list[tuple[str, str]] = []
        self.death, self.count, self.quiet = 0, 0, False
        self.touched: set[str] = set()
        self.theirs: dict[str, set[str]] = {}
        self.merged = False
        self.world.crm.fault = self.fault

    def leave(self) -> None:
        """Put the rooms back, and take the history out of the database."""
        for (module, name), room in self.rooms.items():
            setattr(module, name, room)
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def fault(self, place: str) -> str | None:
        """What the org does at a place: nothing, unless something is armed for it."""
        kind = next((what for where, what in self.armed if where == place), None)
        if kind is None or self.quiet:
            return None
        self.armed.remove((place, kind))
        FIRED[f"{kind} at {place}"] += 1
        if kind == "kill":
            raise Killed
        if kind == "error":
            raise CrmError("503", retry_kind=Retry.TRANSIENT, code="503")
        return kind

    def maybe_die(self, where: str) -> None:
        """Die when the count that this round chose is down."""
        self.death -= 1
        if self.death == 0 and not self.quiet:
            FIRED["killed at a commit"] += 1
            raise Killed

    @contextmanager
    def in_quiet(self) -> Iterator[None]:
        """No faults meanwhile."""
        before, self.quiet = self.quiet, True
        try:
            yield
        finally:
            self.quiet = before

    def work(self) -> None:
        """A round as the worker goes about it; whatever breaks it, the next one goes on."""
        session = self.world.session
        source = session.context().source_id
        with contextlib.suppress(CrmError, Killed):
            mirror.pull(session)
            relations.read_relations(session, meaning=buying_role)
            following.open_deals(session.connection_id, now=self.world.now)
            push.push(session)
            deal_lines.write_lines(session)
            deal_line_changes.change_lines(session)
            publish.publish(session, sync_plans.parts(source))
        self.death = 0
        self.world.pass_time(61)

    def until_still(self) -> None:
        """Rounds without faults until nothing waits and one wrote nothing; eight at most."""
        self.quiet, self.armed, self.death = True, [], 0
        for _ in range(8):
            written = len(self.world.crm.written)
            self.work()
            self.world.pass_time(1800)
            rows = SyncInboxRow.objects.filter(held=False)
            waits = SyncIntent.objects.exists() or rows.exists() or self.unread()
            if not waits and len(self.world.crm.written) == written:
                return
        raise AssertionError(f"no quiet: {list(SyncIntent.objects.values())}")

    @staticmethod
    def unread() -> bool:
        """Whether a row asks to be read anew."""
        return SyncLink.objects.filter(dirty=True).exclude(remote_id="").exists()

    def word(self, start: str) -> str:
        """A value that was never typed before."""
        self.count += 1
        return f"{start} {self.count}"

    def there(self, name: str) -> dict[str, Held]:
        """The live rows of an object."""
        return dict(sorted(self.world.crm.live(name).items()))

    def contact(self, number: int) -> Contact:
        """A person who is still one of their own, by number."""
        rows = Contact.objects.filter(outside_id__in=self.people, removed_at=None).order_by("pk")
        return rows[number % len(rows)]

    def account(self, number: int) -> Any:
        """An account that is still one of its own, by number."""
        rows = Account.objects.filter(outside_id__in=self.accounts, removed_at=None).order_by("pk")
        return rows[number % len(rows)]
