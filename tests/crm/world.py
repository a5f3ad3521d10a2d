"""A small org in memory and a connection to it, for tests of the whole engine."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sightline.actions.sync import connections
from sightline.agreement.rules import Rules, rules_from
from sightline.agreement.values import FieldKind, FieldShape, ObjectShape
from sightline.crm import mirror, push
from sightline.crm.adapters.memory import MemoryCrm
from sightline.crm.budget import Guarded
from sightline.crm.session import Session
from sightline.jobs.sync.meanings import SalesforceMeanings
from sightline.records.models import Opportunity, SyncConnection, SyncIntent
from tests import makers

START = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
STAGES = ("Prospecting", "Negotiation/Review", "Closed Won", "Closed Lost")


def _field(name: str, kind: FieldKind = FieldKind.TEXT, **values: Any) -> FieldShape:
    return FieldShape(name, kind, **{"createable": True, "updateable": True, **values})


def _object(name: str, *fields: FieldShape) -> ObjectShape:
    known = {one.name: one for one in fields}
    return ObjectShape(name, known, createable=True, updateable=True, deletable=True)


def shapes() -> dict[str, ObjectShape]:
    """Accounts, contacts, opportunities and tasks, with the fields that the tests touch."""
    text, ref, day = FieldKind.TEXT, FieldKind.REFERENCE, FieldKind.DAY
    key = _field("Acctplan_Id__c", unique_key=True, length=36, updateable=False)
    return {
        one.name: one
        for one in (
            _object("User", _field("Name"), _field("IsActive", FieldKind.SWITCH)),
            _object(
                "Account",
                _field("Name", length=255),
                _field("ParentId", ref),
                _field("OwnerId", ref),
            ),
            _object(
                "Contact",
                _field("LastName", length=80),
                _field("AccountId", ref),
                _field("ReportsToId", ref),
            ),
            _object(
                "Opportunity",
                _field("Name", text, length=120, required=True),
                _field("AccountId", ref),
                _field("StageName", FieldKind.PICKLIST, options=STAGES, restricted=True),
                _field("Amount", FieldKind.NUMBER, scale=2),
                _field("CloseDate", day),
                _field("NextStep", text, length=20),
                _field("OwnerId", ref),
                _field("IsClosed", FieldKind.SWITCH, createable=False, updateable=False),
                _field("IsWon", FieldKind.SWITCH, createable=False, updateable=False),
                key,
            ),
            _object(
                "Task",
                _field("Subject", text, length=255),
                _field("Status", FieldKind.PICKLIST),
                _field("Priority", FieldKind.PICKLIST),
                _field("ActivityDate", day),
                _field("WhatId", ref, updateable=False),
                _field("WhoId", ref, updateable=False),
                _field("OwnerId", ref),
                _field("IsClosed", FieldKind.SWITCH, createable=False, updateable=False),
                key,
            ),
        )
    }


EVERYTHING = ("User", "Account", "Contact", "Opportunity", "Task")


def rules(objects: tuple[str, ...] = EVERYTHING, **owners: str) -> Rules:
    """The mapping of the tests; `owners` overrules whose a field is."""

    def one(ours: str, theirs: str, **values: Any) -> dict[str, Any]:
        return {"ours": ours, "theirs": theirs, "owner": owners.get(ours, "shared"), **values}

    deal = [
        one("stage", "StageName", also=["is_closed", "is_won", "closed_on"]),
        one("amount", "Amount"),
        one("close_date", "CloseDate"),
        one("next_step", "NextStep"),
        one("owner", "OwnerId"),
        {"ours": "name", "theirs": "Name", "owner": "crm"},
        {"ours": "account", "theirs": "AccountId", "owner": "crm", "create_only": True},
    ]
    task = [
        one("subject", "Subject"),
        one("due_on", "ActivityDate"),
        one("status", "Status", also=["state"]),
        {
            "ours": "what",
            "theirs": "WhatId",
            "owner": "crm",
            "create_only": True,
            "also": ["account", "opportunity", "contract"],
        },
    ]
    two_way = {
        "Contact": {"fields": [one("reports_to", "ReportsToId")]},
        "Opportunity": {"create": True, "key_field": "Acctplan_Id__c", "fields": deal},
        "Task": {"create": True, "key_field": "Acctplan_Id__c", "fields": task},
    }
    kept = {name: rule for name, rule in two_way.items() if name in objects}
    return rules_from({"objects": list(objects), "two_way": kept})


@dataclass
class World:
    """The org, the connection, and a clock that only moves when told."""

    now: dt.datetime = START
    objects: tuple[str, ...] = EVERYTHING
    skew: dt.timedelta = dt.timedelta()
    crm: MemoryCrm = field(init=False)
    session: Session = field(init=False)
    account: str = ""

    def __post_init__(self) -> None:
        self.crm = MemoryCrm(shapes(), clock=lambda: self.now)

    def connect(self, **owners: str) -> World:
        """A connection with one account that came over."""
        makers.company(reporting_currency="GBP")
        pk = connections.connect("Org", brand="salesforce", settings={}, secrets={}, actor_id=None)
        connections.save_rules(pk, rules(self.objects, **owners), seen=1, actor_id=None)
        meanings = SalesforceMeanings(today="2026-11-23")
        self.session = Session(pk, Guarded(self.crm), meanings, lambda: self.now + self.skew)
        self.account = self.crm.insert("Account", {"Name": "Hartmann"})
        mirror.refresh_shapes(self.session)
        self.round()
        return self

    def sessions(self) -> Session:
        """Another worker's session on the same connection."""
        held = self.session
        return Session(held.connection_id, Guarded(self.crm), held.meanings, held.clock)

    def pass_time(self, seconds: float) -> None:
        """Let the clock run."""
        self.now += dt.timedelta(seconds=seconds)

    def round(self) -> None:
        """Read, send, and let a minute pass."""
        mirror.pull(self.session)
        push.push(self.session)
        self.pass_time(61)

    def settle(self, rounds: int = 6) -> None:
        """Rounds until waiting writes have had their time."""
        for _ in range(rounds):
            self.round()
            self.pass_time(1800)

    def deal(self, **values: Any) -> str:
        """An opportunity there, come over here; answers its id."""
        given = {
            "Name": "Renewal",
            "AccountId": self.account,
            "StageName": "Prospecting",
            "Amount": 1000,
            "CloseDate": "2027-03-31",
            "NextStep": None,
            "OwnerId": None,
            **values,
        }
        made = self.crm.insert("Opportunity", given)
        self.round()
        return made

    def ours(self, remote_id: str) -> Opportunity:
        """Our row of an opportunity."""
        return Opportunity.objects.get(outside_id=remote_id)

    def edit(self, remote_id: str, **values: Any) -> None:
        """A person here changes an opportunity, as every action does: with a new version."""
        row = self.ours(remote_id)
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        row.save()

    def intents(self) -> int:
        """Writes that wait."""
        return SyncIntent.objects.count()

    def state(self) -> SyncConnection:
        """The connection's row."""
        return SyncConnection.objects.get(pk=self.session.connection_id)
